"""Sending as features do: inside a write of a request."""

from collections.abc import Awaitable, Callable

from hallporter.contract.api_version import NEWEST
from hallporter.contract.scope import Scope, Visitor
from hallporter.core.database import Write
from tests.house import Tenant

VISITOR = Visitor(
    ip="203.0.113.7",
    user_agent="Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/128.0.0.0 Safari/537.36",
    origin=None,
    base_url="https://clerk.acme.example",
    is_secure=True,
)


def written(tenant: Tenant, send: Callable[[Write, Scope], Awaitable[None]]) -> None:
    """Send in one write of the server's."""
    house = tenant.house
    instance = house.server.directory.by_slug(tenant.slug)
    assert instance is not None
    scope = Scope(house.server.db, house.open.box, house.clock.now(), instance, NEWEST, VISITOR)

    async def write() -> None:
        async with scope.db.write() as tx:
            await send(tx, scope)

    house.run(write())
