"""Clerk's own `<SignIn/>` asks for an address in a browser that its user is new to, and once."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import apps
from tests.browser.apps import Generation
from tests.browser.conftest import TIMEOUT
from tests.browser.front_door import PASSWORD, Visitor, visitor
from tests.browser.servers import HALLPORTER, RunningServer, running_server

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A server that trusts no new browser."""
    with (
        # Not below pytest's own folder: as root the database's user must be let through to it.
        tempfile.TemporaryDirectory(prefix="hallporter-browser-") as folder,
        running_server("http", Path(folder)) as server,
    ):
        given = ["client_trust=true"]
        command = [HALLPORTER, "instance", "update", "default", *given, "--data-dir", folder]
        subprocess.run(command, check=True, capture_output=True)
        yield server


@pytest.fixture(params=["5", "6"])
def page(
    chromium: Browser, server: RunningServer, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A browser at an app's sign-in, of either generation of clerk-js."""
    generation: Generation = request.param
    with (
        apps.running_app(apps.page(server, generation)) as app,
        chromium.new_context() as context,
    ):
        context.set_default_timeout(TIMEOUT)
        expect.set_options(timeout=TIMEOUT)
        page = context.new_page()
        page.goto(app)
        yield page


def give_password(page: Page, who: Visitor) -> None:
    page.get_by_label("Email address").fill(who.address)
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_text("Enter your password").wait_for()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue", exact=True).click()


def test_new_browser_is_asked_for_a_code_and_is_known_from_then_on(
    page: Page, server: RunningServer
) -> None:
    ada = visitor("ada")
    user = server.create_user(ada.address, PASSWORD)
    give_password(page, ada)
    expect(page.get_by_text("Check your email")).to_be_visible()
    assert page.evaluate("Clerk.client.signIn.clientTrustState") == "new"
    assert page.evaluate("Clerk.user") is None
    code = server.code_for(ada.address)
    page.locator("input[autocomplete=one-time-code]").press_sequentially(code)
    page.wait_for_function("Clerk.user")
    assert page.evaluate("Clerk.user.id") == user["id"]

    page.evaluate("Clerk.signOut()")
    page.wait_for_function("!Clerk.user")
    page.goto(page.url.partition("#")[0])
    give_password(page, ada)
    page.wait_for_function("Clerk.user")
