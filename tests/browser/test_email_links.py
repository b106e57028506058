"""Mailed links, and where they are opened."""

import re

from playwright.sync_api import Page, expect

from tests.browser.stories import Begin
from tests.house import PASSWORD

ADA = "ada@example.com"
LINKS = {
    "attributes__email_address__first_factors": ["email_link"],
    "attributes__email_address__verifications": ["email_link"],
}


def test_a_link_signs_in_where_it_was_asked_for(begin: Begin, elsewhere: Page) -> None:
    story = begin(**LINKS)
    ada = story.app.create_user(email_address=[ADA])
    story.go("in")
    story.name_oneself(ADA)
    story.press("Use another method")
    story.press(re.compile("Email link to"))
    story.see("Check your email")
    story.shoot("sign-in-email-link")
    link = story.app.told(ADA, "magic_link")

    elsewhere.goto(link)
    expect(elsewhere.get_by_text(re.compile("invalid for this device", re.I))).to_be_visible()
    story.shoot("sign-in-email-link-elsewhere", elsewhere)
    assert elsewhere.evaluate("Clerk.user") is None
    assert story.js("Clerk.user") is None

    tab = story.page.context.new_page()
    tab.goto(link)
    tab.wait_for_function("window.Clerk?.user")
    assert tab.evaluate("Clerk.user.id") == ada["id"]
    story.see("Return to the newly opened tab")
    story.shoot("sign-in-email-link-done")


def test_a_link_signs_up_in_a_new_tab(begin: Begin) -> None:
    story = begin(**LINKS)
    story.go("up")
    story.fill("Email address", ADA)
    story.fill("Password", PASSWORD)
    story.submit()
    story.see("Use the verification link sent to your email address")
    story.shoot("sign-up-email-link")
    tab = story.page.context.new_page()
    tab.goto(story.app.told(ADA, "magic_link"))
    tab.wait_for_function("window.Clerk?.user")
    story.see("Return to previous tab to continue")
    story.shoot("sign-up-email-link-done")


def test_a_link_from_elsewhere_signs_up_where_it_was_asked_for(
    begin: Begin, elsewhere: Page
) -> None:
    story = begin(**LINKS, email_link__require_same_client=False)
    story.go("up")
    story.fill("Email address", ADA)
    story.fill("Password", PASSWORD)
    story.submit()
    story.see("Use the verification link sent to your email address")
    elsewhere.goto(story.app.told(ADA, "magic_link"))
    story.arrive()
    assert story.js("Clerk.user.primaryEmailAddress.emailAddress") == ADA
    elsewhere.wait_for_function("window.Clerk?.loaded")
    assert elsewhere.evaluate("Clerk.user") is None


def test_a_link_proves_an_address_of_the_profile(begin: Begin) -> None:
    story = begin(attributes__email_address__verifications=["email_link"])
    story.be_at_profile(story.app.create_user())
    story.press("Add email address")
    story.fill("Email address", ADA)
    story.press("Add")
    story.see("verification link")
    story.shoot("profile-email-link")
    tab = story.page.context.new_page()
    tab.goto(story.app.told(ADA, "magic_link"))
    story.wait("Clerk.user.emailAddresses.every((each) => each.verification.status === 'verified')")
    story.shoot("profile-email-link-done")
