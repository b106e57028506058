"""The story of a user in Clerk's own `<UserProfile/>`."""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from pyotp.totp import TOTP

from tests.browser import apps
from tests.browser.conftest import TIMEOUT
from tests.browser.front_door import PASSWORD, Visitor, enter_code, visitor
from tests.browser.servers import HALLPORTER, RunningServer, running_server
from tests.house import new_number
from tests.pictures import encoded

pytestmark = pytest.mark.xdist_group("browser")

NEW_PASSWORD = "vermilion gatepost thursday"
PROFILE = 'Clerk.mountUserProfile(document.getElementById("app"), { routing: "hash" })'


@dataclass(frozen=True)
class Profile:
    """A signed-in user at the profile."""

    page: Page
    server: RunningServer
    who: Visitor
    app: str

    def sign_in(self, password: str) -> None:
        """Give address and password, as the forms ask for them."""
        self.page.get_by_label("Email address").fill(self.who.address)
        self.page.get_by_role("button", name="Continue", exact=True).click()
        self.page.get_by_text("Enter your password").wait_for()
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Continue", exact=True).click()

    def shoot(self, name: str) -> None:
        """Keep a picture of the page, where somebody wants to look at it."""
        folder = os.environ.get("HALLPORTER_SCREENSHOTS")
        if folder is not None:
            self.page.wait_for_timeout(400)
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    def press(self, name: str) -> None:
        """Press a button by its whole name."""
        self.page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A server whose users may have phone numbers."""
    with ExitStack() as lifetimes:
        # Not below pytest's own folder: as root the database's user must be let through to it.
        made = tempfile.TemporaryDirectory(prefix="hallporter-browser-")
        folder = Path(lifetimes.enter_context(made))
        server = lifetimes.enter_context(running_server("http", folder))
        phones = ["default", "attributes.phone_number.enabled=true"]
        command = [HALLPORTER, "instance", "update", *phones, "--data-dir", str(folder)]
        subprocess.run(command, check=True, capture_output=True)
        yield server


@pytest.fixture
def profile(chromium: Browser, server: RunningServer) -> Iterator[Profile]:
    """Somebody new at their profile, whose browser is sent nowhere but here."""
    who = visitor("ada")
    server.create_user(who.address, PASSWORD)
    html = apps.page(server, "6").replace("if (!Clerk.user)", f"if (Clerk.user) {PROFILE}; else")
    with (
        apps.running_app(html) as app,
        chromium.new_context(viewport={"width": 1100, "height": 900}) as context,
    ):
        context.set_default_timeout(TIMEOUT)
        expect.set_options(timeout=TIMEOUT)
        page = context.new_page()
        page.goto(app)
        profile = Profile(page, server, who, app)
        profile.sign_in(PASSWORD)
        page.wait_for_function("Clerk.user")
        page.goto(app)
        page.get_by_text("Profile details").wait_for()
        hosts: set[str] = set()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        yield profile
        assert hosts <= {urlsplit(app).netloc, urlsplit(server.page_url).netloc, ""}


def test_name_and_picture_change(profile: Profile, tmp_path: Path) -> None:
    page = profile.page
    profile.shoot("01-profile")
    profile.press("Update profile")
    picture = tmp_path / "me.png"
    picture.write_bytes(encoded(size=(400, 300)))
    page.locator("input[type=file]").set_input_files(picture)
    page.wait_for_function("Clerk.user.hasImage")
    profile.press("Update profile")
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Lovelace")
    profile.shoot("02-update-profile")
    profile.press("Save")
    expect(page.get_by_text("Ada Lovelace").first).to_be_visible()
    url = page.evaluate("Clerk.user.imageUrl")
    shown = page.locator(f"img[src='{url}']").first
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.naturalWidth") == 400
    profile.shoot("03-named")


def test_address_and_number_are_added_and_proved(profile: Profile) -> None:
    page, other, number = profile.page, visitor("grace").address, new_number()
    profile.press("Add email address")
    page.get_by_label("Email address").fill(other)
    profile.shoot("04-add-email")
    profile.press("Add")
    page.get_by_text("verification code").first.wait_for()
    enter_code(page, profile.server.code_for(other))
    page.wait_for_function(
        "Clerk.user.emailAddresses.length === 2"
        " && Clerk.user.emailAddresses.every(each => each.verification.status === 'verified')"
    )
    profile.shoot("05-email-added")
    profile.press("Add phone number")
    profile.shoot("06-add-phone")
    page.get_by_label("Phone number").fill(number[2:])
    profile.press("Add")
    page.get_by_text("verification code").first.wait_for()
    profile.shoot("07-phone-code")
    enter_code(page, "424242")
    page.wait_for_function("Clerk.user.primaryPhoneNumber !== null")
    profile.shoot("08-phone-added")


def test_second_factor_is_set_up_and_asked_for(profile: Profile) -> None:
    page = profile.page
    page.get_by_role("button", name="Security").click()
    page.get_by_text("Active devices").wait_for()
    profile.shoot("09-security")
    profile.press("Add two-step verification")
    page.get_by_role("menuitem", name=re.compile("Authenticator app")).click()
    page.get_by_text("Can’t scan QR code?").click()
    profile.shoot("10-totp")
    secret = page.evaluate(
        "[...document.querySelectorAll('input')].map(each => each.value)"
        ".find(each => /^[A-Z2-7]{32}$/.test(each))"
    )
    profile.press("Continue")
    enter_code(page, TOTP(secret).now())
    page.wait_for_function("Clerk.user.totpEnabled")
    profile.shoot("11-backup-codes")
    assert page.evaluate("Clerk.user.backupCodeEnabled")
    profile.press("Finish")
    profile.shoot("12-totp-on")
    page.evaluate("Clerk.signOut()")
    page.wait_for_function("!Clerk.user")
    page.goto(profile.app)
    profile.sign_in(PASSWORD)
    page.get_by_text("Two-step verification").wait_for()
    profile.shoot("16-second-factor")
    # The code of this half minute has turned the app on: it opens nothing.
    enter_code(page, TOTP(secret).at(int(time.time()) + 30))
    page.wait_for_function("Clerk.user")


def test_password_changes_and_other_devices_are_signed_out(profile: Profile) -> None:
    page, backend = profile.page, profile.server.backend
    of_user = {"user_id": page.evaluate("Clerk.user.id")}
    other = backend.post("/v1/sessions", json=of_user).raise_for_status().json()["id"]
    page.get_by_role("button", name="Security").click()
    expect(page.get_by_text("This device")).to_be_visible()
    # The current one is not asked for: whoever has just signed in has proved it.
    profile.press("Update password")
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_label("Confirm password").fill(NEW_PASSWORD)
    profile.shoot("13-password")
    profile.press("Save")
    expect(page.get_by_role("button", name="Update password", exact=True)).to_be_visible()
    profile.shoot("14-password-changed")
    assert profile.server.session(other)["status"] == "revoked"
    assert profile.server.session(page.evaluate("Clerk.session.id"))["status"] == "active"


def test_account_is_deleted(profile: Profile) -> None:
    page = profile.page
    page.get_by_role("button", name="Security").click()
    profile.press("Delete account")
    page.get_by_label(re.compile("Delete account")).fill("Delete account")
    profile.shoot("15-delete")
    page.get_by_role("button", name="Delete account", exact=True).last.click()
    page.wait_for_function("!Clerk.user")
