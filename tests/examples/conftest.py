"""One server for all examples, and the examples, each started when a test first asks for it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from scripts.examples import Keys, settings
from tests.browser.conftest import chromium
from tests.browser.opening import opened
from tests.browser.servers import RunningServer, running_server
from tests.examples.apps import running_example
from tests.examples.visit import Visit

__all__ = ["chromium"]

Settings = Callable[..., dict[str, str]]


@pytest.fixture(scope="session")
def server() -> Iterator[RunningServer]:
    """A server as `hallporter serve` starts it."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def settings_of(server: RunningServer) -> Settings:
    """What a developer would have in an example's `.env`."""
    keys = Keys(server.publishable_key, server.secret_key)

    def settings_of(name: str, **others: str) -> dict[str, str]:
        return settings(name, keys, server=server.page_url.rstrip("/"), **others)

    return settings_of


@pytest.fixture(scope="session")
def express(settings_of: Settings) -> Iterator[str]:
    """The address of `examples/express`."""
    with running_example("express", settings_of("express")) as url:
        yield url


@pytest.fixture(scope="session")
def nextjs(settings_of: Settings) -> Iterator[str]:
    """The address of `examples/nextjs`."""
    with running_example("nextjs", settings_of("nextjs")) as url:
        yield url


@pytest.fixture(scope="session")
def react_vite(settings_of: Settings, express: str) -> Iterator[str]:
    """The address of `examples/react-vite`, whose API is the Express example."""
    with running_example("react-vite", settings_of("react-vite", api=express)) as url:
        yield url


@pytest.fixture
def visit(chromium: Browser, server: RunningServer) -> Iterator[Visit]:
    """Somebody's browser, which must complain of nothing and ask nobody but localhost."""
    with opened(chromium) as context:
        visit = Visit(context.new_page(), server)
        yield visit
        visit.expect_clean()
