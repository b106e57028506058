"""Sessions that a server opens for a user, on a client that no browser holds."""

from hallporter.contract import errors
from hallporter.contract.callers import Browser
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.features.clients import actions as client_actions
from hallporter.features.sessions import actions, store
from hallporter.features.sessions.actions import NewSession
from hallporter.features.sessions.rows import SessionRow


async def create(
    scope: Scope, user_id: UserId, *, active_organization_id: str | None
) -> SessionRow:
    """Start a session for `user_id`; raises 404 for a stranger, 403 for a banned user."""
    if active_organization_id is not None:
        raise errors.form.value_invalid(param="active_organization_id")
    is_banned = await store.is_banned(scope.db, scope.instance.id, user_id)
    if is_banned is None:
        raise errors.user.not_found()
    if is_banned:
        raise errors.user.banned()
    async with scope.db.write() as tx:
        started = await actions.start(
            tx,
            scope,
            client_actions.coming(scope, Browser(credential=None), is_counted=False),
            NewSession(user_id=user_id, strategy="secret_key", first_factor_verified_at=None),
        )
    return started.session
