"""Every way to prove oneself anew, in the dialog that Clerk's components open for it."""

import re

from tests.browser.stories import WORDS, Begin
from tests.house import PASSWORD, TEST_CODE, new_number

PHONES = {"attributes__phone_number__enabled": True}


def test_the_password_is_asked_for(begin: Begin) -> None:
    story = begin()
    ada = story.app.create_user()
    story.sign_in_as(ada)
    story.be_asked_anew()
    story.shoot("step-up-password")
    story.fill("Password", "not the password")
    story.submit()
    story.error_at("password", WORDS["form_password_incorrect"])
    story.fill("Password", PASSWORD)
    story.submit()
    story.be_gone(ada)


def test_who_has_begun_is_asked_though_they_have_just_signed_in(begin: Begin) -> None:
    story = begin()
    ada = story.app.create_user()
    story.sign_in_as(ada)
    story.page.evaluate("Clerk.session.startVerification({ level: 'first_factor' })")
    story.want_to_leave()
    story.fill("Password", PASSWORD)
    story.submit()
    story.be_gone(ada)


def test_a_mailed_code_will_do(begin: Begin) -> None:
    story = begin()
    ada = story.app.create_user()
    story.sign_in_as(ada)
    story.be_asked_anew()
    story.press("Use another method")
    story.shoot("step-up-methods")
    story.press(re.compile("Email code to"))
    story.see("Enter the code sent to your email to continue")
    story.shoot("step-up-email-code")
    story.enter_code("000000")
    story.error_at_code(WORDS["form_code_incorrect"])
    story.enter_code(TEST_CODE)
    story.be_gone(ada)


def test_a_code_by_sms_will_do(begin: Begin) -> None:
    story = begin(**PHONES)
    ada = story.app.create_user(phone_number=[new_number()])
    story.sign_in_as(ada)
    story.be_asked_anew()
    story.press("Use another method")
    story.press(re.compile("Send SMS code to"))
    story.see("Enter the code sent to your phone to continue")
    story.shoot("step-up-phone-code")
    story.enter_code(TEST_CODE)
    story.be_gone(ada)


def test_a_code_of_the_app_is_asked_for(begin: Begin) -> None:
    story = begin()
    ada, app = story.app.create_user_with_app()
    story.begin_sign_in(ada, "Two-step verification")
    story.enter_code(app.next_code())
    story.arrive(ada)
    story.be_asked_anew()
    story.shoot("step-up-totp")
    story.enter_code(app.next_code())
    story.be_gone(ada)


def test_a_backup_code_stands_in_for_the_app(begin: Begin) -> None:
    story = begin()
    ada, app = story.app.create_user_with_app("ada-one")
    story.begin_sign_in(ada, "Two-step verification")
    story.enter_code(app.next_code())
    story.arrive(ada)
    story.be_asked_anew()
    story.press("Use another method")
    story.shoot("step-up-second-methods")
    story.press("Use a backup code")
    story.fill("Backup code", "ada-one")
    story.shoot("step-up-backup-code")
    story.press("Continue")
    story.be_gone(ada)


def test_a_code_to_the_second_number_is_asked_for(begin: Begin) -> None:
    story = begin(**PHONES)
    ada = story.app.create_user_with_second_number()
    story.begin_sign_in(ada, "Check your phone")
    story.enter_code(TEST_CODE)
    story.arrive(ada)
    story.be_asked_anew()
    story.shoot("step-up-second-phone-code")
    story.enter_code(TEST_CODE)
    story.be_gone(ada)
