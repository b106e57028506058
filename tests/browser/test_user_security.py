"""How users protect their accounts in Clerk's own `<UserProfile/>`."""

import re

from playwright.sync_api import expect

from tests.browser.scenarios import WORDS, Begin, address_of
from tests.harness import PASSWORD, TEST_CODE, new_number

PHONES = {"attributes__phone_number__enabled": True}
IS_DEFAULT = "(each) => each.defaultSecondFactor"
NEW_PASSWORD = "vermilion gatepost thursday"


def test_an_app_is_set_up_and_removed(begin: Begin) -> None:
    scenario = begin()
    ada = scenario.app.create_user()
    scenario.be_at_security(ada)
    scenario.screenshot("security")
    scenario.press("Add two-step verification")
    scenario.page.get_by_role("menuitem", name=re.compile("Authenticator app")).click()
    scenario.page.get_by_text("Can’t scan QR code?").click()
    scenario.screenshot("security-totp")
    app = scenario.read_app()
    scenario.press("Continue")
    scenario.enter_code(app.next_code())
    scenario.wait("Clerk.user.totpEnabled")
    scenario.screenshot("security-totp-codes")
    assert scenario.js("Clerk.user.backupCodeEnabled")
    scenario.press("Finish")
    scenario.screenshot("security-totp-on")

    scenario.sign_out()
    scenario.begin_sign_in(ada, "Two-step verification")
    scenario.enter_code(app.next_code())
    scenario.wait_until_signed_in(ada)

    scenario.go("profile#/security")
    scenario.choose("mfa", "Authenticator", "Remove")
    scenario.screenshot("security-totp-remove")
    scenario.press("Remove")
    scenario.wait("!Clerk.user.totpEnabled")
    assert not scenario.js("Clerk.user.twoFactorEnabled")


def test_backup_codes_are_made_anew(begin: Begin) -> None:
    scenario = begin()
    ada, app = scenario.app.create_user_with_app("ada-old")
    scenario.begin_sign_in(ada, "Two-step verification")
    scenario.enter_code(app.next_code())
    scenario.wait_until_signed_in(ada)
    scenario.go("profile#/security")
    scenario.choose("mfa", "Backup codes", "Regenerate")
    scenario.screenshot("security-regenerate")
    scenario.press("Finish")
    scenario.sign_out()
    scenario.begin_sign_in(ada, "Two-step verification")
    scenario.press("Use another method")
    scenario.press("Use a backup code")
    scenario.fill("Backup code", "ada-old")
    scenario.press("Continue")
    scenario.error_at("code", WORDS["form_code_incorrect"])


def test_a_number_becomes_the_second_factor_and_is_removed(begin: Begin) -> None:
    scenario = begin(**PHONES)
    ada = scenario.app.create_user(phone_number=[new_number()])
    scenario.be_at_security(ada)
    scenario.press("Add two-step verification")
    scenario.page.get_by_role("menuitem", name=re.compile("SMS code")).click()
    scenario.screenshot("security-sms")
    scenario.page.get_by_role("button", name=re.compile(r"\+1")).click()
    scenario.wait("Clerk.user.phoneNumbers[0].reservedForSecondFactor")
    scenario.screenshot("security-sms-on")
    scenario.press("Finish")
    scenario.choose("mfa", "+1", "Remove")
    scenario.screenshot("security-sms-remove")
    scenario.press("Remove")
    # It was set up in this session, but never asked for.
    scenario.see("Verification required")
    scenario.enter_code(TEST_CODE)
    scenario.wait("!Clerk.user.phoneNumbers[0].reservedForSecondFactor")


def test_a_second_number_is_added_and_becomes_the_default(begin: Begin) -> None:
    scenario, first, second = begin(**PHONES), new_number(), new_number()
    ada = scenario.app.create_user_with_second_number(first)
    scenario.begin_sign_in(ada, "Check your phone")
    scenario.enter_code(TEST_CODE)
    scenario.wait_until_signed_in(ada)
    scenario.go("profile#/security")
    scenario.press("Add two-step verification")
    scenario.page.get_by_role("menuitem", name=re.compile("SMS code")).click()
    scenario.press("Add phone number")
    scenario.fill("Phone number", second[2:])
    scenario.press("Add")
    scenario.enter_code(TEST_CODE)
    scenario.wait("Clerk.user.phoneNumbers.every((each) => each.reservedForSecondFactor)")
    scenario.press("Finish")
    # Long after the code was shown: the components ask for no other here.
    scenario.app.clock.advance(minutes=11)
    scenario.choose("mfa", second[-4:], "Set as default")
    scenario.wait(f"Clerk.user.phoneNumbers.find({IS_DEFAULT})?.phoneNumber === '{second}'")
    scenario.screenshot("security-sms-default")
    scenario.sign_out()
    scenario.begin_sign_in(ada, "Check your phone")
    scenario.see(second[-2:])
    scenario.enter_code(TEST_CODE)
    scenario.wait_until_signed_in(ada)


def test_the_password_changes_and_other_devices_are_signed_out(begin: Begin) -> None:
    scenario = begin()
    ada = scenario.app.create_user()
    other = scenario.app.backend.post("/v1/sessions", user_id=ada["id"]).ok().json["id"]
    scenario.be_at_security(ada)
    expect(scenario.page.get_by_text("This device")).to_be_visible()
    # The current one is not asked for: whoever has just signed in has proved it.
    scenario.press("Update password")
    scenario.give_new_password("password123")
    scenario.error_at("newPassword", re.compile("found as part of a breach"))
    scenario.screenshot("security-password-common")
    scenario.give_new_password(NEW_PASSWORD)
    scenario.wait("document.querySelector('[name=newPassword]') === null")
    scenario.screenshot("security-password-changed")
    assert scenario.app.backend.get(f"/v1/sessions/{other}").json["status"] == "revoked"
    scenario.sign_out()
    scenario.sign_in(address_of(ada), NEW_PASSWORD)


def test_the_current_password_is_asked_for_where_nobody_proves_themselves_anew(
    begin: Begin,
) -> None:
    scenario = begin(reverification=False)
    scenario.be_at_security(scenario.app.create_user())
    scenario.press("Update password")
    scenario.fill("Current password", "not the password")
    scenario.give_new_password(NEW_PASSWORD)
    scenario.error_at("currentPassword", WORDS["form_password_incorrect"])
    scenario.screenshot("security-current-password")
    scenario.fill("Current password", PASSWORD)
    scenario.submit()
    scenario.wait("document.querySelector('[name=newPassword]') === null")


def test_a_first_password_is_set(begin: Begin) -> None:
    scenario = begin(attributes__password__required=False)
    ada = scenario.app.create_user(password=None, skip_password_requirement=True)
    scenario.be_at_security(ada)
    scenario.press("Set password")
    scenario.give_new_password(PASSWORD)
    scenario.wait("Clerk.user.passwordEnabled")


def test_another_device_is_signed_out(begin: Begin) -> None:
    scenario = begin()
    ada = scenario.app.create_user()
    with scenario.app.tenant.browser() as browser:
        browser.sign_in(address_of(ada)).ok()
    scenario.be_at_security(ada)
    scenario.screenshot("security-devices")
    devices = scenario.page.locator(".cl-activeDeviceListItem")
    expect(devices).to_have_count(2)
    other = devices.filter(has_not_text="This device")
    other.get_by_role("button", name="Open menu").click()
    with scenario.page.expect_response("**/revoke?*"):
        scenario.page.get_by_role("menuitem", name="Sign out of device").click()
    sessions = scenario.app.backend.get("/v1/sessions", user_id=ada["id"], status="active").json
    assert [each["id"] for each in sessions] == [scenario.js("Clerk.session.id")]
    # Clerk's: since generation 6 the list is drawn when the client beside the reply arrives, and
    # only then is its session marked as revoked. No reply changes that; the row leaves with the
    # next change of one's own session, such as the touch when a page is seen again.
    scenario.app.clock.advance(minutes=2)
    scenario.js("void Clerk.session.touch()")
    expect(devices).to_have_count(1)


def test_the_account_is_deleted(begin: Begin) -> None:
    scenario = begin()
    ada = scenario.app.create_user()
    scenario.be_at_security(ada)
    scenario.press("Delete account")
    scenario.page.get_by_label(re.compile("Delete account")).fill("Delete account")
    scenario.screenshot("security-delete")
    with scenario.page.expect_navigation(url=scenario.app.url):
        scenario.page.get_by_role("button", name="Delete account", exact=True).last.click()
    scenario.wait("window.Clerk?.user === null")
    assert scenario.app.backend.get(f"/v1/users/{ada['id']}").status == 404
