"""Which client a token belongs to now, for callers who want more than a signature check."""

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.features.browsers import store
from hallporter.features.browsers.rows import ClientWithSessionsRow
from hallporter.tokens import client_token, jwt, session_token
from hallporter.tokens.client_token import ClientClaims
from hallporter.tokens.session_token import SessionClaims

_EXPECTED: dict[str, type[ClientClaims] | type[SessionClaims]] = {
    client_token.CATEGORY: ClientClaims,
    session_token.CATEGORY: SessionClaims,
}


async def client_of_token(scope: Scope, token: Secret) -> ClientWithSessionsRow:
    """Return the client of a session token or client token that is good at this moment.

    Raises `token_invalid`, `token_expired`, or 404 when its session or client has ended.
    """
    claims = jwt.verified_claims(
        scope.instance, token.reveal(), _EXPECTED, backed=(client_token.CATEGORY,)
    )
    if isinstance(claims, ClientClaims):
        return await _of_client_token(scope, claims)
    return await _of_session_token(scope, claims)


async def _of_session_token(scope: Scope, claims: SessionClaims) -> ClientWithSessionsRow:
    session_token.refuse_unfit(scope.instance, claims, scope.now)
    row = await store.client_of_live_session(scope.db, scope.instance.id, claims.sid, scope.now)
    if row is None:
        raise errors.session.not_found()
    return row


async def _of_client_token(scope: Scope, claims: ClientClaims) -> ClientWithSessionsRow:
    row = await store.client_with_sessions(scope.db, scope.instance.id, claims.id, scope.now)
    if row is None or row.token_hash != claims.token_hash:
        raise errors.client.not_found()
    return row
