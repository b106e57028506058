"""Ways in through Clerk's `<SignIn/>`; links, passkeys and providers have files of their own."""

import re

import pytest

from tests.browser.stories import WORDS, Begin, address_of
from tests.house import TEST_CODE, new_address, new_number

NEW_PASSWORD = "vermilion gatepost thursday"
PHONES = {"attributes__phone_number__enabled": True}
USERNAMES = {
    "attributes__username__enabled": True,
    "attributes__username__used_for_first_factor": True,
}


def test_a_password_signs_in(begin: Begin) -> None:
    story = begin()
    ada = story.app.create_user()
    story.go("in")
    story.shoot("sign-in")
    story.name_oneself(address_of(ada))
    story.see("Enter your password")
    story.shoot("sign-in-password")
    story.give_password()
    story.arrive(ada)


def test_a_username_signs_in(begin: Begin) -> None:
    story = begin(**USERNAMES)
    ada = story.app.create_user(username="ada_l")
    story.go("in")
    story.shoot("sign-in-username")
    story.name_oneself("ada_l", "Email address or username")
    story.give_password()
    story.arrive(ada)


def test_a_mailed_code_signs_in(begin: Begin) -> None:
    story = begin()
    ada = story.app.create_user()
    story.go("in")
    story.name_oneself(address_of(ada))
    story.press("Use another method")
    story.shoot("sign-in-methods")
    story.press(re.compile("Email code to"))
    story.see("Check your email")
    story.shoot("sign-in-email-code")
    story.enter_code("000000")
    story.error_at_code(WORDS["form_code_incorrect"])
    story.enter_code(TEST_CODE)
    story.arrive(ada)


def test_a_code_by_sms_signs_in(begin: Begin) -> None:
    story, number = begin(**PHONES), new_number()
    ada = story.app.create_user(phone_number=[number])
    story.go("in")
    story.shoot("sign-in-email-or-phone")
    story.name_oneself_by_number(number)
    story.press("Use another method")
    story.press(re.compile("Send SMS code to"))
    story.see("Check your phone")
    story.shoot("sign-in-phone-code")
    story.enter_code(TEST_CODE)
    story.arrive(ada)


@pytest.mark.parametrize("channel", ["email", "phone"])
def test_a_forgotten_password_is_replaced(begin: Begin, channel: str) -> None:
    story = begin(**PHONES, attributes__email_address__required=False)
    number = new_number()
    by_phone = {"phone_number": [number], "email_address": []}
    ada = story.app.create_user(**(by_phone if channel == "phone" else {}))
    story.go("in")
    if channel == "phone":
        story.name_oneself_by_number(number)
    else:
        story.name_oneself(address_of(ada))
    story.see("Enter your password")
    story.press("Forgot password?")
    story.shoot(f"sign-in-forgot-{channel}")
    story.press("Reset your password")
    story.shoot(f"sign-in-reset-code-{channel}")
    story.enter_code(TEST_CODE)
    story.see("Set new password")
    story.give_new_password(NEW_PASSWORD)
    story.arrive(ada)


def test_a_token_of_the_backend_signs_in(begin: Begin) -> None:
    story = begin()
    story.sign_in_as(story.app.create_user())


def test_an_invitation_signs_in_who_has_an_account_by_now(begin: Begin) -> None:
    story = begin()
    ada = story.app.create_user()
    given = {
        "email_address": address_of(ada),
        "redirect_url": f"{story.app.url}in",
        "ignore_existing": True,
    }
    invited = story.app.backend.post("/v1/invitations", **given).ok().json
    story.page.goto(invited["url"])
    story.arrive(ada)
    (row,) = story.app.backend.get("/v1/invitations").ok().json
    assert row["status"] == "accepted"


def test_a_stranger_is_told_so_at_the_field(begin: Begin) -> None:
    story = begin()
    story.go("in")
    story.name_oneself(new_address())
    story.error_at("identifier", WORDS["form_identifier_not_found"])
    story.shoot("sign-in-stranger")


def test_a_wrong_password_is_told_so_until_the_account_is_locked(begin: Begin) -> None:
    story = begin(lockout__max_attempts=2)
    ada = story.app.create_user()
    # Where Clerk leads who is locked out depends on the app; here, to the form where they began.
    story.page.goto(story.app.start_page)
    story.name_oneself(address_of(ada))
    story.give_password("not the password")
    story.error_at("password", "The password is incorrect.")
    story.shoot("sign-in-wrong-password")
    story.give_password("not this one either")
    story.give_password()
    story.error_of_card("This account is locked. Try again in 1 hour.")
    story.shoot("sign-in-locked")
