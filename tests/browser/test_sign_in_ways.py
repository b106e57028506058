"""Ways in through Clerk's `<SignIn/>`; links, passkeys and providers have files of their own."""

import re

import pytest

from tests.browser.scenarios import WORDS, Begin, address_of
from tests.harness import TEST_CODE, new_address, new_number

NEW_PASSWORD = "vermilion gatepost thursday"
PHONES = {"attributes__phone_number__enabled": True}
USERNAMES = {
    "attributes__username__enabled": True,
    "attributes__username__used_for_first_factor": True,
}


def test_a_password_signs_in(begin: Begin) -> None:
    scenario = begin()
    ada = scenario.app.create_user()
    scenario.go("in")
    scenario.screenshot("sign-in")
    scenario.name_oneself(address_of(ada))
    scenario.see("Enter your password")
    scenario.screenshot("sign-in-password")
    scenario.give_password()
    scenario.wait_until_signed_in(ada)


def test_a_username_signs_in(begin: Begin) -> None:
    scenario = begin(**USERNAMES)
    ada = scenario.app.create_user(username="ada_l")
    scenario.go("in")
    scenario.screenshot("sign-in-username")
    scenario.name_oneself("ada_l", "Email address or username")
    scenario.give_password()
    scenario.wait_until_signed_in(ada)


def test_a_mailed_code_signs_in(begin: Begin) -> None:
    scenario = begin()
    ada = scenario.app.create_user()
    scenario.go("in")
    scenario.name_oneself(address_of(ada))
    scenario.press("Use another method")
    scenario.screenshot("sign-in-methods")
    scenario.press(re.compile("Email code to"))
    scenario.see("Check your email")
    scenario.screenshot("sign-in-email-code")
    scenario.enter_code("000000")
    scenario.error_at_code(WORDS["form_code_incorrect"])
    scenario.enter_code(TEST_CODE)
    scenario.wait_until_signed_in(ada)


def test_a_code_by_sms_signs_in(begin: Begin) -> None:
    scenario, number = begin(**PHONES), new_number()
    ada = scenario.app.create_user(phone_number=[number])
    scenario.go("in")
    scenario.screenshot("sign-in-email-or-phone")
    scenario.name_oneself_by_number(number)
    scenario.press("Use another method")
    scenario.press(re.compile("Send SMS code to"))
    scenario.see("Check your phone")
    scenario.screenshot("sign-in-phone-code")
    scenario.enter_code(TEST_CODE)
    scenario.wait_until_signed_in(ada)


@pytest.mark.parametrize("channel", ["email", "phone"])
def test_a_forgotten_password_is_replaced(begin: Begin, channel: str) -> None:
    scenario = begin(**PHONES, attributes__email_address__required=False)
    number = new_number()
    by_phone = {"phone_number": [number], "email_address": []}
    ada = scenario.app.create_user(**(by_phone if channel == "phone" else {}))
    scenario.go("in")
    if channel == "phone":
        scenario.name_oneself_by_number(number)
    else:
        scenario.name_oneself(address_of(ada))
    scenario.see("Enter your password")
    scenario.press("Forgot password?")
    scenario.screenshot(f"sign-in-forgot-{channel}")
    scenario.press("Reset your password")
    scenario.screenshot(f"sign-in-reset-code-{channel}")
    scenario.enter_code(TEST_CODE)
    scenario.see("Set new password")
    scenario.give_new_password(NEW_PASSWORD)
    scenario.wait_until_signed_in(ada)


def test_a_token_of_the_backend_signs_in(begin: Begin) -> None:
    scenario = begin()
    scenario.sign_in_as(scenario.app.create_user())


def test_an_invitation_signs_in_who_has_an_account_by_now(begin: Begin) -> None:
    scenario = begin()
    ada = scenario.app.create_user()
    given = {
        "email_address": address_of(ada),
        "redirect_url": f"{scenario.app.url}in",
        "ignore_existing": True,
    }
    invited = scenario.app.backend.post("/v1/invitations", **given).ok().json
    scenario.page.goto(invited["url"])
    scenario.wait_until_signed_in(ada)
    (row,) = scenario.app.backend.get("/v1/invitations").ok().json
    assert row["status"] == "accepted"


def test_a_stranger_is_told_so_at_the_field(begin: Begin) -> None:
    scenario = begin()
    scenario.go("in")
    scenario.name_oneself(new_address())
    scenario.error_at("identifier", WORDS["form_identifier_not_found"])
    scenario.screenshot("sign-in-stranger")


def test_a_wrong_password_is_told_so_until_the_account_is_locked(begin: Begin) -> None:
    scenario = begin(lockout__max_attempts=2)
    ada = scenario.app.create_user()
    # Where Clerk leads who is locked out depends on the app; here, to the form where they began.
    scenario.page.goto(scenario.app.start_page)
    scenario.name_oneself(address_of(ada))
    scenario.give_password("not the password")
    scenario.error_at("password", "The password is incorrect.")
    scenario.screenshot("sign-in-wrong-password")
    scenario.give_password("not this one either")
    scenario.give_password()
    scenario.error_of_card("This account is locked. Try again in 1 hour.")
    scenario.screenshot("sign-in-locked")
