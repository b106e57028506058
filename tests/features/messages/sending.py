"""Sending as features do: inside a write of a request."""

from collections.abc import Awaitable, Callable

from hallporter.contract.api_version import NEWEST
from hallporter.contract.scope import RequestFacts, Scope
from hallporter.core.database import Write
from tests.harness import Tenant

REQUEST = RequestFacts(
    ip="203.0.113.7",
    user_agent="Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/128.0.0.0 Safari/537.36",
    origin=None,
    base_url="https://clerk.acme.example",
    is_secure=True,
)


def written(tenant: Tenant, send: Callable[[Write, Scope], Awaitable[None]]) -> None:
    """Send in one write of the server's."""
    harness = tenant.harness
    instance = harness.server.directory.by_slug(tenant.slug)
    assert instance is not None
    scope = Scope(
        harness.server.db, harness.open.box, harness.clock.now(), instance, NEWEST, REQUEST
    )

    async def write() -> None:
        async with scope.db.write() as tx:
            await send(tx, scope)

    harness.run(write())
