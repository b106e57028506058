"""Users choose, change and remove their own passwords."""

import msgspec

from hallporter.contract import errors
from hallporter.contract.callers import AtTask, InSession, Recent, SignedIn
from hallporter.contract.scope import Scope
from hallporter.contract.settings import AttributeSettings
from hallporter.contract.texts import Password
from hallporter.core import passwords
from hallporter.core.secret import Secret
from hallporter.features.credentials import password as credential_password
from hallporter.features.credentials import store as credential_store
from hallporter.features.credentials.rows import CredentialsRow
from hallporter.features.events import users as user_events
from hallporter.features.sessions import actions as session_actions
from hallporter.features.users import actions as user_actions
from hallporter.features.users import notices
from hallporter.features.users import store as user_store
from hallporter.features.users.rows import UserDetailsRow

_SHOWN = "current_password"


class ChangePassword(msgspec.Struct, frozen=True, kw_only=True):
    """The new password and, where there is one, the current."""

    new_password: Password
    current_password: Password | None = None
    sign_out_of_other_sessions: bool | None = None


class RemovePassword(msgspec.Struct, frozen=True, kw_only=True):
    """The password that is to go."""

    current_password: Password
    sign_out_of_other_sessions: bool | None = None


async def change(scope: Scope, caller: AtTask[Recent], given: ChangePassword) -> None:
    """Give the user a new password. A user who has one must prove it first."""
    if not scope.instance.settings.attributes.password.enabled:
        raise errors.form.not_enabled(param="new_password")
    known = await credential_store.credentials(scope.db, scope.instance.id, caller.user_id)
    if known is not None and known.password_hash is not None:
        # Who is here to replace a password that others know is not asked for it again.
        if not (caller.is_pending and known.password_compromised_at is not None):
            await _prove(scope, caller, known, given.current_password)
        await _refuse_unchanged(known, given)
    user = await _user(scope, caller)
    owner = [each.canonical for each in user.identification_rows()]
    password_hash = await credential_password.hash_new(
        scope, given.new_password, owner=owner, param="new_password"
    )
    await _replace(
        scope, caller, user, known, password_hash, is_alone=given.sign_out_of_other_sessions
    )


async def remove(scope: Scope, caller: SignedIn[Recent], given: RemovePassword) -> None:
    """Take the password away from a user who signs in some other way."""
    known = await credential_store.credentials(scope.db, scope.instance.id, caller.user_id)
    if known is None or known.password_hash is None:
        raise errors.user.no_password_set()
    await _prove(scope, caller, known, given.current_password)
    user = await _user(scope, caller)
    if scope.instance.settings.attributes.password.required or not _signs_in_by_code(scope, user):
        raise errors.user.password_required()
    await _replace(scope, caller, user, known, None, is_alone=given.sign_out_of_other_sessions)


async def _prove(
    scope: Scope, caller: InSession[Recent], known: CredentialsRow, shown: Secret | None
) -> None:
    """Raise unless `shown` is the password; a wrong one counts as a wrong guess anywhere does."""
    user_actions.refuse_locked(
        scope, await user_store.user_by_id(scope.db, scope.instance.id, caller.user_id)
    )
    if shown is None and scope.instance.settings.reverification:
        # The user has just been reverified, and Clerk's components ask for nothing else.
        return
    if shown is None:
        raise errors.form.missing(param=_SHOWN)
    if await passwords.fits(known.password_hash, shown.reveal()):
        return
    wrong = errors.form.password_incorrect(param=_SHOWN)
    async with scope.db.write() as tx:
        wrong = await user_actions.note_failure(tx, scope, caller.user_id, wrong)
    raise wrong


async def _refuse_unchanged(known: CredentialsRow, given: ChangePassword) -> None:
    if given.current_password is None:
        is_same = await passwords.fits(known.password_hash, given.new_password.reveal())
    else:
        shown, new = given.current_password.reveal(), given.new_password.reveal()
        is_same = passwords.normalised(shown) == passwords.normalised(new)
    if is_same:
        raise errors.form.password_unchanged(param="new_password")


def _signs_in_by_code(scope: Scope, user: UserDetailsRow) -> bool:
    attributes = scope.instance.settings.attributes
    return any(
        each.is_owned and _signs_in_by(getattr(attributes, each.type))
        for each in user.identification_rows()
        if each.type != "username"
    )


def _signs_in_by(attribute: AttributeSettings) -> bool:
    return attribute.enabled and bool(attribute.first_factors)


async def _user(scope: Scope, caller: InSession) -> UserDetailsRow:
    user = await user_store.user_details(scope.db, scope.instance.id, caller.user_id)
    if user is None:
        raise errors.user.not_found()
    return user


async def _replace(
    scope: Scope,
    caller: InSession[Recent],
    user: UserDetailsRow,
    known: CredentialsRow | None,
    password_hash: str | None,
    *,
    is_alone: bool | None,
) -> None:
    instance_id, user_id = scope.instance.id, caller.user_id
    old_hash = None if known is None else known.password_hash
    async with scope.db.write() as tx:
        await user_actions.refuse_kept_out(tx, scope, user_id)
        if not await credential_store.change_password(
            tx, instance_id, user_id, password_hash, old_hash, scope.now
        ):
            raise errors.form.password_incorrect(param=_SHOWN)
        await user_store.touch_user(tx, instance_id, user_id, scope.now)
        user_events.changed(tx, scope, user_id)
        if old_hash is not None:
            slug = "password_removed" if password_hash is None else "password_changed"
            await notices.tell(tx, scope, user, slug)
        if is_alone:
            await session_actions.end_all_of_user(tx, scope, user_id, but=caller.session_id)
        await session_actions.settle(tx, scope, user_id)
