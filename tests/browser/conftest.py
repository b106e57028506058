"""Servers and a Chromium for the tests of this folder."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from hallporter.contract.settings import Settings
from tests.browser import scenarios
from tests.browser.opening import opened
from tests.browser.scenarios import TIMEOUT, App, Begin, Scenario
from tests.browser.servers import RunningServer, Transport, bundles, running_server
from tests.browser.start_page import StartPage
from tests.conftest import Make
from tests.harness import Harness

CHROMIUM = os.environ.get("HALLPORTER_CHROMIUM", "/usr/bin/chromium")
# It must ask nobody but our server for anything.
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


class Servers:
    """One server per transport, started when a test first asks for it."""

    def __init__(self, lifetimes: ExitStack) -> None:
        self._lifetimes = lifetimes
        self._running: dict[Transport, RunningServer] = {}

    def __getitem__(self, transport: Transport) -> RunningServer:
        if transport not in self._running:
            self._running[transport] = self._lifetimes.enter_context(running_server(transport))
        return self._running[transport]


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The servers, by transport."""
    with ExitStack() as lifetimes:
        yield Servers(lifetimes)


@pytest.fixture(params=["http", "https"])
def server(servers: Servers, request: pytest.FixtureRequest) -> RunningServer:
    """A server: over plain http on localhost, and over https with a certificate of its own."""
    return servers[request.param]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser. Its driver occupies the thread's event loop, so it leaves with the module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser's profile for a module's stories: what it has loaded once it has for all."""
    with opened(chromium, viewport={"width": 1100, "height": 900}) as context:
        yield context


@pytest.fixture
def open_app(harness: Harness, make_instance: Make) -> Iterator[Callable[..., App]]:
    """Open apps: each of an instance in test mode, with settings by dotted path (`a__b=1`)."""
    npm = harness.open.config.data_dir / "npm"
    if not npm.exists():
        npm.symlink_to(bundles())
    with ExitStack() as lifetimes:

        def open_app(**settings: Any) -> App:
            host = f"{uuid.uuid4().hex[:12]}.localhost:{urlsplit(harness.url).port}"
            tenant = make_instance(Settings(test_mode=True), frontend_host=host)
            tenant.update(**settings)
            return lifetimes.enter_context(scenarios.running_app(tenant))

        yield open_app


@pytest.fixture
def begin(context: BrowserContext, open_app: Callable[..., App]) -> Iterator[Begin]:
    """Begin a story in an app with these settings; it must end without a complaint."""
    expect.set_options(timeout=TIMEOUT)
    begun: list[Scenario] = []

    def begin(**settings: Any) -> Scenario:
        begun.append(Scenario(context.new_page(), open_app(**settings)))
        return begun[-1]

    yield begin
    for page in context.pages:
        page.close()
    context.clear_cookies()
    for scenario in begun:
        scenario.expect_clean()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A new browser's page."""
    with opened(chromium) as context:
        yield context.new_page()


@pytest.fixture
def elsewhere(chromium: Browser) -> Iterator[Page]:
    """A page on another device."""
    with opened(chromium) as context:
        yield context.new_page()


@pytest.fixture
def start_page(chromium: Browser, server: RunningServer) -> Iterator[StartPage]:
    """A new visitor's browser at the start page, which must complain of nothing to the end."""
    with opened(chromium, ignore_https_errors=True) as context:
        start_page = StartPage(context.new_page(), server)
        start_page.open()
        yield start_page
        start_page.expect_clean()
