"""Backend API endpoints of clients: the page that hallporter began with."""

from collections.abc import AsyncIterator, Sequence

import msgspec

from hallporter.contract import errors
from hallporter.contract.api_version import UNDATED
from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import ClientId
from hallporter.contract.objects import Page, listed
from hallporter.contract.reply import Stream
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Token, Word
from hallporter.core.paging import ListQuery
from hallporter.edge.operation import backend
from hallporter.features.browsers import handshake, verifying
from hallporter.features.browsers import store as browser_store
from hallporter.features.envelope import views
from hallporter.features.envelope.views import BackendClient


class VerifyClient(msgspec.Struct, frozen=True, kw_only=True):
    """A token of the client: its session's or its own."""

    token: Token


class HandshakePayloadQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which handshake."""

    nonce: Word


class HandshakePayload(msgspec.Struct, frozen=True):
    """The cookies that a backend sets on its own host."""

    directives: list[str]


@backend.get("/v1/clients", is_undated=True)
async def get_client_list(
    scope: Scope, caller: SecretKey, query: ListQuery
) -> list[BackendClient] | Page[BackendClient] | Stream:
    """Return clients, newest first; the undated API without a limit means all of them."""
    if scope.version == UNDATED and query.limit is None and not query.paginated:
        return Stream(await _begun(_all(scope, query.offset)))
    rows = await browser_store.clients_page(
        scope.db.listing, scope.instance.id, scope.now, limit=query.size, offset=query.offset
    )
    found = [views.backend_client(row, scope.now) for row in rows]
    return await listed(
        query, found, lambda: browser_store.client_count(scope.db.listing, scope.instance.id)
    )


@backend.get("/v1/clients/{client_id}", is_undated=True)
async def get_client(scope: Scope, caller: SecretKey, client_id: ClientId) -> BackendClient:
    """Return one client."""
    row = await browser_store.client_with_sessions(
        scope.db, scope.instance.id, client_id, scope.now
    )
    if row is None:
        raise errors.client.not_found()
    return views.backend_client(row, scope.now)


@backend.post("/v1/clients/verify", is_undated=True, in_maintenance=True)
async def verify_client(scope: Scope, caller: SecretKey, given: VerifyClient) -> BackendClient:
    """Return the live client that a token belongs to."""
    return views.backend_client(await verifying.client_of_token(scope, given.token), scope.now)


@backend.get("/v1/clients/handshake_payload")
async def get_handshake_payload(
    scope: Scope, caller: SecretKey, query: HandshakePayloadQuery
) -> HandshakePayload:
    """Trade a handshake's nonce for its cookies, once."""
    return HandshakePayload(await handshake.take_payload(scope, query.nonce))


async def _begun(
    batches: AsyncIterator[Sequence[BackendClient]],
) -> AsyncIterator[Sequence[BackendClient]]:
    """Return the same batches, the first one read: until then a refusal has a status."""
    first = await anext(batches, None)

    async def all_of_them() -> AsyncIterator[Sequence[BackendClient]]:
        if first is not None:
            yield first
        async for batch in batches:
            yield batch

    return all_of_them()


async def _all(scope: Scope, offset: int) -> AsyncIterator[Sequence[BackendClient]]:
    db, instance_id = scope.db.listing, scope.instance.id
    async for rows in browser_store.all_clients(db, instance_id, scope.now, offset=offset):
        yield [views.backend_client(row, scope.now) for row in rows]
