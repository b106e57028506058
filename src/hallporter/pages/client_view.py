"""This browser's client in the words of the three Clients operations of the Backend API."""

import msgspec

from hallporter.contract.api_error import ApiError
from hallporter.contract.api_version import UNDATED
from hallporter.contract.callers import Browser
from hallporter.contract.ids import ClientId
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.edge import error_envelope, reply
from hallporter.features.browsers import store as browser_store
from hallporter.features.browsers import verifying
from hallporter.features.envelope import views as envelope_views
from hallporter.features.sessions import identity

_LISTED = 5


class Exchange(msgspec.Struct, frozen=True):
    """A request that the app's server could make now, and its answer in the two forms."""

    request: str
    status: int
    dated: msgspec.Raw
    undated: msgspec.Raw


class ClientView(msgspec.Struct, frozen=True):
    """What the server knows of this browser; `exchanges` are empty while it has no client."""

    client_id: ClientId | None
    exchanges: list[Exchange]


async def client_view(scope: Scope, browser: Browser, session_token: str | None) -> ClientView:
    """Answer the three operations for the client that `browser` has."""
    try:
        row = await identity.current_client(scope, browser)
    except ApiError:
        # A look that crossed a sign-in or sign-out: the page believes the next one.
        row = None
    if row is None:
        return ClientView(client_id=None, exchanges=[])
    return ClientView(
        client_id=row.id,
        exchanges=[
            await _get_client(scope, row.id),
            await _verify_client(scope, session_token),
            await _get_client_list(scope),
        ],
    )


async def _get_client(scope: Scope, id: ClientId) -> Exchange:
    row = await browser_store.client_with_sessions(scope.db, scope.instance.id, id, scope.now)
    answer = None if row is None else envelope_views.backend_client(row, scope.now)
    return _exchange(scope, f"GET /v1/clients/{id}", 200, answer)


async def _verify_client(scope: Scope, session_token: str | None) -> Exchange:
    request = "POST /v1/clients/verify"
    try:
        row = await verifying.client_of_token(scope, Secret(session_token or ""))
    except ApiError as error:
        # Without the trace id, which would be another one at every look.
        body = {"errors": error_envelope.envelope(error, "")["errors"]}
        return _exchange(scope, request, error.status, body)
    return _exchange(scope, request, 200, envelope_views.backend_client(row, scope.now))


async def _get_client_list(scope: Scope) -> Exchange:
    rows = await browser_store.clients_page(
        scope.db, scope.instance.id, scope.now, limit=_LISTED, offset=0
    )
    answer = [envelope_views.backend_client(row, scope.now) for row in rows]
    return _exchange(scope, f"GET /v1/clients?limit={_LISTED}", 200, answer)


def _exchange(scope: Scope, request: str, status: int, answer: object) -> Exchange:
    return Exchange(
        request=request,
        status=status,
        dated=msgspec.Raw(reply.encode(answer, scope.version)),
        undated=msgspec.Raw(reply.encode(answer, UNDATED)),
    )
