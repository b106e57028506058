"""A user and what is their own."""

from pyotp.totp import TOTP

from tests.harness import (
    PASSWORD,
    TEST_CODE,
    Browser,
    new_address,
    new_number,
)
from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import NEW_PASSWORD, Walker
from tests.pictures import encoded


def walk(walker: Walker) -> None:
    browser, account = walker.signed_in()
    browser.get("/v1/me").ok()
    browser.post("/v1/me", _method="PATCH", first_name="Ada", username="ada_lovelace").ok()
    browser.post("/v1/me", _method="PATCH", username="no name")
    browser.post("/v1/me/metadata", _method="PATCH", unsafe_metadata='{"a": {"b": 1}}').ok()
    given = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    browser.post("/v1/me/change_password", **given).ok()
    browser.post("/v1/me/change_password", **given)
    browser.post("/v1/me/remove_password", current_password=NEW_PASSWORD)
    secret = browser.post("/v1/me/totp").ok().body["secret"]
    code = TOTP(secret).at(walker.tenant.harness.clock.now() // 1000)
    browser.post("/v1/me/totp/attempt_verification", code="000000")
    browser.post("/v1/me/totp/attempt_verification", code=code).ok()
    browser.post("/v1/me/backup_codes").ok()
    browser.post("/v1/me/totp", _method="DELETE").ok()
    browser.get("/v1/me/sessions").ok()
    browser.get("/v1/me/sessions/active").ok()
    other = walker.backend.post("/v1/sessions", user_id=account.user_id).ok().json["id"]
    browser.post(f"/v1/me/sessions/{other}/revoke").ok()
    picture = {"file": ("me.png", encoded(), "image/png")}
    shown = browser.request("POST", "/v1/me/profile_image", files=picture).ok().body["id"]
    browser.request("POST", "/v1/me/profile_image", files={"file": ("me.png", b"no picture")})
    browser.post("/v1/me/profile_image", _method="DELETE").ok()
    browser.get(f"/v1/images/{shown}")
    browser.request("POST", "/v1/me/profile_image", files=picture).ok()
    walker.backend.delete(f"/v1/users/{account.user_id}/profile_image").ok()
    _own_email_addresses(browser)
    _own_phone_numbers(browser)
    browser.post("/v1/me", _method="DELETE").ok()


def _own_phone_numbers(browser: Browser) -> None:
    path = "/v1/me/phone_numbers"
    made = browser.post(path, phone_number=new_number()).ok().body["id"]
    browser.get(path).ok()
    browser.get(f"{path}/{made}").ok()
    browser.post(f"{path}/{made}/prepare_verification", strategy="phone_code").ok()
    browser.post(f"{path}/{made}/attempt_verification", code="000000")
    browser.post(f"{path}/{made}/attempt_verification", code=TEST_CODE).ok()
    browser.post(f"{path}/{made}", _method="PATCH", reserved_for_second_factor="true").ok()
    browser.post(f"{path}/{made}", _method="DELETE").ok()


def _own_email_addresses(browser: Browser) -> None:
    path = "/v1/me/email_addresses"
    made = browser.post(path, email_address=new_address()).ok().body["id"]
    browser.get(path).ok()
    browser.get(f"{path}/{made}").ok()
    browser.post(f"{path}/{made}/prepare_verification", strategy="email_code").ok()
    browser.post(f"{path}/{made}/attempt_verification", code="000000")
    browser.post(f"{path}/{made}/attempt_verification", code=TEST_CODE).ok()
    browser.post(f"{path}/{made}", _method="DELETE").ok()


def ids(victim: Victim) -> dict[str, str]:
    number = {"phone_number": new_number()}
    return {
        "phone_number_id": victim.browser.post("/v1/me/phone_numbers", **number).ok().body["id"],
        "image_id": "img_of_nobody",
    }


PART = Part((walk,), ids)
