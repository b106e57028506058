"""Users set up their own second factors: an authenticator app, and backup codes."""

from urllib.parse import quote, urlencode

import msgspec

from hallporter.contract import errors
from hallporter.contract.callers import InPerson, InSession, Recent, SignedIn
from hallporter.contract.scope import Scope
from hallporter.core import random
from hallporter.core.database import Write
from hallporter.core.secret import Secret
from hallporter.features.credentials import one_time
from hallporter.features.credentials import store as credential_store
from hallporter.features.events import users as user_events
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.profile.credentials import disarming
from hallporter.features.sessions import actions as session_actions
from hallporter.features.sessions import store as session_store
from hallporter.features.users import store as user_store
from hallporter.features.users.rows import UserDetailsRow

_BACKUP_CODES = 10
_BACKUP_CODE_LENGTH = 8


class NewApp(msgspec.Struct, frozen=True):
    """What an authenticator app is set up with, told only now."""

    secret: Secret
    uri: Secret


async def begin_app(scope: Scope, caller: InSession[Recent]) -> NewApp:
    """Make the secret of a new authenticator app; it counts once a code of it was shown."""
    if not scope.instance.settings.attributes.authenticator_app.is_second_factor:
        raise errors.form.not_enabled(param="totp")
    user = await own_user(scope, caller)
    secret = random.base32_secret()
    sealed = scope.box.encrypt(secret)
    async with scope.db.write() as tx:
        if not await credential_store.set_pending_totp_secret(
            tx, scope.instance.id, caller.user_id, sealed, scope.now
        ):
            raise errors.user.totp_already_enabled()
    return NewApp(Secret(secret), Secret(_uri(scope, user, secret)))


async def confirm_app(scope: Scope, caller: InSession[InPerson], code: Secret) -> list[str] | None:
    """Turn the new authenticator app on; returns backup codes if it is the first second factor."""
    known = await credential_store.credentials(scope.db, scope.instance.id, caller.user_id)
    if known is not None and known.totp_secret_encrypted is not None:
        raise errors.user.totp_already_enabled()
    if known is None or known.pending_totp_secret_encrypted is None:
        raise errors.verification.missing()
    sealed = known.pending_totp_secret_encrypted
    secret = scope.box.decrypt(sealed).decode()
    step = one_time.matching_step(secret, code.reveal().strip(), scope.now)
    user = await own_user(scope, caller)
    async with scope.db.write() as tx:
        if step is None or not await credential_store.confirm_totp_secret(
            tx, scope.instance.id, caller.user_id, sealed, step, scope.now
        ):
            raise errors.form.code_incorrect(param="code")
        await user_store.touch_user(tx, scope.instance.id, caller.user_id, scope.now)
        user_events.changed(tx, scope, caller.user_id)
        # The code proves the factor as well as any later one will.
        await session_store.note_factors(
            tx, scope.instance.id, caller.session_id, scope.now, first=False, second=True
        )
        await session_actions.settle(tx, scope, caller.user_id)
        return await first_backup_codes(tx, scope, user)


async def remove_app(scope: Scope, caller: SignedIn[Recent]) -> None:
    """Take the authenticator app away, and the backup codes when no other factor is left."""
    user = await own_user(scope, caller)
    if not user.totp_enabled:
        raise errors.user.totp_not_enabled()
    is_last = not any(each.is_second_factor for each in user.identification_rows())
    await disarming.disable_mfa(scope, caller.user_id, backup_codes=is_last, phone_numbers=False)


async def new_backup_codes(scope: Scope, caller: InSession[Recent]) -> list[str]:
    """Make backup codes, which replace the ones there were."""
    user = await own_user(scope, caller)
    if not (scope.instance.settings.attributes.backup_code.enabled and user.has_second_factor):
        raise errors.user.backup_codes_not_available()
    async with scope.db.write() as tx:
        if await user_store.lock_user(tx, scope.instance.id, caller.user_id) is None:
            raise errors.user.not_found()
        codes = await _store_backup_codes(tx, scope, user)
        await user_store.touch_user(tx, scope.instance.id, caller.user_id, scope.now)
        user_events.changed(tx, scope, caller.user_id)
    return codes


async def first_backup_codes(tx: Write, scope: Scope, user: UserDetailsRow) -> list[str] | None:
    """Make backup codes for a user who had no second factor until now, if the instance has them."""
    is_enabled = scope.instance.settings.attributes.backup_code.enabled
    if not is_enabled or user.has_second_factor or user.backup_code_enabled:
        return None
    return await _store_backup_codes(tx, scope, user)


async def numbers_changed(
    tx: Write, scope: Scope, user: UserDetailsRow, owned: list[IdentificationRow]
) -> list[str] | None:
    """Note that a user who was `user` now has these numbers; returns backup codes if made.

    With the first second factor they come, with the last one they go.
    """
    has_one = user.totp_enabled or any(each.is_second_factor for each in owned)
    if has_one == user.has_second_factor:
        return None
    await credential_store.mark_mfa(tx, scope.instance.id, user.id, scope.now, is_on=has_one)
    if has_one:
        await session_actions.settle(tx, scope, user.id)
        return await first_backup_codes(tx, scope, user)
    await credential_store.clear_backup_codes(tx, scope.instance.id, user.id, scope.now)
    return None


async def _store_backup_codes(tx: Write, scope: Scope, user: UserDetailsRow) -> list[str]:
    codes = [random.letters(_BACKUP_CODE_LENGTH) for _ in range(_BACKUP_CODES)]
    hashes = [one_time.hash_of_backup_code(scope, code) for code in codes]
    await credential_store.set_backup_codes(tx, scope.instance.id, user.id, hashes, scope.now)
    return codes


async def own_user(scope: Scope, caller: InSession) -> UserDetailsRow:
    """Return the caller with everything that shows of them."""
    user = await user_store.user_details(scope.db, scope.instance.id, caller.user_id)
    if user is None:
        raise errors.user.not_found()
    return user


def _uri(scope: Scope, user: UserDetailsRow, secret: str) -> str:
    """Return what the QR code holds (the Key URI Format of Google Authenticator)."""
    owned = user.identification_rows()
    primary = (user.primary_email_address_id, user.primary_phone_number_id)
    shown = next((each for each in owned if each.id in primary), owned[0] if owned else None)
    account = user.id if shown is None else shown.identifier
    issuer = scope.instance.settings.display.application_name
    query = urlencode(
        {"algorithm": "SHA1", "digits": 6, "issuer": issuer, "period": 30, "secret": secret},
        quote_via=quote,
    )
    return f"otpauth://totp/{quote(issuer, safe='')}:{quote(account, safe='')}?{query}"
