"""Every way to prove oneself anew, in the dialog that Clerk's components open for it."""

import re
from typing import Any

import pytest

from tests.browser.stories import WORDS, Begin, Story
from tests.house import PASSWORD, TEST_CODE, new_number

pytestmark = pytest.mark.xdist_group("browser")

PHONES = {"attributes__phone_number__enabled": True}


def be_asked(story: Story) -> None:
    """Come back after a while, and want to do what nobody may without proof: leave for good."""
    story.app.clock.advance(minutes=11)
    story.go("profile#/security")
    story.press("Delete account")
    story.page.get_by_label(re.compile("Delete account")).fill("Delete account")
    story.page.get_by_role("button", name="Delete account", exact=True).last.click()
    story.see("Verification required")


def be_gone(story: Story, user: Any) -> None:
    """Have left."""
    story.wait("window.Clerk?.user === null")
    assert story.app.backend.get(f"/v1/users/{user['id']}").status == 404


def test_the_password_is_asked_for(begin: Begin) -> None:
    story = begin()
    ada = story.app.create_user()
    story.sign_in_as(ada)
    be_asked(story)
    story.shoot("step-up-password")
    story.fill("Password", "not the password")
    story.submit()
    story.error_at("password", WORDS["form_password_incorrect"])
    story.fill("Password", PASSWORD)
    story.submit()
    be_gone(story, ada)


def test_a_mailed_code_will_do(begin: Begin) -> None:
    story = begin()
    ada = story.app.create_user()
    story.sign_in_as(ada)
    be_asked(story)
    story.press("Use another method")
    story.shoot("step-up-methods")
    story.press(re.compile("Email code to"))
    story.see("Enter the code sent to your email to continue")
    story.shoot("step-up-email-code")
    story.enter_code("000000")
    story.error_at_code(WORDS["form_code_incorrect"])
    story.enter_code(TEST_CODE)
    be_gone(story, ada)


def test_a_code_by_sms_will_do(begin: Begin) -> None:
    story = begin(**PHONES)
    ada = story.app.create_user(phone_number=[new_number()])
    story.sign_in_as(ada)
    be_asked(story)
    story.press("Use another method")
    story.press(re.compile("Send SMS code to"))
    story.see("Enter the code sent to your phone to continue")
    story.shoot("step-up-phone-code")
    story.enter_code(TEST_CODE)
    be_gone(story, ada)


def test_a_code_of_the_app_is_asked_for(begin: Begin) -> None:
    story = begin()
    ada, app = story.app.create_user_with_app()
    story.begin_sign_in(ada, "Two-step verification")
    story.enter_code(app.next_code())
    story.arrive(ada)
    be_asked(story)
    story.shoot("step-up-totp")
    story.enter_code(app.next_code())
    be_gone(story, ada)


def test_a_backup_code_stands_in_for_the_app(begin: Begin) -> None:
    story = begin()
    ada, app = story.app.create_user_with_app("ada-one")
    story.begin_sign_in(ada, "Two-step verification")
    story.enter_code(app.next_code())
    story.arrive(ada)
    be_asked(story)
    story.press("Use another method")
    story.shoot("step-up-second-methods")
    story.press("Use a backup code")
    story.fill("Backup code", "ada-one")
    story.shoot("step-up-backup-code")
    story.press("Continue")
    be_gone(story, ada)


def test_a_code_to_the_second_number_is_asked_for(begin: Begin) -> None:
    story = begin(**PHONES)
    ada = story.app.create_user_with_second_number()
    story.begin_sign_in(ada, "Check your phone")
    story.enter_code(TEST_CODE)
    story.arrive(ada)
    be_asked(story)
    story.shoot("step-up-second-phone-code")
    story.enter_code(TEST_CODE)
    be_gone(story, ada)
