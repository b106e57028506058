"""Clerk's own forms on an instance that sends codes by WhatsApp."""

import re
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import apps
from tests.browser.opening import opened
from tests.browser.scenarios import App, Begin
from tests.browser.servers import RunningServer, running_server

PAGE = """\
<!doctype html>
<title>An app</title>
<link rel="icon" href="data:,">
%s
<div id="app"></div>
<script type="module">
  await Clerk.load({ ui: { ClerkUI: window.__internal_ClerkUICtor },
    signInUrl: '/in', signUpUrl: '/up' });
  const here = document.getElementById("app");
  if (location.pathname === "/in") Clerk.mountSignIn(here, { routing: "hash" });
  else if (location.pathname === "/up") Clerk.mountSignUp(here, { routing: "hash" });
</script>
"""
SETTINGS = [
    "attributes.phone_number.enabled=true",
    'attributes.phone_number.channels=["sms","whatsapp"]',
    "attributes.email_address.required=false",
    "attributes.password.required=false",
    'preferred_channels={"BE":"whatsapp"}',
]
# Where the components name no channel, codes travel by the one that the instance has.
WHATSAPP_ONLY = {
    "attributes__phone_number__enabled": True,
    "attributes__phone_number__channels": ["whatsapp"],
}


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A server that has both channels."""
    with running_server() as server:
        server.change(*SETTINGS)
        yield server


@pytest.fixture
def url(server: RunningServer) -> Iterator[str]:
    """Where an app is that has the forms."""
    with apps.running_app(PAGE % apps.scripts(server)) as url:
        yield url


def new_number() -> str:
    """Return a Belgian mobile number that nobody has."""
    return f"+32470{uuid.uuid4().int % 1_000_000:06}"


def sent(server: RunningServer, number: str, *, of: int = 1) -> list[dict[str, Any]]:
    """Return what was sent to a number, newest first, waiting for so many messages."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        body: Any = server.anyone.get("/inbox", headers={"Accept": "application/json"}).json()
        found = [each for each in body if each["to"] == number]
        if len(found) >= of:
            return found
        time.sleep(0.1)
    raise AssertionError(f"fewer than {of} messages were sent to {number}")


def whatsapp_code(app: App, number: str, *, of: int = 1) -> str:
    """Return the code that a number was last sent, which came by WhatsApp."""
    code = app.variable_of(number, "otp_code", of=of)
    messages = [row for row in app.tenant.outbox().rows() if row.recipient == number]
    assert messages[-1].channel == "whatsapp"
    return code


def enter_code(page: Page, code: str) -> None:
    """Type a code where it is asked for."""
    page.locator("input[autocomplete=one-time-code]").press_sequentially(code)
    page.wait_for_function("window.Clerk?.user")


def test_somebody_signs_up_and_in_by_whatsapp(
    page: Page, chromium: Browser, server: RunningServer, url: str
) -> None:
    number = new_number()
    page.goto(f"{url}up")
    page.get_by_role("button", name=re.compile("WhatsApp")).click()
    page.get_by_label("Phone number").fill(number)
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_text(re.compile("sent to your WhatsApp"))).to_be_visible()
    (message,) = sent(server, number)
    assert message["channel"] == "whatsapp"
    enter_code(page, message["code"])
    assert page.evaluate("Clerk.user.primaryPhoneNumber.phoneNumber") == number

    with opened(chromium, timeout=30_000) as context:
        elsewhere = context.new_page()
        elsewhere.goto(f"{url}in")
        # Clicked at once it would hold the number against the pattern of an address.
        elsewhere.get_by_text("Use phone").click()
        expect(elsewhere.get_by_label("Phone number")).to_be_visible()
        elsewhere.get_by_role("button", name=re.compile("WhatsApp")).click()
        elsewhere.get_by_label("WhatsApp phone number").fill(number)
        elsewhere.keyboard.press("Enter")
        expect(elsewhere.get_by_text(re.compile("Check your WhatsApp"))).to_be_visible()
        # The form changes its mind: the same sign-in goes on by SMS.
        elsewhere.get_by_text("Send code via SMS instead").click()
        elsewhere.wait_for_function("Clerk.client.signIn.firstFactorVerification.channel === 'sms'")
        newest, by_whatsapp, _ = sent(server, number, of=3)
        assert (newest["channel"], by_whatsapp["channel"]) == ("sms", "whatsapp")
        enter_code(elsewhere, newest["code"])


def test_a_country_has_its_channel(page: Page, server: RunningServer, url: str) -> None:
    number = new_number()
    page.goto(f"{url}up")
    page.get_by_text("Use phone").click()
    page.get_by_label("Phone number").fill(number)
    page.get_by_role("button", name="Continue", exact=True).click()
    (message,) = sent(server, number)
    assert message["channel"] == "whatsapp"
    enter_code(page, message["code"])


def test_a_second_factor_comes_by_whatsapp_at_the_sign_in_and_in_the_dialog(begin: Begin) -> None:
    scenario, number = begin(**WHATSAPP_ONLY), new_number()
    ada = scenario.app.create_user_with_second_number(number)
    scenario.begin_sign_in(ada, "Check your phone")
    scenario.screenshot("second-whatsapp")
    scenario.enter_code(whatsapp_code(scenario.app, number))
    scenario.wait_until_signed_in(ada)
    scenario.wait_for_prompt_again()
    scenario.see("Enter the code sent to your phone to continue")
    scenario.screenshot("step-up-second-whatsapp")
    scenario.enter_code(whatsapp_code(scenario.app, number, of=2))
    scenario.be_gone(ada)


def test_a_step_up_comes_by_whatsapp(begin: Begin) -> None:
    scenario, number = begin(**WHATSAPP_ONLY), new_number()
    ada = scenario.app.create_user(phone_number=[number])
    scenario.sign_in_as(ada)
    scenario.wait_for_prompt_again()
    scenario.press("Use another method")
    scenario.press(re.compile("Send SMS code to"))
    scenario.see("Enter the code sent to your phone to continue")
    scenario.enter_code(whatsapp_code(scenario.app, number))
    scenario.be_gone(ada)


def test_a_number_of_the_profile_is_proved_by_whatsapp(begin: Begin) -> None:
    scenario, number = begin(**WHATSAPP_ONLY), new_number()
    scenario.be_at_profile(scenario.app.create_user())
    scenario.press("Add phone number")
    scenario.fill("Phone number", number)
    scenario.press("Add")
    scenario.see("verification code")
    scenario.screenshot("profile-whatsapp-code")
    scenario.enter_code(whatsapp_code(scenario.app, number))
    scenario.wait("Clerk.user.primaryPhoneNumber?.verification.status === 'verified'")
    assert scenario.js("Clerk.user.primaryPhoneNumber.phoneNumber") == number
