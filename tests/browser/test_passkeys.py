"""A passkey in Clerk's own components and Chromium's own WebAuthn, on a simulated device."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect
from pyotp.totp import TOTP

from tests.browser import apps
from tests.browser.conftest import TIMEOUT
from tests.browser.front_door import PASSWORD, Visitor, enter_code, visitor
from tests.browser.servers import HALLPORTER, RunningServer, running_server

pytestmark = pytest.mark.xdist_group("browser")

PROFILE = 'Clerk.mountUserProfile(document.getElementById("app"), { routing: "hash" })'
# Clerk's components offer passkeys to people only: a browser that says it is driven has none.
NOT_DRIVEN = "Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
# A device with a fingerprint reader, and somebody's finger on it.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A server whose users may have passkeys, offered by a button."""
    with (
        # Not below pytest's own folder: as root the database's user must be let through to it.
        tempfile.TemporaryDirectory(prefix="hallporter-browser-") as folder,
        running_server("http", Path(folder)) as server,
    ):
        given = ["attributes.passkey.enabled=true", "passkey.allow_autofill=false"]
        command = [HALLPORTER, "instance", "update", "default", *given, "--data-dir", folder]
        subprocess.run(command, check=True, capture_output=True)
        yield server


@pytest.fixture
def who(server: RunningServer) -> Visitor:
    """Somebody with a password."""
    return visitor("ada")


@pytest.fixture
def user(server: RunningServer, who: Visitor) -> Any:
    """The same somebody as the server knows them."""
    return server.create_user(who.address, PASSWORD)


@pytest.fixture
def page(chromium: Browser, server: RunningServer, who: Visitor, user: Any) -> Iterator[Page]:
    """Their browser at the profile, on a machine that keeps passkeys."""
    html = apps.page(server, "6").replace("if (!Clerk.user)", f"if (Clerk.user) {PROFILE}; else")
    with apps.running_app(html) as app, chromium.new_context(user_agent=AGENT) as context:
        context.set_default_timeout(TIMEOUT)
        expect.set_options(timeout=TIMEOUT)
        context.add_init_script(NOT_DRIVEN)
        page = context.new_page()
        device: Any = context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        page.goto(app)
        page.get_by_label("Email address").fill(who.address)
        page.get_by_role("button", name="Continue", exact=True).click()
        page.get_by_text("Enter your password").wait_for()
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Continue", exact=True).click()
        page.wait_for_function("Clerk.user")
        page.goto(app)
        yield page


def add_passkey(page: Page) -> None:
    """Ask the profile for a passkey."""
    page.get_by_text("Profile details").wait_for()
    page.get_by_role("button", name="Security", exact=True).click()
    page.get_by_role("button", name="Add a passkey").click()


def sign_out(page: Page) -> None:
    page.evaluate("Clerk.signOut()")
    page.wait_for_function("!Clerk.user")
    page.goto(page.url.partition("#")[0])


def passkeys(page: Page) -> list[str]:
    return page.evaluate("Clerk.user.passkeys.map((each) => each.verification.status)")


def test_passkey_is_added_and_signs_in_without_a_name(page: Page, user: Any) -> None:
    add_passkey(page)
    page.wait_for_function("Clerk.user.passkeys.length === 1")
    assert passkeys(page) == ["verified"]
    sign_out(page)
    page.get_by_text("Use passkey instead").click()
    page.wait_for_function("Clerk.user")
    assert page.evaluate("Clerk.user.id") == user["id"]
    assert page.evaluate("Clerk.user.passkeys[0].lastUsedAt !== null")
    assert page.evaluate("Clerk.client.lastAuthenticationStrategy") == "passkey"


def test_who_has_a_second_factor_shows_it_before_a_passkey_is_added(
    page: Page, server: RunningServer, user: Any
) -> None:
    secret = pyotp.random_base32()
    given = {"totp_secret": secret}
    server.backend.patch(f"/v1/users/{user['id']}", json=given).raise_for_status()
    add_passkey(page)
    page.get_by_text("Verification required").wait_for()
    enter_code(page, TOTP(secret).now())
    page.wait_for_function("Clerk.user.passkeys.length === 1")
    assert page.evaluate("Clerk.session.factorVerificationAge[1]") == 0


def test_named_user_is_asked_for_the_passkey_they_have(page: Page, who: Visitor, user: Any) -> None:
    add_passkey(page)
    page.wait_for_function("Clerk.user.passkeys.length === 1")
    sign_out(page)
    page.get_by_label("Email address").fill(who.address)
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_text("Use your passkey").wait_for()
    page.get_by_role("button", name="Continue", exact=True).click()
    page.wait_for_function("Clerk.user")
    assert page.evaluate("Clerk.user.id") == user["id"]
