"""How many steps of the interpreter the server takes for a request, counted inside of it."""

from collections.abc import Callable

from benchmarks import steps
from benchmarks.steps import Steps
from tests.house import Reply, Tenant


def steps_of(tenant: Tenant, request: Callable[[], Reply]) -> Steps:
    """Return the steps by where they were taken, what the server does by the clock included."""
    counting = steps.counted()

    async def begin() -> Steps:
        return counting.__enter__()

    async def end() -> None:
        counting.__exit__(None, None, None)

    taken = tenant.house.run(begin())
    request()
    tenant.house.run(end())
    return taken
