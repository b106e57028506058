"""Users add phone numbers of their own: to sign in with, or as second factor."""

from typing import Any

import pytest

from tests.harness import TEST_CODE, Backend, Browser, Clock, Outbox, Reply, Tenant, new_number

PATH = "/v1/me/phone_numbers"


@pytest.fixture(autouse=True)
def _phone(instance: Tenant) -> None:
    instance.update(attributes__phone_number__enabled=True)


def proved(browser: Browser, number: str | None = None, **more: str) -> Reply:
    """Add a number, prove it and return the last reply."""
    id = browser.post(f"{PATH}/", phone_number=number or new_number(), **more).ok().body["id"]
    browser.post(f"{PATH}/{id}/prepare_verification", strategy="phone_code").ok()
    return browser.post(f"{PATH}/{id}/attempt_verification", code=TEST_CODE).ok()


def change(browser: Browser, id: str, **form: str) -> Reply:
    """Say what a number is for."""
    return browser.post(f"{PATH}/{id}", _method="PATCH", **form)


def test_number_is_proved_by_sms_and_becomes_the_primary_one(
    browser: Browser, outbox: Outbox
) -> None:
    browser.sign_up()
    made = browser.post(f"{PATH}/", phone_number="+32 471 23 45 67").ok().body
    assert made["phone_number"] == "+32471234567"
    browser.post(f"{PATH}/{made['id']}/prepare_verification", strategy="phone_code").ok()
    assert [row.channel for row in outbox.rows()] == ["sms"]
    code = outbox.last_code("+32471234567")
    done = browser.post(f"{PATH}/{made['id']}/attempt_verification", code=code).ok()
    assert done.body["verification"]["status"] == "verified"
    assert done.client["sessions"][0]["user"]["primary_phone_number_id"] == made["id"]
    assert "backup_codes" not in done.body


def test_what_is_no_number_is_refused(browser: Browser) -> None:
    browser.sign_up()
    for number in ("12", "+1", "not a number", "0471234567", "+999123456789"):
        refused = browser.post(PATH, phone_number=number)
        assert (refused.codes, refused.params) == (["form_param_format_invalid"], ["phone_number"])


def test_number_signs_in_by_code(instance: Tenant, browser: Browser) -> None:
    account, number = browser.sign_up(), new_number()
    id = proved(browser, number).body["id"]
    elsewhere = instance.browser()
    begun = elsewhere.post("/v1/client/sign_ins", identifier=number).ok().body
    offered = {each["strategy"]: each for each in begun["supported_first_factors"]}
    assert offered["phone_code"]["phone_number_id"] == id
    assert offered["phone_code"]["primary"]
    assert number not in offered["phone_code"]["safe_identifier"]
    path = f"/v1/client/sign_ins/{begun['id']}"
    prepared = elsewhere.post(f"{path}/prepare_first_factor", strategy="phone_code").ok()
    assert prepared.body["first_factor_verification"]["strategy"] == "phone_code"
    done = elsewhere.post(f"{path}/attempt_first_factor", strategy="phone_code", code=TEST_CODE)
    assert done.ok().body["status"] == "complete"
    assert elsewhere.get("/v1/me").body["id"] == account.user_id


def test_number_resets_the_password(instance: Tenant, browser: Browser) -> None:
    browser.sign_up()
    number, strategy = new_number(), "reset_password_phone_code"
    proved(browser, number)
    elsewhere = instance.browser()
    begun = elsewhere.post("/v1/client/sign_ins", identifier=number, strategy=strategy).ok().body
    path = f"/v1/client/sign_ins/{begun['id']}"
    done = elsewhere.post(f"{path}/attempt_first_factor", strategy=strategy, code=TEST_CODE).ok()
    assert done.body["status"] == "needs_new_password"
    reset = elsewhere.post(f"{path}/reset_password", password="staple battery horse").ok()
    assert reset.body["status"] == "complete"


def test_number_is_a_second_factor_and_brings_backup_codes(
    instance: Tenant, browser: Browser
) -> None:
    account = browser.sign_up()
    id = proved(browser).body["id"]
    kept = change(browser, id, reserved_for_second_factor="true").ok()
    assert len(kept.body["backup_codes"]) == 10
    user = kept.client["sessions"][0]["user"]
    assert (user["two_factor_enabled"], user["primary_phone_number_id"]) == (True, None)
    elsewhere = instance.browser()
    begun = elsewhere.sign_in(account.email_address).ok().body
    assert begun["status"] == "needs_second_factor"
    offered = {each["strategy"]: each for each in begun["supported_second_factors"]}
    assert offered.keys() == {"phone_code", "backup_code"}
    assert offered["phone_code"]["phone_number_id"] == id
    path = f"/v1/client/sign_ins/{begun['id']}"
    prepared = elsewhere.post(f"{path}/prepare_second_factor", strategy="phone_code").ok()
    assert prepared.body["second_factor_verification"]["status"] == "unverified"
    wrong = elsewhere.post(f"{path}/attempt_second_factor", strategy="phone_code", code="000000")
    assert wrong.codes == ["form_code_incorrect"]
    done = elsewhere.post(f"{path}/attempt_second_factor", strategy="phone_code", code=TEST_CODE)
    assert done.ok().body["status"] == "complete"


def test_number_added_as_second_factor_is_one_once_proved(browser: Browser) -> None:
    browser.sign_up()
    done = proved(browser, reserved_for_second_factor="true")
    assert done.body["reserved_for_second_factor"]
    assert len(done.body["backup_codes"]) == 10
    again = proved(browser, reserved_for_second_factor="true")
    assert "backup_codes" not in again.body


def test_second_factor_is_no_way_in(instance: Tenant, browser: Browser) -> None:
    browser.sign_up()
    number = new_number()
    proved(browser, number, reserved_for_second_factor="true")
    begun = instance.browser().post("/v1/client/sign_ins", identifier=number).body
    offered = [each["strategy"] for each in begun["supported_first_factors"]]
    assert "phone_code" not in offered
    assert "reset_password_phone_code" not in offered


def test_one_number_is_the_default_one(instance: Tenant, browser: Browser) -> None:
    # Between the two changes the session would have to prove its new second factor.
    instance.update(reverification=False)
    browser.sign_up()
    first, second = (proved(browser).body["id"] for _ in range(2))
    assert change(browser, first, default_second_factor="true").params == ["default_second_factor"]
    for id in (first, second):
        given = {"reserved_for_second_factor": "true", "default_second_factor": "true"}
        assert change(browser, id, **given).ok().body["default_second_factor"]
    listed = {each["id"]: each["default_second_factor"] for each in browser.get(PATH).json}
    assert listed == {first: False, second: True}


def test_default_one_is_chosen_in_a_stale_session_and_no_other_change_is_made(
    browser: Browser, clock: Clock
) -> None:
    browser.sign_up()
    first = proved(browser, reserved_for_second_factor="true").body["id"]
    second = proved(browser, reserved_for_second_factor="true").body["id"]
    clock.advance(minutes=11)
    assert change(browser, second, default_second_factor="true").ok().body["default_second_factor"]
    for given in ("true", "false"):
        form = {"reserved_for_second_factor": given, "default_second_factor": "true"}
        assert change(browser, first, **form).codes == ["session_reverification_required"]


def test_unproved_number_is_no_second_factor(browser: Browser) -> None:
    browser.sign_up()
    id = browser.post(PATH, phone_number=new_number()).ok().body["id"]
    refused = change(browser, id, reserved_for_second_factor="true")
    assert refused.codes == ["form_verification_needed"]


@pytest.mark.parametrize("how", ["delete", "release"])
def test_last_second_factor_takes_the_backup_codes_along(
    instance: Tenant, browser: Browser, how: str
) -> None:
    account = browser.sign_up()
    id = proved(browser, reserved_for_second_factor="true").body["id"]
    if how == "delete":
        browser.post(f"{PATH}/{id}", _method="DELETE").ok()
    else:
        change(browser, id, reserved_for_second_factor="false").ok()
    user = browser.get("/v1/me").body
    assert (user["two_factor_enabled"], user["backup_code_enabled"]) == (False, False)
    assert instance.browser().sign_in(account.email_address).body["status"] == "complete"


def test_a_server_takes_the_second_factor_away(
    instance: Tenant, browser: Browser, backend: Backend
) -> None:
    account = browser.sign_up()
    proved(browser, reserved_for_second_factor="true")
    backend.delete(f"/v1/users/{account.user_id}/mfa").ok()
    assert instance.browser().sign_in(account.email_address).body["status"] == "complete"


@pytest.mark.parametrize(
    "off",
    [
        {"attributes__phone_number__used_for_second_factor": False},
        {"attributes__phone_number__second_factors": []},
    ],
)
def test_number_is_no_second_factor_where_the_instance_has_none(
    instance: Tenant, browser: Browser, off: dict[str, Any]
) -> None:
    browser.sign_up()
    kept = proved(browser, reserved_for_second_factor="true").body["id"]
    id = proved(browser).body["id"]
    instance.update(**off)
    reserved = {"reserved_for_second_factor": "true"}
    for refused in (
        browser.post(PATH, phone_number=new_number(), **reserved),
        change(browser, id, **reserved),
    ):
        assert refused.codes == ["form_param_unknown"]
        assert refused.params == ["reserved_for_second_factor"]
    assert "phone_code" not in second_factors_offered(browser)
    # What somebody has set up goes on to protect them.
    assert change(browser, kept, default_second_factor="true").ok().body["default_second_factor"]


def second_factors_offered(browser: Browser) -> list[str]:
    return browser.get("/v1/environment").ok().json["auth_config"]["second_factors"]


def test_instance_without_phones_sends_nothing(
    instance: Tenant, browser: Browser, outbox: Outbox
) -> None:
    account = browser.sign_up()
    number = new_number()
    proved(browser, number)
    instance.update(attributes__phone_number__enabled=False)
    assert browser.post(PATH, phone_number=new_number()).codes == ["form_param_unknown"]
    begun = instance.browser().post("/v1/client/sign_ins", identifier=account.email_address).body
    assert all("phone" not in each["strategy"] for each in begun["supported_first_factors"])
    environment = browser.get("/v1/environment").json["user_settings"]["attributes"]["phone_number"]
    assert not environment["enabled"]
    assert environment["first_factors"] == []


def test_somebody_signs_up_by_phone(instance: Tenant, browser: Browser, backend: Backend) -> None:
    instance.update(
        attributes__email_address__required=False,
        attributes__phone_number__required=True,
        attributes__password__required=False,
    )
    number = new_number()
    begun = browser.post("/v1/client/sign_ups", phone_number=number).ok().body
    assert (begun["phone_number"], begun["unverified_fields"]) == (number, ["phone_number"])
    path = f"/v1/client/sign_ups/{begun['id']}"
    prepared = browser.post(f"{path}/prepare_verification", strategy="phone_code").ok()
    waits = prepared.body["verifications"]["phone_number"]
    assert (waits["strategy"], waits["next_action"]) == ("phone_code", "needs_attempt")
    done = browser.post(f"{path}/attempt_verification", strategy="phone_code", code=TEST_CODE).ok()
    assert done.body["status"] == "complete"
    user = backend.get(f"/v1/users/{done.body['created_user_id']}").json
    assert user["phone_numbers"][0]["verification"]["status"] == "verified"
    assert user["primary_phone_number_id"] == user["phone_numbers"][0]["id"]


def test_address_and_number_are_both_to_be_proved(browser: Browser, instance: Tenant) -> None:
    address = f"{new_number()[1:]}+clerk_test@example.com"
    begun = browser.post(
        "/v1/client/sign_ups",
        email_address=address,
        phone_number=new_number(),
        password="correct horse battery",
    ).ok()
    path = f"/v1/client/sign_ups/{begun.body['id']}"
    assert begun.body["unverified_fields"] == ["email_address", "phone_number"]
    for strategy, status in (("email_code", "missing_requirements"), ("phone_code", "complete")):
        browser.post(f"{path}/prepare_verification", strategy=strategy).ok()
        reply = browser.post(f"{path}/attempt_verification", strategy=strategy, code=TEST_CODE)
        assert reply.ok().body["status"] == status
