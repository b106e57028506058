"""Taking a user's credentials away, on a server's word."""

from hallporter.contract import errors
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.features.credentials import store as credential_store
from hallporter.features.events import users as user_events
from hallporter.features.identifications import store as identification_store
from hallporter.features.sessions import actions as session_actions
from hallporter.features.users import store as user_store


async def remove_password(scope: Scope, user_id: UserId, *, ends_sessions: bool) -> None:
    """Take a user's password away, even if it was the only way in."""
    async with scope.db.write() as tx:
        user = await user_store.lock_user(tx, scope.instance.id, user_id)
        if user is None:
            raise errors.user.not_found()
        if await credential_store.clear_password(tx, scope.instance.id, user_id, scope.now):
            await user_store.touch_user(tx, scope.instance.id, user_id, scope.now)
            user_events.changed(tx, scope, user_id)
        if ends_sessions:
            await session_actions.end_all_of_user(tx, scope, user_id)
        await session_actions.settle(tx, scope, user_id)


async def set_compromised(
    scope: Scope, user_id: UserId, *, compromised: bool, ends_sessions: bool = False
) -> None:
    """Say that others know a user's password, or that it is well: it is due at the next sign-in."""
    async with scope.db.write() as tx:
        if await user_store.lock_user(tx, scope.instance.id, user_id) is None:
            raise errors.user.not_found()
        if not await credential_store.set_compromised(
            tx, scope.instance.id, user_id, scope.now if compromised else None
        ):
            raise errors.user.no_password_set()
        user_events.changed(tx, scope, user_id)
        if ends_sessions:
            await session_actions.end_all_of_user(tx, scope, user_id)
        await session_actions.settle(tx, scope, user_id)


async def disable_mfa(
    scope: Scope,
    user_id: UserId,
    *,
    totp: bool = True,
    backup_codes: bool = True,
    phone_numbers: bool = True,
) -> None:
    """Take a user's second factors away, all of them or those named; what is not there stays so."""
    async with scope.db.write() as tx:
        if await user_store.lock_user(tx, scope.instance.id, user_id) is None:
            raise errors.user.not_found()
        cleared = False
        if totp:
            cleared = await credential_store.clear_totp_secret(
                tx, scope.instance.id, user_id, scope.now
            )
        if backup_codes:
            cleared |= await credential_store.clear_backup_codes(
                tx, scope.instance.id, user_id, scope.now
            )
        if phone_numbers:
            cleared |= await identification_store.release_second_factors(
                tx, scope.instance.id, user_id, scope.now
            )
        if cleared:
            await user_store.touch_user(tx, scope.instance.id, user_id, scope.now)
            user_events.changed(tx, scope, user_id)
