"""Lock, ban, touch and delete users."""

from collections.abc import Iterable

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.core.clock import MINUTE, SECOND
from hallporter.core.database import Write
from hallporter.features.clients import store as client_store
from hallporter.features.credentials import store as credential_store
from hallporter.features.events import users as user_events
from hallporter.features.identifications import store as identification_store
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.sessions import actions as session_actions
from hallporter.features.users import notices, store
from hallporter.features.users.rows import UserRow

_GUESSES = frozenset(
    each.code
    for each in (
        errors.form.password_incorrect,
        errors.form.password_or_identifier_incorrect,
        errors.form.code_incorrect,
        errors.form.signature_incorrect,
    )
)


def refuse_locked(scope: Scope, user: UserRow | None) -> None:
    """Raise when a user is locked or banned; a stranger passes and fails later like anybody."""
    if user is None:
        return
    if user.banned:
        raise errors.user.banned()
    if user.is_locked(scope.now):
        raise locked(user, scope.now)


def locked(user: UserRow, now: int) -> ApiError:
    """Return the error that says for how long the account stays shut."""
    milliseconds = (user.locked_until or now) - now
    return errors.user.locked(lockout_expires_in_seconds=-(-milliseconds // SECOND))


async def refuse_kept_out(tx: Write, scope: Scope, user_id: UserId | None) -> None:
    """Check lock and ban again, in the write that records a success.

    Parallel guesses are all judged before the first one is counted. After the account is locked, a
    request must not learn whether its guess was right.
    """
    if user_id is None:
        return
    user = await store.lock_user(tx, scope.instance.id, user_id)
    if user is None:
        raise errors.form.identifier_not_found(param="identifier")
    refuse_locked(scope, user)


async def lock_with_identifications(
    tx: Write, scope: Scope, user_id: UserId
) -> tuple[UserRow, list[IdentificationRow]]:
    """Lock a user and return them with their identifications."""
    user = await store.lock_user(tx, scope.instance.id, user_id)
    if user is None:
        raise errors.user.not_found()
    return user, await identification_store.identifications_of_user(tx, scope.instance.id, user_id)


async def take_away(tx: Write, scope: Scope, row: IdentificationRow) -> None:
    """Take an address, a number or a wallet from its user; what was proved with it is void."""
    await user_events.gives_up(tx, scope, row.id)
    if row.is_owned:
        await credential_store.void_proofs(tx, scope.instance.id, row.user_id, scope.now)
    await identification_store.delete_identification(tx, scope.instance.id, row.id)


async def note_failure(tx: Write, scope: Scope, user_id: UserId, wrong: ApiError) -> ApiError:
    """Count a wrong guess and return the error; at the limit, lock the account.

    The user gets a mail about the lock. After it, the error no longer shows whether the guess was
    wrong.
    """
    lockout = scope.instance.settings.lockout
    is_guess = any(each.kind.code in _GUESSES for each in wrong.occurrences)
    if not lockout.enabled or not is_guess:
        return wrong
    until = scope.now + lockout.duration_in_minutes * MINUTE
    is_the_last = await store.failed_attempt(
        tx,
        scope.instance.id,
        user_id,
        scope.now,
        limit=lockout.max_attempts,
        locked_until=until,
    )
    if is_the_last:
        user_events.changed(tx, scope, user_id)
        await _tell_of_lock(tx, scope, user_id, until)
    user = await store.user_by_id(tx, scope.instance.id, user_id) if is_the_last is None else None
    return wrong if user is None else locked(user, scope.now)


async def _tell_of_lock(tx: Write, scope: Scope, user_id: UserId, until: int) -> None:
    lockout = scope.instance.settings.lockout
    minutes = lockout.duration_in_minutes
    user = await store.user_details(tx, scope.instance.id, user_id)
    if user is not None:
        await notices.tell(
            tx,
            scope,
            user,
            "account_locked",
            failed_attempts=lockout.max_attempts,
            lockout_duration="1 minute" if minutes == 1 else f"{minutes} minutes",
            unlock_time=until,
        )


async def set_banned(scope: Scope, user_ids: Iterable[UserId], *, banned: bool) -> None:
    """Ban users, which ends their sessions at once, or lift their bans: all of them or none."""
    async with scope.db.write() as tx:
        # In one order, whoever asks: two such requests do not wait for each other.
        for user_id in sorted(set(user_ids)):
            if not await store.set_banned(tx, scope.instance.id, user_id, banned, scope.now):
                raise errors.user.not_found()
            user_events.changed(tx, scope, user_id)
            if banned:
                await session_actions.end_all_of_user(tx, scope, user_id)


async def set_locked(scope: Scope, user_id: UserId, *, locked: bool) -> None:
    """Keep a user from signing in for as long as the instance locks accounts, or open it again."""
    lockout = scope.instance.settings.lockout
    if not lockout.enabled:
        raise errors.user.lockout_not_enabled()
    until = scope.now + lockout.duration_in_minutes * MINUTE if locked else None
    async with scope.db.write() as tx:
        if not await store.set_lock(tx, scope.instance.id, user_id, until, scope.now):
            raise errors.user.not_found()
        user_events.changed(tx, scope, user_id)


async def delete_user(scope: Scope, user_id: UserId) -> None:
    """Delete a user with everything that is theirs; their clients know of it at once."""
    async with scope.db.write() as tx:
        # Lock the user first, so that no session starts before the user is deleted.
        user = await store.lock_user(tx, scope.instance.id, user_id)
        if user is None:
            raise errors.user.not_found()
        await user_events.deleted(tx, scope, user_id, user.external_id)
        await session_actions.end_all_of_user(tx, scope, user_id)
        await client_store.forget_sign_ins_of_user(tx, scope.instance.id, user_id)
        await store.delete_user(tx, scope.instance.id, user_id)
