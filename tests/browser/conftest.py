"""Servers and a Chromium for the tests of this folder."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.front_door import FrontDoor
from tests.browser.servers import RunningServer, Transport, running_server

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
TIMEOUT = 15_000


class Servers:
    """One server per transport, started when a test first asks for it."""

    def __init__(self, lifetimes: ExitStack) -> None:
        self._lifetimes = lifetimes
        self._running: dict[Transport, RunningServer] = {}

    def __getitem__(self, transport: Transport) -> RunningServer:
        if transport not in self._running:
            # Not below pytest's own folder: as root the database's user must be let through to it.
            folder = self._lifetimes.enter_context(
                tempfile.TemporaryDirectory(prefix="hallporter-browser-")
            )
            self._running[transport] = self._lifetimes.enter_context(
                running_server(transport, Path(folder))
            )
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


@pytest.fixture
def door(chromium: Browser, server: RunningServer) -> Iterator[FrontDoor]:
    """A new visitor's browser at the start page, which must complain of nothing to the end."""
    with chromium.new_context(ignore_https_errors=True) as context:
        context.set_default_timeout(TIMEOUT)
        expect.set_options(timeout=TIMEOUT)
        door = FrontDoor(context.new_page(), server)
        door.open()
        yield door
        door.expect_clean()
