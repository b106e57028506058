"""Proving oneself again within a session, and what asks for it."""

import base64
import json
from typing import Any

import pytest

from tests.factors import add_app
from tests.harness import PASSWORD, TEST_CODE, Account, Browser, Clock, Outbox, Tenant, new_address


@pytest.fixture
def account(browser: Browser) -> Account:
    return browser.sign_up()


def path(account: Account) -> str:
    """Return where a session is verified."""
    return f"/v1/client/sessions/{account.session_id}/verify"


def age(browser: Browser, account: Account) -> list[int]:
    """Return the `fva` claim of a new token."""
    payload = browser.token(account.session_id).split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return claims["fva"]


def test_password_makes_the_session_fresh_and_hands_back_a_token(
    browser: Browser, account: Account, clock: Clock
) -> None:
    clock.advance(minutes=30)
    assert age(browser, account) == [30, -1]
    begun = browser.post(path(account), level="first_factor").ok().body
    assert (begun["object"], begun["status"]) == ("session_reverification", "needs_first_factor")
    assert {each["strategy"] for each in begun["supported_first_factors"]} == {
        "password",
        "email_code",
    }
    assert begun["supported_second_factors"] == []
    assert begun["session"]["factor_verification_age"] == [30, -1]
    done = browser.post(
        f"{path(account)}/attempt_first_factor", strategy="password", password=PASSWORD
    ).ok()
    assert done.body["status"] == "complete"
    assert done.body["first_factor_verification"]["status"] == "verified"
    assert done.body["session"]["factor_verification_age"] == [0, -1]
    assert done.client["sessions"][0]["last_active_token"]["jwt"]
    assert age(browser, account) == [0, -1]


def test_mailed_code_makes_the_session_fresh(
    browser: Browser, clock: Clock, outbox: Outbox
) -> None:
    address = "grace@example.com"
    with browser.tenant.backend() as backend:
        backend.create_user(email_address=[address])
    session_id = browser.sign_in(address).ok().body["created_session_id"]
    clock.advance(minutes=30)
    verify = f"/v1/client/sessions/{session_id}/verify"
    browser.post(verify, level="first_factor").ok()
    waiting = browser.post(f"{verify}/prepare_first_factor", strategy="email_code").ok().body
    assert waiting["first_factor_verification"]["status"] == "unverified"
    code = outbox.last_code(address)
    done = browser.post(f"{verify}/attempt_first_factor", strategy="email_code", code=code).ok()
    assert done.body["session"]["factor_verification_age"] == [0, -1]


def test_who_has_nothing_else_is_mailed_a_code(
    instance: Tenant, browser: Browser, account: Account, clock: Clock
) -> None:
    instance.update(attributes__email_address__first_factors=["email_link"])
    clock.advance(minutes=30)

    def offered() -> list[str]:
        begun = browser.post(path(account), level="first_factor").ok().body
        return [each["strategy"] for each in begun["supported_first_factors"]]

    prepare = f"{path(account)}/prepare_first_factor"
    assert offered() == ["password"]
    assert browser.post(prepare, strategy="email_code").codes == ["form_param_value_invalid"]
    instance.update(attributes__password__enabled=False, attributes__password__required=False)
    assert offered() == ["email_code"]
    browser.post(prepare, strategy="email_code").ok()
    form = {"strategy": "email_code", "code": TEST_CODE}
    done = browser.post(f"{path(account)}/attempt_first_factor", **form).ok()
    assert done.body["status"] == "complete"


def test_level_falls_back_where_there_is_no_second_factor(
    browser: Browser, account: Account
) -> None:
    begun = browser.post(path(account), level="multi_factor").ok().body
    assert (begun["level"], begun["status"]) == ("first_factor", "needs_first_factor")


def test_second_factor_alone_is_asked_for_where_there_is_one(
    browser: Browser, account: Account, instance: Tenant, clock: Clock
) -> None:
    app = add_app(instance, account.user_id)
    clock.advance(minutes=30)
    begun = browser.post(path(account), level="second_factor").ok().body
    assert begun["status"] == "needs_second_factor"
    first = browser.post(
        f"{path(account)}/attempt_first_factor", strategy="password", password=PASSWORD
    )
    assert first.codes == ["invalid_action_for_session_reverification"]
    done = browser.post(
        f"{path(account)}/attempt_second_factor", strategy="totp", code=app.code()
    ).ok()
    assert done.body["session"]["factor_verification_age"] == [30, 0]


def test_multi_factor_asks_for_both(
    browser: Browser, account: Account, instance: Tenant, clock: Clock
) -> None:
    app = add_app(instance, account.user_id)
    clock.advance(minutes=30)
    browser.post(path(account), level="multi_factor").ok()
    first = browser.post(
        f"{path(account)}/attempt_first_factor", strategy="password", password=PASSWORD
    ).ok()
    assert first.body["status"] == "needs_second_factor"
    done = browser.post(
        f"{path(account)}/attempt_second_factor", strategy="totp", code=app.code()
    ).ok()
    assert done.body["status"] == "complete"
    assert done.body["session"]["factor_verification_age"] == [0, 0]


def test_sensitive_changes_want_a_fresh_session(
    browser: Browser, account: Account, clock: Clock
) -> None:
    new = {"email_address": new_address()}
    clock.advance(minutes=10)
    browser.post("/v1/me/email_addresses", **new).ok()
    clock.advance(seconds=1)
    refused = browser.post("/v1/me/email_addresses", email_address=new_address())
    assert (refused.status, refused.codes) == (403, ["session_reverification_required"])
    browser.post(path(account), level="second_factor").ok()
    browser.post(
        f"{path(account)}/attempt_first_factor", strategy="password", password=PASSWORD
    ).ok()
    browser.post("/v1/me/email_addresses", email_address=new_address()).ok()


def test_the_strongest_factor_is_what_counts(
    browser: Browser, account: Account, instance: Tenant
) -> None:
    app = add_app(instance, account.user_id)
    assert browser.post("/v1/me/backup_codes").codes == ["session_reverification_required"]
    browser.post(path(account), level="second_factor").ok()
    browser.post(f"{path(account)}/attempt_second_factor", strategy="totp", code=app.code()).ok()
    browser.post("/v1/me/backup_codes").ok()


def test_who_is_fresh_changes_the_password_without_showing_it(
    browser: Browser, account: Account
) -> None:
    path = "/v1/me/change_password"
    same = browser.post(path, new_password=PASSWORD)
    assert same.codes == ["form_new_password_matches_current"]
    browser.post(path, new_password="another horse battery").ok()
    elsewhere = browser.tenant.browser()
    assert elsewhere.sign_in(account.email_address).codes == ["form_password_incorrect"]


def test_names_change_without_it(browser: Browser, account: Account, clock: Clock) -> None:
    clock.advance(hours=1)
    assert (
        browser.post("/v1/me", _method="PATCH", first_name="Ada").ok().body["first_name"] == "Ada"
    )
    identifier = browser.get("/v1/me").ok().body["primary_email_address_id"]
    refused = browser.post("/v1/me", _method="PATCH", primary_email_address_id=identifier)
    assert refused.codes == ["session_reverification_required"]


def test_an_instance_may_do_without(
    browser: Browser, account: Account, instance: Tenant, clock: Clock
) -> None:
    instance.update(reverification=False)
    clock.advance(hours=1)
    browser.post("/v1/me/email_addresses", email_address=new_address()).ok()
    refused = browser.post("/v1/me/change_password", new_password="another horse battery")
    assert refused.codes == ["form_param_missing"]
    environment = browser.get("/v1/environment").ok().json
    assert environment["auth_config"]["reverification"] is False


def test_code_that_was_sent_before_starting_anew_is_worth_nothing(
    browser: Browser, account: Account
) -> None:
    browser.post(path(account), level="first_factor").ok()
    browser.post(f"{path(account)}/prepare_first_factor", strategy="email_code").ok()
    browser.post(path(account), level="first_factor").ok()
    refused = browser.post(
        f"{path(account)}/attempt_first_factor", strategy="email_code", code=TEST_CODE
    )
    assert refused.codes == ["verification_missing"]


def test_what_was_begun_is_brought_to_an_end_first(browser: Browser, account: Account) -> None:
    new = {"email_address": new_address()}
    browser.post(path(account), level="first_factor").ok()
    for _ in range(2):
        refused = browser.post("/v1/me/email_addresses", **new)
        assert (refused.status, refused.codes) == (403, ["session_reverification_required"])
    form = {"strategy": "password", "password": PASSWORD}
    browser.post(f"{path(account)}/attempt_first_factor", **form).ok()
    browser.post("/v1/me/email_addresses", **new).ok()


def test_what_was_begun_asks_for_nothing_in_another_session(
    browser: Browser, account: Account, instance: Tenant
) -> None:
    elsewhere = instance.browser()
    elsewhere.sign_in(account.email_address).ok()
    browser.post(path(account), level="first_factor").ok()
    elsewhere.post("/v1/me/email_addresses", email_address=new_address()).ok()
    instance.update(reverification=False)
    browser.post("/v1/me/email_addresses", email_address=new_address()).ok()
