"""Every way to prove oneself anew, in the dialog that Clerk's components open for it."""

import re

from tests.browser.scenarios import WORDS, Begin
from tests.harness import PASSWORD, TEST_CODE, new_number

PHONES = {"attributes__phone_number__enabled": True}


def test_the_password_is_asked_for(begin: Begin) -> None:
    scenario = begin()
    ada = scenario.app.create_user()
    scenario.sign_in_as(ada)
    scenario.wait_for_prompt_again()
    scenario.screenshot("step-up-password")
    scenario.fill("Password", "not the password")
    scenario.submit()
    scenario.error_at("password", WORDS["form_password_incorrect"])
    scenario.fill("Password", PASSWORD)
    scenario.submit()
    scenario.be_gone(ada)


def test_who_has_begun_is_asked_though_they_have_just_signed_in(begin: Begin) -> None:
    scenario = begin()
    ada = scenario.app.create_user()
    scenario.sign_in_as(ada)
    scenario.page.evaluate("Clerk.session.startVerification({ level: 'first_factor' })")
    scenario.want_to_leave()
    scenario.fill("Password", PASSWORD)
    scenario.submit()
    scenario.be_gone(ada)


def test_a_mailed_code_will_do(begin: Begin) -> None:
    scenario = begin()
    ada = scenario.app.create_user()
    scenario.sign_in_as(ada)
    scenario.wait_for_prompt_again()
    scenario.press("Use another method")
    scenario.screenshot("step-up-methods")
    scenario.press(re.compile("Email code to"))
    scenario.see("Enter the code sent to your email to continue")
    scenario.screenshot("step-up-email-code")
    scenario.enter_code("000000")
    scenario.error_at_code(WORDS["form_code_incorrect"])
    scenario.enter_code(TEST_CODE)
    scenario.be_gone(ada)


def test_a_code_by_sms_will_do(begin: Begin) -> None:
    scenario = begin(**PHONES)
    ada = scenario.app.create_user(phone_number=[new_number()])
    scenario.sign_in_as(ada)
    scenario.wait_for_prompt_again()
    scenario.press("Use another method")
    scenario.press(re.compile("Send SMS code to"))
    scenario.see("Enter the code sent to your phone to continue")
    scenario.screenshot("step-up-phone-code")
    scenario.enter_code(TEST_CODE)
    scenario.be_gone(ada)


def test_a_code_of_the_app_is_asked_for(begin: Begin) -> None:
    scenario = begin()
    ada, app = scenario.app.create_user_with_app()
    scenario.begin_sign_in(ada, "Two-step verification")
    scenario.enter_code(app.next_code())
    scenario.wait_until_signed_in(ada)
    scenario.wait_for_prompt_again()
    scenario.screenshot("step-up-totp")
    scenario.enter_code(app.next_code())
    scenario.be_gone(ada)


def test_a_backup_code_stands_in_for_the_app(begin: Begin) -> None:
    scenario = begin()
    ada, app = scenario.app.create_user_with_app("ada-one")
    scenario.begin_sign_in(ada, "Two-step verification")
    scenario.enter_code(app.next_code())
    scenario.wait_until_signed_in(ada)
    scenario.wait_for_prompt_again()
    scenario.press("Use another method")
    scenario.screenshot("step-up-second-methods")
    scenario.press("Use a backup code")
    scenario.fill("Backup code", "ada-one")
    scenario.screenshot("step-up-backup-code")
    scenario.press("Continue")
    scenario.be_gone(ada)


def test_a_code_to_the_second_number_is_asked_for(begin: Begin) -> None:
    scenario = begin(**PHONES)
    ada = scenario.app.create_user_with_second_number()
    scenario.begin_sign_in(ada, "Check your phone")
    scenario.enter_code(TEST_CODE)
    scenario.wait_until_signed_in(ada)
    scenario.wait_for_prompt_again()
    scenario.screenshot("step-up-second-phone-code")
    scenario.enter_code(TEST_CODE)
    scenario.be_gone(ada)
