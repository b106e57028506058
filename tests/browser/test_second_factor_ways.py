"""Every second factor that Clerk's `<SignIn/>` asks for."""

from tests.browser.stories import WORDS, Begin, address_of
from tests.house import TEST_CODE

PHONES = {"attributes__phone_number__enabled": True}
TWO_STEPS = "Two-step verification"
NEW_PASSWORD = "vermilion gatepost thursday"


def test_a_code_of_the_app_is_asked_for(begin: Begin) -> None:
    story = begin()
    ada, app = story.app.create_user_with_app()
    story.begin_sign_in(ada, TWO_STEPS)
    story.shoot("second-totp")
    story.enter_code("000000")
    story.error_at_code(WORDS["form_code_incorrect"])
    story.shoot("second-totp-wrong")
    story.enter_code(app.next_code())
    story.arrive(ada)


def test_a_backup_code_stands_in_for_the_app(begin: Begin) -> None:
    story = begin()
    ada, _ = story.app.create_user_with_app("ada-one", "ada-two")
    story.begin_sign_in(ada, TWO_STEPS)
    story.press("Use another method")
    story.shoot("second-methods")
    story.press("Use a backup code")
    story.fill("Backup code", "ada-none")
    story.press("Continue")
    story.shoot("second-backup-code")
    story.error_at("code", WORDS["form_code_incorrect"])
    story.shoot("second-backup-code")
    story.fill("Backup code", "ada-one")
    story.press("Continue")
    story.arrive(ada)


def test_a_code_by_sms_is_asked_for(begin: Begin) -> None:
    story = begin(**PHONES)
    ada = story.app.create_user_with_second_number()
    story.begin_sign_in(ada, "Check your phone")
    story.shoot("second-phone-code")
    story.enter_code(TEST_CODE)
    story.arrive(ada)


def test_a_new_password_asks_for_the_second_factor(begin: Begin) -> None:
    story = begin()
    ada, app = story.app.create_user_with_app()
    story.go("in")
    story.name_oneself(address_of(ada))
    story.press("Forgot password?")
    story.press("Reset your password")
    story.enter_code(TEST_CODE)
    story.give_new_password(NEW_PASSWORD)
    story.see(TWO_STEPS)
    story.shoot("second-after-reset")
    story.enter_code(app.next_code())
    story.arrive(ada)


def test_a_token_of_the_backend_asks_for_the_second_factor(begin: Begin) -> None:
    story = begin()
    ada, app = story.app.create_user_with_app()
    made = story.app.backend.post("/v1/sign_in_tokens", user_id=ada["id"]).ok().json
    story.go(f"in?__clerk_ticket={made['token']}")
    story.enter_code(app.next_code())
    story.arrive(ada)
