"""What every test may ask for: a real server over HTTP, a clock, an inbox, clients of both APIs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from hallporter.contract.settings import Settings
from tests.contract import published
from tests.harness import Backend, Browser, Clock, Harness, Outbox, Tenant, running_harness

# How long an example takes is the machine's affair, not the property's.
hypothesis.settings.register_profile(
    "hallporter", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("hallporter")

Make = Callable[..., Tenant]


# Of these a file may take half a minute and more: what begins last should not be one of them.
_LONG = frozenset({"browser", "cli", "crash", "examples", "fuzz", "contract"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, and give what a real browser does a second try.

    The summary tells which story needed it.
    """
    tests = Path(__file__).parent
    items.sort(key=lambda item: item.path.relative_to(tests).parts[0] not in _LONG)
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say so when replies could not be held against the documents: such tests pass."""
    if published.folder() is None:
        terminalreporter.write_line(published.ABSENT)


@pytest.fixture(scope="session")
def harness() -> Iterator[Harness]:
    """The server with a database of its own: one per worker process, shared by its tests."""
    with running_harness() as harness:
        yield harness


@pytest.fixture
def clock(harness: Harness) -> Clock:
    """The server's clock, which moves only by hand; every test finds it at the present."""
    harness.clock.reset()
    return harness.clock


@pytest.fixture
def make_instance(harness: Harness, clock: Clock) -> Iterator[Make]:
    """Make instances: each a tenant of its own, so tests share a server and nothing else."""
    yield harness.make_instance
    harness.hang_up()


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance of this test's own: local, in test mode."""
    return make_instance(Settings(test_mode=True))


@pytest.fixture
def backend(instance: Tenant) -> Iterator[Backend]:
    """A server that holds the instance's secret key and speaks the newest version."""
    with instance.backend() as backend:
        yield backend


@pytest.fixture
def browser(instance: Tenant) -> Iterator[Browser]:
    """A browser on a page of the instance, without any cookie yet."""
    with instance.browser() as browser:
        yield browser


@pytest.fixture
def outbox(instance: Tenant) -> Outbox:
    """What the instance has mailed."""
    return instance.outbox()
