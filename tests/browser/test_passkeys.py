"""A passkey in Clerk's own components and Chromium's own WebAuthn, on a simulated device."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.opening import opened
from tests.browser.stories import Begin, Story, address_of

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
def story(begin: Begin) -> Story:
    """Somebody in front of a machine that keeps passkeys."""
    story = begin(**PASSKEYS)
    device: Any = story.page.context.new_cdp_session(story.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return story


def add_passkey(story: Story, user: Any) -> None:
    """Sign in, and make a passkey in the profile."""
    story.be_at_security(user)
    story.press("Add a passkey")
    story.wait("Clerk.user.passkeys.length === 1")


def sign_out(story: Story) -> None:
    """Sign out and come back."""
    story.sign_out()
    story.go("in")


def test_a_passkey_is_added_and_signs_in_without_a_name(story: Story) -> None:
    ada = story.app.create_user()
    add_passkey(story, ada)
    assert story.js("Clerk.user.passkeys[0].verification.status") == "verified"
    story.shoot("security-passkey")
    sign_out(story)
    story.shoot("sign-in-passkey-button")
    story.press("Use passkey instead")
    story.arrive(ada)
    assert story.js("Clerk.user.passkeys[0].lastUsedAt !== null")
    assert story.js("Clerk.client.lastAuthenticationStrategy") == "passkey"


def test_who_has_a_second_factor_shows_it_before_a_passkey_is_added(story: Story) -> None:
    ada = story.app.create_user()
    story.be_at_security(ada)
    app = story.app.give_app(ada)
    story.press("Add a passkey")
    story.see("Verification required")
    story.enter_code(app.next_code())
    story.wait("Clerk.user.passkeys.length === 1")
    assert story.js("Clerk.session.factorVerificationAge[1]") == 0


def test_a_named_user_is_asked_for_the_passkey_they_have(story: Story) -> None:
    ada = story.app.create_user()
    add_passkey(story, ada)
    sign_out(story)
    story.name_oneself(address_of(ada))
    story.see("Use your passkey")
    story.shoot("sign-in-passkey")
    story.press("Continue")
    story.arrive(ada)


def test_a_passkey_proves_it_is_still_oneself(story: Story) -> None:
    ada = story.app.create_user()
    add_passkey(story, ada)
    story.app.clock.advance(minutes=11)
    story.press("Update password")
    story.give_new_password("vermilion gatepost thursday")
    story.see("Use your passkey")
    story.shoot("step-up-passkey")
    story.press("Use your passkey")
    story.wait("document.querySelector('[name=newPassword]') === null")
    story.shoot("step-up-passkey-done")


def test_a_passkey_is_named_and_removed(story: Story) -> None:
    ada = story.app.create_user()
    add_passkey(story, ada)
    story.choose("passkeys", "", "Rename")
    story.fill("Name of passkey", "Work laptop")
    story.shoot("security-passkey-rename")
    story.press("Save")
    story.see("Work laptop")
    assert story.js("Clerk.user.passkeys[0].name") == "Work laptop"
    story.choose("passkeys", "Work laptop", "Remove")
    story.shoot("security-passkey-remove")
    story.press("Remove")
    story.wait("Clerk.user.passkeys.length === 0")
