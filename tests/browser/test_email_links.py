"""Mailed links, and where they are opened."""

import re

from playwright.sync_api import Page, expect

from tests.browser.scenarios import Begin
from tests.harness import PASSWORD

ADA = "ada@example.com"
LINKS = {
    "attributes__email_address__first_factors": ["email_link"],
    "attributes__email_address__verifications": ["email_link"],
}


def test_a_link_signs_in_where_it_was_asked_for(begin: Begin, elsewhere: Page) -> None:
    scenario = begin(**LINKS)
    ada = scenario.app.create_user(email_address=[ADA])
    scenario.go("in")
    scenario.name_oneself(ADA)
    scenario.press("Use another method")
    scenario.press(re.compile("Email link to"))
    scenario.see("Check your email")
    scenario.screenshot("sign-in-email-link")
    link = scenario.app.variable_of(ADA, "magic_link")

    elsewhere.goto(link)
    expect(elsewhere.get_by_text(re.compile("invalid for this device", re.I))).to_be_visible()
    scenario.screenshot("sign-in-email-link-elsewhere", elsewhere)
    assert elsewhere.evaluate("Clerk.user") is None
    assert scenario.js("Clerk.user") is None

    tab = scenario.page.context.new_page()
    tab.goto(link)
    tab.wait_for_function("window.Clerk?.user")
    assert tab.evaluate("Clerk.user.id") == ada["id"]
    scenario.see("Return to the newly opened tab")
    scenario.screenshot("sign-in-email-link-done")


def test_a_link_signs_up_in_a_new_tab(begin: Begin) -> None:
    scenario = begin(**LINKS)
    scenario.go("up")
    scenario.fill("Email address", ADA)
    scenario.fill("Password", PASSWORD)
    scenario.submit()
    scenario.see("Use the verification link sent to your email address")
    scenario.screenshot("sign-up-email-link")
    tab = scenario.page.context.new_page()
    tab.goto(scenario.app.variable_of(ADA, "magic_link"))
    tab.wait_for_function("window.Clerk?.user")
    scenario.see("Return to previous tab to continue")
    scenario.screenshot("sign-up-email-link-done")


def test_a_link_from_elsewhere_signs_up_where_it_was_asked_for(
    begin: Begin, elsewhere: Page
) -> None:
    scenario = begin(**LINKS, email_link__require_same_client=False)
    scenario.go("up")
    scenario.fill("Email address", ADA)
    scenario.fill("Password", PASSWORD)
    scenario.submit()
    scenario.see("Use the verification link sent to your email address")
    elsewhere.goto(scenario.app.variable_of(ADA, "magic_link"))
    scenario.wait_until_signed_in()
    assert scenario.js("Clerk.user.primaryEmailAddress.emailAddress") == ADA
    elsewhere.wait_for_function("window.Clerk?.loaded")
    assert elsewhere.evaluate("Clerk.user") is None


def test_a_link_proves_an_address_of_the_profile(begin: Begin) -> None:
    scenario = begin(attributes__email_address__verifications=["email_link"])
    scenario.be_at_profile(scenario.app.create_user())
    scenario.press("Add email address")
    scenario.fill("Email address", ADA)
    scenario.press("Add")
    scenario.see("verification link")
    scenario.screenshot("profile-email-link")
    tab = scenario.page.context.new_page()
    tab.goto(scenario.app.variable_of(ADA, "magic_link"))
    scenario.wait(
        "Clerk.user.emailAddresses.every((each) => each.verification.status === 'verified')"
    )
    scenario.screenshot("profile-email-link-done")
