"""Clerk's own `<SignIn/>` asks for an address in a browser that its user is new to, and once."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import apps
from tests.browser.apps import Generation
from tests.browser.opening import opened
from tests.browser.scenarios import WORDS, Begin, Scenario, address_of
from tests.browser.servers import RunningServer, running_server
from tests.browser.start_page import PASSWORD, NewUser, new_user
from tests.harness import TEST_CODE, new_number


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """A server that trusts no new browser."""
    with running_server() as server:
        server.change("client_trust=true")
        yield server


@pytest.fixture(params=["5", "6"])
def page(
    chromium: Browser, server: RunningServer, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A browser at an app's sign-in, of either generation of clerk-js."""
    generation: Generation = request.param
    with (
        apps.running_app(apps.page(server, generation)) as app,
        opened(chromium) as context,
    ):
        page = context.new_page()
        page.goto(app)
        yield page


def give_password(page: Page, who: NewUser) -> None:
    page.get_by_label("Email address").fill(who.address)
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_text("Enter your password").wait_for()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue", exact=True).click()


def test_new_browser_is_asked_for_a_code_and_is_known_from_then_on(
    page: Page, server: RunningServer
) -> None:
    ada = new_user("ada")
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


def be_known_from_then_on(scenario: Scenario, user: Any) -> None:
    """Sign out and in again, by password alone."""
    scenario.sign_out()
    scenario.sign_in(address_of(user))
    assert scenario.user_id == user["id"]


def test_a_mailed_link_makes_the_browser_known(begin: Begin, elsewhere: Page) -> None:
    scenario = begin(
        client_trust=True,
        attributes__email_address__first_factors=["email_link"],
        attributes__email_address__verifications=["email_link"],
    )
    ada = scenario.app.create_user()
    scenario.begin_sign_in(ada, "Check your email")
    scenario.see("signing in from a new device")
    scenario.screenshot("client-trust-email-link")
    link = scenario.app.variable_of(address_of(ada), "magic_link")

    elsewhere.goto(link)
    expect(elsewhere.get_by_text(re.compile("invalid for this device", re.I))).to_be_visible()
    assert scenario.js("Clerk.user") is None

    tab = scenario.page.context.new_page()
    tab.goto(link)
    tab.wait_for_function("window.Clerk?.user")
    scenario.see("Return to the newly opened tab")
    scenario.screenshot("client-trust-email-link-done")
    tab.close()
    scenario.go("")
    be_known_from_then_on(scenario, ada)


def test_a_code_by_sms_makes_the_browser_known(begin: Begin) -> None:
    scenario = begin(client_trust=True, attributes__phone_number__enabled=True)
    ada = scenario.app.create_user(phone_number=[new_number()])
    scenario.begin_sign_in(ada, "Check your phone")
    scenario.see("signing in from a new device")
    scenario.screenshot("client-trust-phone-code")
    scenario.enter_code("000000")
    scenario.error_at_code(WORDS["form_code_incorrect"])
    scenario.enter_code(TEST_CODE)
    scenario.wait_until_signed_in(ada)
    be_known_from_then_on(scenario, ada)
