"""Every way to an account through Clerk's `<SignUp/>`."""

import re

from playwright.sync_api import expect

from tests.browser.scenarios import FINE, WORDS, Begin, address_of
from tests.harness import PASSWORD, TEST_CODE, new_address, new_number

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
    scenario, ada = begin(), new_address()
    scenario.go("up")
    scenario.fill("Email address", ada)
    scenario.fill("Password", PASSWORD)
    scenario.screenshot("sign-up")
    scenario.submit()
    scenario.see("Verify your email")
    scenario.screenshot("sign-up-email-code")
    scenario.enter_code("000000")
    scenario.error_at_code(WORDS["form_code_incorrect"])
    scenario.enter_code(TEST_CODE)
    scenario.wait_until_signed_in()
    assert scenario.js("Clerk.user.primaryEmailAddress.emailAddress") == ada


def test_a_code_by_sms_proves_the_number(begin: Begin) -> None:
    scenario, number = begin(**PHONES), new_number()
    scenario.go("up")
    scenario.fill("Phone number", number[2:])
    scenario.fill("Password", PASSWORD)
    scenario.screenshot("sign-up-phone")
    scenario.submit()
    scenario.see("Verify your phone")
    scenario.screenshot("sign-up-phone-code")
    scenario.enter_code(TEST_CODE)
    scenario.wait_until_signed_in()
    assert scenario.js("Clerk.user.primaryPhoneNumber.phoneNumber") == number


def test_a_username_is_chosen(begin: Begin) -> None:
    scenario = begin(**USERNAMES)
    scenario.app.create_user(username="grace")
    scenario.go("up")
    scenario.fill("Username", "grace")
    scenario.fill("Email address", new_address())
    scenario.fill("Password", PASSWORD)
    scenario.submit()
    scenario.error_at("username", WORDS["form_identifier_exists__username"])
    scenario.fill("Username", "ada_l")
    scenario.screenshot("sign-up-username")
    scenario.press("Continue")
    scenario.enter_code(TEST_CODE)
    scenario.wait_until_signed_in()
    assert scenario.js("Clerk.user.username") == "ada_l"


def test_an_invitation_needs_no_code(begin: Begin) -> None:
    scenario, ada = begin(sign_up__mode="restricted"), new_address()
    given = {"email_address": ada, "redirect_url": f"{scenario.app.url}up"}
    invited = scenario.app.backend.post("/v1/invitations", **given).ok().json
    scenario.page.goto(invited["url"])
    scenario.fill("Password", PASSWORD)
    scenario.screenshot("sign-up-invited")
    scenario.submit()
    scenario.wait_until_signed_in()
    assert scenario.js("Clerk.user.primaryEmailAddress.emailAddress") == ada
    assert scenario.js("Clerk.user.primaryEmailAddress.verification.status") == "verified"


def test_without_an_invitation_sign_up_is_closed(begin: Begin) -> None:
    scenario = begin(sign_up__mode="restricted")
    scenario.go("up")
    scenario.see("Access restricted")
    scenario.screenshot("sign-up-restricted")
    scenario.press("Sign in")
    scenario.see("Sign in to")


def test_the_waitlist_lets_in_by_invitation(begin: Begin) -> None:
    scenario, ada = begin(sign_up__mode="waitlist"), new_address()
    scenario.app.tenant.update(display__sign_up_url=f"{scenario.app.url}up")
    scenario.go("up")
    scenario.see("Access restricted")
    scenario.screenshot("sign-up-waitlist")
    scenario.press("Join waitlist")
    scenario.fill("Email address", ada)
    scenario.press("Join the waitlist")
    scenario.see("Thanks for joining the waitlist")
    scenario.screenshot("waitlist")
    backend = scenario.app.backend
    (entry,) = backend.get("/v1/waitlist_entries", query=ada).ok().json["data"]
    # Time stands still: of two messages at once none is the last.
    scenario.app.clock.advance(seconds=1)
    backend.post(f"/v1/waitlist_entries/{entry['id']}/invite").ok()
    scenario.page.goto(scenario.app.variable_of(ada, "action_url"))
    scenario.fill("Password", PASSWORD)
    scenario.submit()
    scenario.wait_until_signed_in()
    assert scenario.js("Clerk.user.primaryEmailAddress.emailAddress") == ada


def test_who_is_not_on_the_list_stays_out(begin: Begin) -> None:
    scenario = begin(restrictions__allowlist=True)
    scenario.go("up")
    scenario.fill("Email address", new_address())
    scenario.fill("Password", PASSWORD)
    scenario.submit()
    scenario.see(WORDS["not_allowed_access"])
    scenario.screenshot("sign-up-not-allowed")


def test_a_mailed_code_is_enough_where_passwords_are_not_used(begin: Begin) -> None:
    scenario, ada = begin(**NO_PASSWORDS), new_address()
    scenario.go("up")
    scenario.fill("Email address", ada)
    scenario.screenshot("sign-up-passwordless")
    scenario.press("Continue")
    scenario.enter_code(TEST_CODE)
    scenario.wait_until_signed_in()
    scenario.sign_out()
    scenario.go("in")
    scenario.name_oneself(ada)
    scenario.see("Check your email")
    scenario.enter_code(TEST_CODE)
    scenario.wait_until_signed_in()


def test_the_terms_are_accepted(begin: Begin) -> None:
    scenario = begin(
        sign_up__legal_consent_enabled=True,
        display__terms_url="https://example.com/terms",
        display__privacy_policy_url="https://example.com/privacy",
    )
    scenario.go("up")
    scenario.fill("Email address", new_address())
    scenario.fill("Password", PASSWORD)
    scenario.page.get_by_role("checkbox").check()
    scenario.screenshot("sign-up-consent")
    scenario.submit()
    scenario.enter_code(TEST_CODE)
    scenario.wait_until_signed_in()
    assert scenario.js("Clerk.user.legalAcceptedAt !== null")


def test_what_is_wrong_is_told_at_its_field(begin: Begin) -> None:
    scenario = begin()
    grace = scenario.app.create_user()
    scenario.go("up")
    scenario.fill("Email address", address_of(grace))
    scenario.fill("Password", PASSWORD)
    scenario.submit()
    scenario.error_at("emailAddress", WORDS["form_identifier_exists__email_address"])
    scenario.fill("Email address", new_address())
    scenario.fill("Password", "password123")
    # What the form thinks comes late, and would hide what is answered.
    scenario.see(FINE)
    scenario.rest()
    scenario.submit()
    scenario.error_at("password", re.compile("found as part of a breach"))
    scenario.screenshot("sign-up-errors")
    scenario.fill("Password", "short")
    scenario.submit()
    scenario.error_at("password", re.compile("8 or more characters"))
    expect(scenario.page).to_have_url(f"{scenario.app.url}up")


def test_a_stranger_goes_on_from_sign_in_to_sign_up(begin: Begin) -> None:
    scenario, ada = begin(), new_address()
    scenario.go("both")
    scenario.name_oneself(ada)
    scenario.see("Create your account")
    scenario.screenshot("combined-sign-up")
    scenario.fill("Password", PASSWORD)
    scenario.submit()
    scenario.enter_code(TEST_CODE)
    scenario.wait_until_signed_in()
    assert scenario.js("Clerk.user.primaryEmailAddress.emailAddress") == ada
