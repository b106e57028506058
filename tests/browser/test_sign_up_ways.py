"""Every way to an account through Clerk's `<SignUp/>`."""

import re

from playwright.sync_api import expect

from tests.browser.stories import FINE, WORDS, Begin, address_of
from tests.house import PASSWORD, TEST_CODE, new_address, new_number

PHONES = {
    "attributes__phone_number__enabled": True,
    "attributes__phone_number__required": True,
    "attributes__email_address__required": False,
    "attributes__email_address__enabled": False,
}
NO_PASSWORDS = {
    "attributes__password__enabled": False,
    "attributes__password__required": False,
}
USERNAMES = {"attributes__username__enabled": True, "attributes__username__required": True}


def test_a_mailed_code_proves_the_address(begin: Begin) -> None:
    story, ada = begin(), new_address()
    story.go("up")
    story.fill("Email address", ada)
    story.fill("Password", PASSWORD)
    story.shoot("sign-up")
    story.submit()
    story.see("Verify your email")
    story.shoot("sign-up-email-code")
    story.enter_code("000000")
    story.error_at_code(WORDS["form_code_incorrect"])
    story.enter_code(TEST_CODE)
    story.arrive()
    assert story.js("Clerk.user.primaryEmailAddress.emailAddress") == ada


def test_a_code_by_sms_proves_the_number(begin: Begin) -> None:
    story, number = begin(**PHONES), new_number()
    story.go("up")
    story.fill("Phone number", number[2:])
    story.fill("Password", PASSWORD)
    story.shoot("sign-up-phone")
    story.submit()
    story.see("Verify your phone")
    story.shoot("sign-up-phone-code")
    story.enter_code(TEST_CODE)
    story.arrive()
    assert story.js("Clerk.user.primaryPhoneNumber.phoneNumber") == number


def test_a_username_is_chosen(begin: Begin) -> None:
    story = begin(**USERNAMES)
    story.app.create_user(username="grace")
    story.go("up")
    story.fill("Username", "grace")
    story.fill("Email address", new_address())
    story.fill("Password", PASSWORD)
    story.submit()
    story.error_at("username", WORDS["form_identifier_exists__username"])
    story.fill("Username", "ada_l")
    story.shoot("sign-up-username")
    story.press("Continue")
    story.enter_code(TEST_CODE)
    story.arrive()
    assert story.js("Clerk.user.username") == "ada_l"


def test_an_invitation_needs_no_code(begin: Begin) -> None:
    story, ada = begin(sign_up__mode="restricted"), new_address()
    given = {"email_address": ada, "redirect_url": f"{story.app.url}up"}
    invited = story.app.backend.post("/v1/invitations", **given).ok().json
    story.page.goto(invited["url"])
    story.fill("Password", PASSWORD)
    story.shoot("sign-up-invited")
    story.submit()
    story.arrive()
    assert story.js("Clerk.user.primaryEmailAddress.emailAddress") == ada
    assert story.js("Clerk.user.primaryEmailAddress.verification.status") == "verified"


def test_without_an_invitation_the_door_is_shut(begin: Begin) -> None:
    story = begin(sign_up__mode="restricted")
    story.go("up")
    story.see("Access restricted")
    story.shoot("sign-up-restricted")
    story.press("Sign in")
    story.see("Sign in to")


def test_the_waitlist_lets_in_by_invitation(begin: Begin) -> None:
    story, ada = begin(sign_up__mode="waitlist"), new_address()
    story.app.tenant.update(display__sign_up_url=f"{story.app.url}up")
    story.go("up")
    story.see("Access restricted")
    story.shoot("sign-up-waitlist")
    story.press("Join waitlist")
    story.fill("Email address", ada)
    story.press("Join the waitlist")
    story.see("Thanks for joining the waitlist")
    story.shoot("waitlist")
    backend = story.app.backend
    (entry,) = backend.get("/v1/waitlist_entries", query=ada).ok().json["data"]
    # Time stands still: of two messages at once none is the last.
    story.app.clock.advance(seconds=1)
    backend.post(f"/v1/waitlist_entries/{entry['id']}/invite").ok()
    story.page.goto(story.app.told(ada, "action_url"))
    story.fill("Password", PASSWORD)
    story.submit()
    story.arrive()
    assert story.js("Clerk.user.primaryEmailAddress.emailAddress") == ada


def test_who_is_not_on_the_list_stays_out(begin: Begin) -> None:
    story = begin(restrictions__allowlist=True)
    story.go("up")
    story.fill("Email address", new_address())
    story.fill("Password", PASSWORD)
    story.submit()
    story.see(WORDS["not_allowed_access"])
    story.shoot("sign-up-not-allowed")


def test_a_mailed_code_is_enough_where_passwords_are_not_used(begin: Begin) -> None:
    story, ada = begin(**NO_PASSWORDS), new_address()
    story.go("up")
    story.fill("Email address", ada)
    story.shoot("sign-up-passwordless")
    story.press("Continue")
    story.enter_code(TEST_CODE)
    story.arrive()
    story.sign_out()
    story.go("in")
    story.name_oneself(ada)
    story.see("Check your email")
    story.enter_code(TEST_CODE)
    story.arrive()


def test_the_terms_are_accepted(begin: Begin) -> None:
    story = begin(
        sign_up__legal_consent_enabled=True,
        display__terms_url="https://example.com/terms",
        display__privacy_policy_url="https://example.com/privacy",
    )
    story.go("up")
    story.fill("Email address", new_address())
    story.fill("Password", PASSWORD)
    story.page.get_by_role("checkbox").check()
    story.shoot("sign-up-consent")
    story.submit()
    story.enter_code(TEST_CODE)
    story.arrive()
    assert story.js("Clerk.user.legalAcceptedAt !== null")


def test_what_is_wrong_is_told_at_its_field(begin: Begin) -> None:
    story = begin()
    grace = story.app.create_user()
    story.go("up")
    story.fill("Email address", address_of(grace))
    story.fill("Password", PASSWORD)
    story.submit()
    story.error_at("emailAddress", WORDS["form_identifier_exists__email_address"])
    story.fill("Email address", new_address())
    story.fill("Password", "password123")
    # What the form thinks comes late, and would hide what is answered.
    story.see(FINE)
    story.rest()
    story.submit()
    story.error_at("password", re.compile("found as part of a breach"))
    story.shoot("sign-up-errors")
    story.fill("Password", "short")
    story.submit()
    story.error_at("password", re.compile("8 or more characters"))
    expect(story.page).to_have_url(f"{story.app.url}up")


def test_a_stranger_goes_on_from_sign_in_to_sign_up(begin: Begin) -> None:
    story, ada = begin(), new_address()
    story.go("both")
    story.name_oneself(ada)
    story.see("Create your account")
    story.shoot("combined-sign-up")
    story.fill("Password", PASSWORD)
    story.submit()
    story.enter_code(TEST_CODE)
    story.arrive()
    assert story.js("Clerk.user.primaryEmailAddress.emailAddress") == ada
