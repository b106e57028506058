"""Users enrol the devices that their native apps run on, and take them back."""

from typing import Annotated, Literal

import msgspec

from hallporter.contract import errors, ids
from hallporter.contract.api_error import ApiError
from hallporter.contract.callers import InPerson, InSession, KnownBrowser, Recent
from hallporter.contract.ids import TrustedDeviceId, UserId, VerificationId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Id, Name
from hallporter.core.database import Write
from hallporter.features.clients.actions import HeldClient
from hallporter.features.credentials import store as credential_store
from hallporter.features.sessions import actions as session_actions
from hallporter.features.trusted_devices import ceremony, store
from hallporter.features.trusted_devices.rows import ChallengeRow, Platform, TrustedDeviceRow
from hallporter.features.users import store as user_store
from hallporter.features.verifications import store as verification_store

_AppIdentifier = Annotated[
    str, msgspec.Meta(max_length=256, pattern=r"\A[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\Z")
]


class PrepareTrustedDevice(msgspec.Struct, frozen=True, kw_only=True):
    """Which app on which device would be enrolled, with which key (a JWK)."""

    platform: Platform
    app_identifier: _AppIdentifier
    algorithm: Literal["ES256"]
    public_key_jwk: Annotated[str, msgspec.Meta(max_length=1_024)]
    name: Name | None = None


class AttemptTrustedDevice(PrepareTrustedDevice, frozen=True, kw_only=True):
    """The same with the challenge as it was asked, and its signature in base64url."""

    client_data: Annotated[str, msgspec.Meta(max_length=4_096)]
    signature: Annotated[str, msgspec.Meta(max_length=256)]


class ValidateTrustedDevice(msgspec.Struct, frozen=True, kw_only=True):
    """The device that an app believes to be enrolled."""

    trusted_device_id: Id[TrustedDeviceId]


class Validation(msgspec.Struct, frozen=True):
    """Whether a device may sign in, and the client that asked."""

    is_valid: bool
    client: HeldClient


async def prepare(
    scope: Scope, caller: InSession[Recent], given: PrepareTrustedDevice
) -> ChallengeRow:
    """Ask a device to sign that it holds its key."""
    ceremony.refuse_unfit(scope, caller.browser.transport)
    challenge = ceremony.enrolment_challenge(
        scope,
        caller.user_id,
        platform=given.platform,
        app_identifier=given.app_identifier,
        public_key=ceremony.public_key_of(given.public_key_jwk),
    )
    row = challenge.row(caller.browser.credential.client_id)
    async with scope.db.write() as tx:
        await verification_store.insert_verification(
            tx, challenge.verification, owner=caller.user_id
        )
        await store.insert_challenge(tx, row)
    return row


async def attempt(
    scope: Scope, caller: InSession[InPerson], given: AttemptTrustedDevice
) -> TrustedDeviceRow:
    """Enrol a device by its signature: once, for the user and the client that asked.

    It takes the place of the one that this installation had before.
    """
    ceremony.refuse_unfit(scope, caller.browser.transport)
    public_key = ceremony.public_key_of(given.public_key_jwk)
    challenge = await _challenge(scope, caller, given.client_data)
    holds = _answers_challenge(challenge, given, public_key) and ceremony.is_signed(
        challenge, public_key, client_data=given.client_data, signature=given.signature
    )
    row = _new_row(scope, caller, given, public_key)
    async with scope.db.write() as tx:
        wrong = await _enrolled(tx, scope, challenge.verification_id, row, holds=holds)
        if wrong is None:
            return row
    # Recorded first, then told: the challenge is spent whatever becomes of the reply.
    raise wrong


async def _challenge(scope: Scope, caller: InSession, client_data: str) -> ChallengeRow:
    try:
        named = msgspec.json.decode(client_data, type=ceremony.ClientData).challenge_id
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise errors.form.format_invalid(param="client_data") from error
    row = await store.challenge_of_verification(scope.db, scope.instance.id, VerificationId(named))
    is_own = (
        row is not None
        and row.trusted_device_id is None
        and (row.user_id, row.client_id) == (caller.user_id, caller.browser.credential.client_id)
    )
    # A challenge is spent only by its own user.
    if row is None or not is_own:
        raise errors.verification.missing()
    return row


def _answers_challenge(row: ChallengeRow, given: AttemptTrustedDevice, public_key: bytes) -> bool:
    challenge = ceremony.client_data_of(row)
    return (challenge.platform, challenge.app_identifier, challenge.key) == (
        given.platform,
        given.app_identifier,
        ceremony.thumbprint(public_key),
    )


def _new_row(
    scope: Scope, caller: InSession, given: AttemptTrustedDevice, public_key: bytes
) -> TrustedDeviceRow:
    return TrustedDeviceRow(
        id=ids.TRUSTED_DEVICE.new(scope.now),
        instance_id=scope.instance.id,
        user_id=caller.user_id,
        client_id=caller.browser.credential.client_id,
        platform=given.platform,
        app_identifier=given.app_identifier,
        name=given.name,
        public_key=public_key,
        status="active",
        last_used_at=None,
        revoked_at=None,
        created_at=scope.now,
        updated_at=scope.now,
    )


async def _enrolled(
    tx: Write, scope: Scope, challenge_id: VerificationId, row: TrustedDeviceRow, *, holds: bool
) -> ApiError | None:
    if not await verification_store.spend(
        tx, row.instance_id, challenge_id, scope.now, holds=holds
    ):
        return errors.verification.expired()
    if not holds:
        return errors.trusted_device.enrolment_failed()
    await store.revoke_of_installation(
        tx, row.instance_id, row.client_id, row.app_identifier, scope.now
    )
    if not await store.insert_trusted_device(tx, row):
        # Not recorded: what the installation had stays.
        raise errors.trusted_device.already_exists(param="public_key_jwk")
    return None


async def of_user(scope: Scope, user_id: UserId) -> list[TrustedDeviceRow]:
    """Return a user's devices."""
    return await store.trusted_devices_of_user(scope.db, scope.instance.id, user_id)


async def of_known_user(scope: Scope, user_id: UserId) -> list[TrustedDeviceRow]:
    """Return a user's devices; raises 404 for nobody's."""
    if await user_store.user_by_id(scope.db, scope.instance.id, user_id) is None:
        raise errors.user.not_found()
    return await of_user(scope, user_id)


async def revoke(scope: Scope, user_id: UserId, id: TrustedDeviceId) -> TrustedDeviceRow:
    """Let a user's device sign in no more; raises 404 for anybody else's."""
    async with scope.db.write() as tx:
        # Before the device, as by who deletes its user.
        await credential_store.lock_credentials(tx, scope.instance.id, user_id)
        row = await store.revoke_trusted_device(tx, scope.instance.id, user_id, id, scope.now)
        if row is None:
            raise errors.trusted_device.not_found()
        await credential_store.void_proofs(tx, scope.instance.id, user_id, scope.now)
        return row


async def validate(scope: Scope, browser: KnownBrowser, id: TrustedDeviceId) -> Validation:
    """Tell an app whether its device could sign in, before it asks for biometrics."""
    ceremony.refuse_unfit(scope, browser.transport)
    client = await session_actions.require_client(scope, browser)
    row = await store.trusted_device(scope.db, scope.instance.id, id)
    user = (
        None if row is None else await user_store.user_by_id(scope.db, row.instance_id, row.user_id)
    )
    return Validation(
        is_valid=user is not None and not user.banned,
        client=HeldClient(client.id, client.token_hash),
    )
