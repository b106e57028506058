"""Clerk's own components: links in two browsers, a waitlist, and an invitation."""

import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import apps
from tests.browser.front_door import PASSWORD, visitor
from tests.browser.servers import HALLPORTER, RunningServer, running_server

pytestmark = pytest.mark.xdist_group("browser")

LOADED = """{ ui: { ClerkUI: window.__internal_ClerkUICtor }, signInUrl: '/in', signUpUrl: '/up',
  waitlistUrl: '/wait' }"""
PAGE = """\
<!doctype html>
<title>An app</title>
<link rel="icon" href="data:,">
%s
<div id="app"></div>
<script type="module">
  await Clerk.load(%s);
  const here = document.getElementById("app");
  const routing = { routing: "hash" };
  if (location.pathname === "/wait") Clerk.mountWaitlist(here, {});
  else if (location.pathname === "/in") Clerk.mountSignIn(here, routing);
  else if (location.pathname === "/up") Clerk.mountSignUp(here, routing);
</script>
"""
# What holds unless a test says otherwise: they share a server and come in any order.
USUALLY = {
    "attributes.email_address.first_factors": '["email_code"]',
    "attributes.email_address.verifications": '["email_code"]',
    "attributes.password.required": "true",
    "email_link.require_same_client": "true",
    "sign_up.mode": "public",
}
BY_LINK = {
    "attributes.email_address.first_factors": '["email_link"]',
    "attributes.email_address.verifications": '["email_link"]',
}


class App:
    """An app of a server whose settings change."""

    def __init__(self, server: RunningServer, folder: str, url: str) -> None:
        self.server, self.folder, self.url = server, folder, url

    def set(self, changes: dict[str, str]) -> None:
        """Change the instance's settings from the usual ones, as an operator does."""
        given = [f"{name}={value}" for name, value in {**USUALLY, **changes}.items()]
        where = ["--data-dir", self.folder]
        subprocess.check_call([HALLPORTER, "instance", "update", "default", *given, *where])
        # A server looks for changed settings twice a second.
        time.sleep(1)

    def mailed(self, address: str) -> str:
        """Return the link of the newest mail to `address`, waiting for the mail."""
        until = time.monotonic() + 15
        while time.monotonic() < until:
            mails: Any = self.server.anyone.get(
                "/inbox", headers={"Accept": "application/json"}
            ).json()
            for mail in mails:
                if mail["to"] == address and mail["link"] is not None:
                    return mail["link"]
            time.sleep(0.1)
        raise AssertionError(f"no link was mailed to {address}")


@pytest.fixture(scope="module")
def app() -> Iterator[App]:
    """A server and an app on a port of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="hallporter-browser-") as folder,
        running_server("http", Path(folder)) as server,
    ):
        scripts = (apps.UI + apps.CLERK).format(
            url=server.page_url, key=server.publishable_key, generation="6"
        )
        with apps.running_app(PAGE % (scripts, LOADED)) as url:
            app = App(server, folder, url)
            app.set({"display.sign_up_url": f"{url}up", "display.sign_in_url": f"{url}in"})
            yield app


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A visitor's page."""
    with chromium.new_context() as context:
        context.set_default_timeout(30_000)
        yield context.new_page()


@pytest.fixture
def elsewhere(chromium: Browser) -> Iterator[Page]:
    """A page on another device."""
    with chromium.new_context() as context:
        context.set_default_timeout(30_000)
        yield context.new_page()


def test_a_link_signs_in_where_it_was_asked_for(page: Page, elsewhere: Page, app: App) -> None:
    app.set({**BY_LINK, "attributes.password.required": "false"})
    ada = visitor("ada")
    user = app.server.create_user(ada.address, PASSWORD)
    page.goto(f"{app.url}in")
    page.get_by_label("Email address").fill(ada.address)
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_text("Use another method").click()
    page.get_by_role("button", name=re.compile("Email link to")).click()
    link = app.mailed(ada.address)

    elsewhere.goto(link)
    expect(elsewhere.get_by_text(re.compile("invalid for this device", re.I))).to_be_visible()
    assert elsewhere.evaluate("Clerk.user") is None
    assert page.evaluate("Clerk.user") is None

    tab = page.context.new_page()
    tab.goto(link)
    tab.wait_for_function("window.Clerk?.user")
    assert tab.evaluate("Clerk.user.id") == user["id"]
    expect(page.get_by_text("Return to the newly opened tab")).to_be_visible()


def test_a_link_from_elsewhere_signs_up_where_it_was_asked_for(
    page: Page, elsewhere: Page, app: App
) -> None:
    app.set({**BY_LINK, "email_link.require_same_client": "false"})
    ada = visitor("ada")
    page.goto(f"{app.url}up")
    page.get_by_label("Email address").fill(ada.address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue", exact=True).click()
    elsewhere.goto(app.mailed(ada.address))
    page.wait_for_function("Clerk.user")
    assert page.evaluate("Clerk.user.primaryEmailAddress.emailAddress") == ada.address
    elsewhere.wait_for_function("window.Clerk?.loaded")
    assert elsewhere.evaluate("Clerk.user") is None


def test_the_waitlist_lets_in_by_invitation(page: Page, elsewhere: Page, app: App) -> None:
    app.set({"sign_up.mode": "waitlist", "display.waitlist_url": f"{app.url}wait"})
    ada = visitor("ada")
    page.goto(f"{app.url}wait")
    page.get_by_label("Email address").fill(ada.address)
    page.get_by_role("button", name="Join the waitlist").click()
    expect(page.get_by_text("Thanks for joining the waitlist")).to_be_visible()
    (entry,) = app.server.backend.get("/v1/waitlist_entries", params={"query": ada.address}).json()[
        "data"
    ]
    invited = app.server.backend.post(f"/v1/waitlist_entries/{entry['id']}/invite", json={})
    assert invited.raise_for_status().json()["status"] == "invited"

    elsewhere.goto(app.mailed(ada.address))
    elsewhere.get_by_label("Password", exact=True).fill(PASSWORD)
    elsewhere.get_by_role("button", name="Continue", exact=True).click()
    elsewhere.wait_for_function("Clerk.user")
    assert elsewhere.evaluate("Clerk.user.primaryEmailAddress.emailAddress") == ada.address
