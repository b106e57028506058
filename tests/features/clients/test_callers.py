"""What makes callers, tried by itself: no door that there is could show a fault in it."""

from collections.abc import Awaitable
from typing import Any

from hallporter.contract.api_version import NEWEST
from hallporter.contract.callers import Anyone, Browser, Syncing
from hallporter.contract.problem import ApiError
from hallporter.contract.scope import Scope
from hallporter.edge.wiring import Presented
from hallporter.main import RESOLVERS
from tests.features.messages.sending import VISITOR
from tests.house import Tenant


def test_who_shows_nothing_is_nobody_but_a_stranger(instance: Tenant) -> None:
    """A door for servers is open to nobody at the Frontend API, where no key is looked for."""
    house = instance.house
    found = house.server.directory.by_slug(instance.slug)
    assert found is not None
    scope = Scope(house.server.db, house.open.box, house.clock.now(), found, NEWEST, VISITOR)

    async def status(made: Awaitable[Any]) -> int:
        try:
            await made
        except ApiError as refused:
            return refused.status
        return 200

    statuses = {
        kind: house.run(status(resolve(scope, Presented()))) for kind, resolve in RESOLVERS.items()
    }
    let_in = {kind for kind, told in statuses.items() if told == 200}
    assert let_in == {Anyone, Browser, Syncing}
    assert set(statuses.values()) == {200, 401}
