"""What makes callers, tried by itself: no endpoint that there is could show a fault in it."""

from collections.abc import Awaitable
from typing import Any

from hallporter.contract.api_error import ApiError
from hallporter.contract.api_version import NEWEST
from hallporter.contract.callers import Anyone, Browser, Syncing
from hallporter.contract.scope import Scope
from hallporter.edge.wiring import Presented
from hallporter.main import RESOLVERS
from tests.features.messages.sending import REQUEST
from tests.harness import Tenant


def test_who_shows_nothing_is_nobody_but_a_stranger(instance: Tenant) -> None:
    """An endpoint for servers is open to nobody at the Frontend API, where no key is looked for."""
    harness = instance.harness
    found = harness.server.directory.by_slug(instance.slug)
    assert found is not None
    scope = Scope(harness.server.db, harness.open.box, harness.clock.now(), found, NEWEST, REQUEST)

    async def status(made: Awaitable[Any]) -> int:
        try:
            await made
        except ApiError as error:
            return error.status
        return 200

    statuses = {
        kind: harness.run(status(resolve(scope, Presented())))
        for kind, resolve in RESOLVERS.items()
    }
    let_in = {kind for kind, expected in statuses.items() if expected == 200}
    assert let_in == {Anyone, Browser, Syncing}
    assert set(statuses.values()) == {200, 401}
