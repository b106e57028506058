"""A passkey in Clerk's own components and Chromium's own WebAuthn, on a simulated device."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.opening import opened
from tests.browser.scenarios import Begin, Scenario, address_of

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
# Offered by a button.
PASSKEYS = {"attributes__passkey__enabled": True, "passkey__allow_autofill": False}


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser on a machine that keeps passkeys, by the looks of it."""
    with opened(chromium, user_agent=AGENT, viewport={"width": 1100, "height": 900}) as context:
        context.add_init_script(NOT_DRIVEN)
        yield context


@pytest.fixture
def scenario(begin: Begin) -> Scenario:
    """Somebody in front of a machine that keeps passkeys."""
    scenario = begin(**PASSKEYS)
    device: Any = scenario.page.context.new_cdp_session(scenario.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return scenario


def add_passkey(scenario: Scenario, user: Any) -> None:
    """Sign in, and make a passkey in the profile."""
    scenario.be_at_security(user)
    scenario.press("Add a passkey")
    scenario.wait("Clerk.user.passkeys.length === 1")


def sign_out(scenario: Scenario) -> None:
    """Sign out and come back."""
    scenario.sign_out()
    scenario.go("in")


def test_a_passkey_is_added_and_signs_in_without_a_name(scenario: Scenario) -> None:
    ada = scenario.app.create_user()
    add_passkey(scenario, ada)
    assert scenario.js("Clerk.user.passkeys[0].verification.status") == "verified"
    scenario.screenshot("security-passkey")
    sign_out(scenario)
    scenario.screenshot("sign-in-passkey-button")
    scenario.press("Use passkey instead")
    scenario.wait_until_signed_in(ada)
    assert scenario.js("Clerk.user.passkeys[0].lastUsedAt !== null")
    assert scenario.js("Clerk.client.lastAuthenticationStrategy") == "passkey"


def test_who_has_a_second_factor_shows_it_before_a_passkey_is_added(scenario: Scenario) -> None:
    ada = scenario.app.create_user()
    scenario.be_at_security(ada)
    app = scenario.app.give_app(ada)
    scenario.press("Add a passkey")
    scenario.see("Verification required")
    scenario.enter_code(app.next_code())
    scenario.wait("Clerk.user.passkeys.length === 1")
    assert scenario.js("Clerk.session.factorVerificationAge[1]") == 0


def test_a_named_user_is_asked_for_the_passkey_they_have(scenario: Scenario) -> None:
    ada = scenario.app.create_user()
    add_passkey(scenario, ada)
    sign_out(scenario)
    scenario.name_oneself(address_of(ada))
    scenario.see("Use your passkey")
    scenario.screenshot("sign-in-passkey")
    scenario.press("Continue")
    scenario.wait_until_signed_in(ada)


def test_a_passkey_proves_it_is_still_oneself(scenario: Scenario) -> None:
    ada = scenario.app.create_user()
    add_passkey(scenario, ada)
    scenario.app.clock.advance(minutes=11)
    scenario.press("Update password")
    scenario.give_new_password("vermilion gatepost thursday")
    scenario.see("Use your passkey")
    scenario.screenshot("step-up-passkey")
    scenario.press("Use your passkey")
    scenario.wait("document.querySelector('[name=newPassword]') === null")
    scenario.screenshot("step-up-passkey-done")


def test_a_passkey_is_named_and_removed(scenario: Scenario) -> None:
    ada = scenario.app.create_user()
    add_passkey(scenario, ada)
    scenario.choose("passkeys", "", "Rename")
    scenario.fill("Name of passkey", "Work laptop")
    scenario.screenshot("security-passkey-rename")
    scenario.press("Save")
    scenario.see("Work laptop")
    assert scenario.js("Clerk.user.passkeys[0].name") == "Work laptop"
    scenario.choose("passkeys", "Work laptop", "Remove")
    scenario.screenshot("security-passkey-remove")
    scenario.press("Remove")
    scenario.wait("Clerk.user.passkeys.length === 0")
