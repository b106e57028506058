"""Is this token that session's, now?"""

from hallporter.contract import errors
from hallporter.contract.ids import SessionId
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.features.sessions import store
from hallporter.features.sessions.rows import SessionRow
from hallporter.tokens import session_token


async def session_of_token(scope: Scope, id: SessionId, token: Secret) -> SessionRow:
    """Return the session called `id` if `token` was minted from it and both still hold."""
    claims = session_token.verify(scope.instance, token.reveal(), scope.now)
    row = await store.session_by_id(scope.db, scope.instance.id, id)
    if row is None or claims.sid != id:
        raise errors.session.not_found()
    if not row.is_live(scope.now):
        raise errors.session.not_active()
    return row
