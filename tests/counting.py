"""How many steps of the interpreter the server takes for a request, counted inside of it."""

from collections.abc import Callable

from benchmarks import steps
from benchmarks.steps import Steps
from tests.harness import Reply, Tenant


def steps_of(tenant: Tenant, request: Callable[[], Reply]) -> Steps:
    """Return the steps by where they were taken, what the server does by the clock included."""
    with tenant.harness.looking(steps.counted()) as taken:
        request()
    return taken
