"""Users register, name and remove their passkeys."""

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors, ids
from hallporter.contract.api_error import ApiError
from hallporter.contract.callers import InPerson, Recent, SignedIn
from hallporter.contract.ids import PasskeyId, UserId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Answer, Name, Word
from hallporter.core.database import Write
from hallporter.core.secret import Secret
from hallporter.features.credentials import store as credential_store
from hallporter.features.events import users as user_events
from hallporter.features.passkeys import ceremony
from hallporter.features.passkeys import store as passkey_store
from hallporter.features.passkeys.rows import PasskeyRow
from hallporter.features.users import notices
from hallporter.features.users import store as user_store
from hallporter.features.users.rows import UserDetailsRow
from hallporter.features.verifications import store as verification_store
from hallporter.features.verifications.rows import VerificationRow

_NAME = "Passkey"
_MOST = 10


class AttemptPasskey(msgspec.Struct, frozen=True, kw_only=True):
    """A browser's answer, in JSON."""

    public_key_credential: Answer
    strategy: Word | None = None


class RenamePasskey(msgspec.Struct, frozen=True, kw_only=True):
    """What the passkey is to be called."""

    name: Name | None = None


class Registration(msgspec.Struct, frozen=True):
    """A passkey that waits for a browser's answer, and what the browser is asked."""

    row: PasskeyRow
    verification: VerificationRow
    nonce: str


async def create(scope: Scope, caller: SignedIn[Recent]) -> Registration:
    """Begin to register a passkey: it counts once the browser has answered."""
    if not scope.instance.settings.attributes.passkey.enabled:
        raise errors.form.not_enabled(param="passkey")
    user = await _user(scope, caller.user_id)
    registered = user.passkey_rows()
    if len(registered) >= _MOST:
        raise errors.passkey.too_many()
    verification = ceremony.new_verification(scope)
    nonce = ceremony.creation_options(
        scope, verification.id, user.id, identifier=_identifier(user), registered=registered
    )
    row = PasskeyRow(
        id=ids.PASSKEY.new(scope.now),
        instance_id=scope.instance.id,
        user_id=user.id,
        name=_NAME,
        status="unverified",
        credential_id=None,
        public_key=None,
        sign_count=0,
        transports=[],
        client_id=caller.browser.credential.client_id,
        verification_id=verification.id,
        last_used_at=None,
        created_at=scope.now,
        updated_at=scope.now,
    )
    async with scope.db.write() as tx:
        await verification_store.insert_verification(tx, verification, owner=user.id)
        await passkey_store.delete_unverified_passkeys(tx, scope.instance.id, user.id)
        await passkey_store.insert_passkey(tx, row)
    return Registration(row, verification, nonce)


async def attempt(
    scope: Scope, caller: SignedIn[InPerson], id: PasskeyId, given: Secret
) -> PasskeyRow:
    """Register a passkey by the browser's answer: once, from the client that was asked."""
    row = await get(scope, caller.user_id, id)
    if row.client_id != caller.browser.credential.client_id:
        raise errors.passkey.not_found()
    if row.status == "verified":
        raise errors.verification.already_verified()
    found = ceremony.registered(scope, row.verification_id, given)
    user = await _user(scope, caller.user_id)
    if found is not None:
        row = replace(
            row,
            status="verified",
            credential_id=found.credential_id,
            public_key=found.public_key,
            sign_count=found.sign_count,
            transports=found.transports,
            updated_at=scope.now,
        )
    async with scope.db.write() as tx:
        wrong = await _registered(tx, scope, user, row)
        if wrong is None:
            return row
    # Recorded first, then told: the challenge is spent whatever becomes of the reply.
    raise wrong


async def _registered(
    tx: Write, scope: Scope, user: UserDetailsRow, row: PasskeyRow
) -> ApiError | None:
    holds = row.status == "verified"
    if not await verification_store.spend(
        tx, scope.instance.id, row.verification_id, scope.now, holds=holds
    ):
        return errors.verification.expired()
    if not holds:
        return errors.passkey.registration_failed()
    if not await passkey_store.register_passkey(tx, row):
        return errors.passkey.already_exists()
    await user_store.touch_user(tx, scope.instance.id, user.id, scope.now)
    user_events.changed(tx, scope, user.id)
    await notices.tell(tx, scope, user, "passkey_added", passkey_name=row.name)
    return None


async def get(scope: Scope, user_id: UserId, id: PasskeyId) -> PasskeyRow:
    """Return one of a user's passkeys; raises 404 for anybody else's."""
    row = await passkey_store.passkey_of_user(scope.db, scope.instance.id, user_id, id)
    if row is None:
        raise errors.passkey.not_found()
    return row


async def rename(
    scope: Scope, caller: SignedIn[InPerson], id: PasskeyId, given: RenamePasskey
) -> PasskeyRow:
    """Call a passkey something else."""
    row = await get(scope, caller.user_id, id)
    name = (given.name or "").strip() or row.name
    async with scope.db.write() as tx:
        if not await passkey_store.rename_passkey(
            tx, scope.instance.id, caller.user_id, id, name, scope.now
        ):
            raise errors.passkey.not_found()
        user_events.changed(tx, scope, caller.user_id)
    return replace(row, name=name, updated_at=scope.now)


async def delete(scope: Scope, user_id: UserId, id: PasskeyId) -> None:
    """Take a passkey away; the user hears of it."""
    row = await get(scope, user_id, id)
    user = await _user(scope, user_id)
    async with scope.db.write() as tx:
        if not await passkey_store.delete_passkey(tx, scope.instance.id, user_id, id):
            raise errors.passkey.not_found()
        await user_store.touch_user(tx, scope.instance.id, user_id, scope.now)
        user_events.changed(tx, scope, user_id)
        if row.status == "verified":
            await credential_store.void_proofs(tx, scope.instance.id, user_id, scope.now)
            await notices.tell(tx, scope, user, "passkey_removed", passkey_name=row.name)


async def _user(scope: Scope, user_id: UserId) -> UserDetailsRow:
    user = await user_store.user_details(scope.db, scope.instance.id, user_id)
    if user is None:
        raise errors.user.not_found()
    return user


def _identifier(user: UserDetailsRow) -> str:
    owned = [each for each in user.identification_rows() if each.is_owned]
    primary = (user.primary_email_address_id, user.primary_phone_number_id)
    shown = next((each for each in owned if each.id in primary), owned[0] if owned else None)
    return user.id if shown is None else shown.identifier
