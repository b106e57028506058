"""Every second factor that Clerk's `<SignIn/>` asks for."""

from tests.browser.scenarios import WORDS, Begin, address_of
from tests.harness import TEST_CODE

PHONES = {"attributes__phone_number__enabled": True}
TWO_STEPS = "Two-step verification"
NEW_PASSWORD = "vermilion gatepost thursday"


def test_a_code_of_the_app_is_asked_for(begin: Begin) -> None:
    scenario = begin()
    ada, app = scenario.app.create_user_with_app()
    scenario.begin_sign_in(ada, TWO_STEPS)
    scenario.screenshot("second-totp")
    scenario.enter_code("000000")
    scenario.error_at_code(WORDS["form_code_incorrect"])
    scenario.screenshot("second-totp-wrong")
    scenario.enter_code(app.next_code())
    scenario.wait_until_signed_in(ada)


def test_a_backup_code_stands_in_for_the_app(begin: Begin) -> None:
    scenario = begin()
    ada, _ = scenario.app.create_user_with_app("ada-one", "ada-two")
    scenario.begin_sign_in(ada, TWO_STEPS)
    scenario.press("Use another method")
    scenario.screenshot("second-methods")
    scenario.press("Use a backup code")
    scenario.fill("Backup code", "ada-none")
    scenario.press("Continue")
    scenario.screenshot("second-backup-code")
    scenario.error_at("code", WORDS["form_code_incorrect"])
    scenario.screenshot("second-backup-code")
    scenario.fill("Backup code", "ada-one")
    scenario.press("Continue")
    scenario.wait_until_signed_in(ada)


def test_a_code_by_sms_is_asked_for(begin: Begin) -> None:
    scenario = begin(**PHONES)
    ada = scenario.app.create_user_with_second_number()
    scenario.begin_sign_in(ada, "Check your phone")
    scenario.screenshot("second-phone-code")
    scenario.enter_code(TEST_CODE)
    scenario.wait_until_signed_in(ada)


def test_a_new_password_asks_for_the_second_factor(begin: Begin) -> None:
    scenario = begin()
    ada, app = scenario.app.create_user_with_app()
    scenario.go("in")
    scenario.name_oneself(address_of(ada))
    scenario.press("Forgot password?")
    scenario.press("Reset your password")
    scenario.enter_code(TEST_CODE)
    scenario.give_new_password(NEW_PASSWORD)
    scenario.see(TWO_STEPS)
    scenario.screenshot("second-after-reset")
    scenario.enter_code(app.next_code())
    scenario.wait_until_signed_in(ada)


def test_a_token_of_the_backend_asks_for_the_second_factor(begin: Begin) -> None:
    scenario = begin()
    ada, app = scenario.app.create_user_with_app()
    made = scenario.app.backend.post("/v1/sign_in_tokens", user_id=ada["id"]).ok().json
    scenario.go(f"in?__clerk_ticket={made['token']}")
    scenario.enter_code(app.next_code())
    scenario.wait_until_signed_in(ada)
