"""Signing in, step by step and at once."""

from typing import Any

import pytest

from hallporter.contract.settings import Attributes, AttributeSettings, Settings
from tests.conftest import Make
from tests.harness import PASSWORD, TEST_CODE, Account, Backend, Browser, Clock, Tenant


@pytest.fixture
def account(instance: Tenant) -> Account:
    """Somebody who can sign in."""
    return instance.browser().sign_up()


def begin(browser: Browser, **form: str) -> tuple[str, Any]:
    """Begin a sign-in; return its path and the attempt."""
    attempt = browser.post("/v1/client/sign_ins", **form).ok().body
    return f"/v1/client/sign_ins/{attempt['id']}", attempt


def test_identifier_comes_first_then_the_password(browser: Browser, account: Account) -> None:
    path, attempt = begin(browser, identifier=account.email_address)
    assert attempt["object"] == "sign_in_attempt"
    assert attempt["status"] == "needs_first_factor"
    assert attempt["identifier"] == account.email_address
    factors = [each["strategy"] for each in attempt["supported_first_factors"]]
    assert factors == ["password", "email_code", "reset_password_email_code"]
    done = browser.post(f"{path}/attempt_first_factor", strategy="password", password=PASSWORD)
    assert done.ok().body["status"] == "complete"
    (session,) = done.client["sessions"]
    assert session["id"] == done.body["created_session_id"]
    assert session["user"]["id"] == account.user_id
    assert done.client["last_active_session_id"] == session["id"]


def test_identifier_and_password_may_come_at_once(browser: Browser, account: Account) -> None:
    done = browser.sign_in(account.email_address).ok()
    assert done.body["status"] == "complete"
    assert browser.get("/v1/me").ok().body["id"] == account.user_id


def test_nothing_at_all_begins_an_empty_attempt(browser: Browser) -> None:
    _, attempt = begin(browser)
    assert attempt["status"] == "needs_identifier"
    assert attempt["supported_first_factors"] == []


def test_mailed_code_signs_in(browser: Browser, account: Account) -> None:
    path, _ = begin(browser, identifier=account.email_address)
    browser.post(f"{path}/prepare_first_factor", strategy="email_code").ok()
    done = browser.post(f"{path}/attempt_first_factor", strategy="email_code", code=TEST_CODE)
    assert done.ok().body["status"] == "complete"


def test_prepared_factor_shows_where_it_stands(browser: Browser, account: Account) -> None:
    path, _ = begin(browser, identifier=account.email_address, strategy="email_code")
    shown = browser.get(path).ok().body["first_factor_verification"]
    assert (shown["strategy"], shown["status"], shown["attempts"]) == (
        "email_code",
        "unverified",
        0,
    )
    browser.post(f"{path}/attempt_first_factor", strategy="email_code", code="000000")
    assert browser.get(path).ok().body["first_factor_verification"]["attempts"] == 1


def test_wrong_password_names_its_field_and_leaves_no_session(
    browser: Browser, account: Account
) -> None:
    reply = browser.sign_in(account.email_address, "wrong")
    assert (reply.status, reply.codes) == (422, ["form_password_incorrect"])
    assert reply.params == ["password"]
    assert browser.get("/v1/me").status == 401
    assert browser.cookie("__client") is None


def test_stranger_is_not_found(browser: Browser) -> None:
    for identifier in ("nobody@example.com", "nobody", "", " ", "not@an@address"):
        reply = browser.post("/v1/client/sign_ins", identifier=identifier or "-")
        assert (reply.status, reply.codes) == (422, ["form_identifier_not_found"])
        assert reply.params == ["identifier"]


def test_user_who_is_signed_in_already_is_told_where(browser: Browser) -> None:
    account = browser.sign_up()
    reply = browser.sign_in(account.email_address)
    assert (reply.status, reply.codes) == (400, ["identifier_already_signed_in"])
    assert reply.json["errors"][0]["meta"]["session_id"] == account.session_id


@pytest.mark.parametrize("step", ["prepare_first_factor", "attempt_first_factor"])
@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "strategy"),
        ({"strategy": "telepathy"}, "strategy"),
        ({"strategy": "totp"}, "strategy"),
        ({"strategy": ""}, "strategy"),
    ],
)
def test_unknown_strategy_is_told(
    browser: Browser, account: Account, step: str, form: dict[str, str], field: str
) -> None:
    path, _ = begin(browser, identifier=account.email_address)
    reply = browser.post(f"{path}/{step}", **form)
    assert (reply.status, reply.params) == (422, [field])


def test_proof_that_is_missing_is_told(browser: Browser, account: Account) -> None:
    path, _ = begin(browser, identifier=account.email_address)
    for strategy, field in (("password", "password"), ("email_code", "code")):
        reply = browser.post(f"{path}/attempt_first_factor", strategy=strategy)
        assert (reply.codes, reply.params) == (["form_param_missing"], [field])


def test_complete_sign_in_takes_no_further_step(browser: Browser, account: Account) -> None:
    done = browser.sign_in(account.email_address).ok().body
    for step in ("prepare_first_factor", "attempt_first_factor", "attempt_second_factor"):
        path = f"/v1/client/sign_ins/{done['id']}/{step}"
        reply = browser.post(path, strategy="password", password=PASSWORD)
        assert (reply.status, reply.codes) == (400, ["client_state_invalid"])


def test_abandoned_sign_in_takes_no_further_step(
    browser: Browser, account: Account, clock: Clock
) -> None:
    path, _ = begin(browser, identifier=account.email_address)
    clock.advance(days=1)
    assert browser.get(path).ok().body["status"] == "abandoned"
    assert browser.get("/v1/client").body["sign_in"] is None
    reply = browser.post(f"{path}/attempt_first_factor", strategy="password", password=PASSWORD)
    assert reply.codes == ["client_state_invalid"]


def test_ticket_of_a_server_signs_in_once(
    instance: Tenant, backend: Backend, browser: Browser, account: Account
) -> None:
    made = backend.post("/v1/sign_in_tokens", user_id=account.user_id).ok().json
    assert (made["object"], made["status"]) == ("sign_in_token", "pending")
    done = browser.post("/v1/client/sign_ins", strategy="ticket", ticket=made["token"]).ok()
    assert done.body["status"] == "complete"
    again = instance.browser().post("/v1/client/sign_ins", strategy="ticket", ticket=made["token"])
    assert (again.status, again.codes) == (400, ["sign_in_token_already_used_code"])


def test_ticket_ends_with_its_time_or_its_revocation(
    backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    brief = (
        backend.post("/v1/sign_in_tokens", user_id=account.user_id, expires_in_seconds=60).ok().json
    )
    revoked = backend.post("/v1/sign_in_tokens", user_id=account.user_id).ok().json
    path = f"/v1/sign_in_tokens/{revoked['id']}/revoke"
    assert "token" not in backend.post(path).ok().json
    assert backend.post(path).codes == ["sign_in_token_cannot_be_revoked_code"]
    clock.advance(seconds=60)
    for made, code in ((brief, "ticket_expired_code"), (revoked, "sign_in_token_revoked_code")):
        reply = browser.post("/v1/client/sign_ins", strategy="ticket", ticket=made["token"])
        assert (reply.status, reply.codes) == (400, [code])


def test_username_signs_in_whatever_its_case(make_instance: Make) -> None:
    username = AttributeSettings(enabled=True, used_for_first_factor=True)
    tenant = make_instance(Settings(test_mode=True, attributes=Attributes(username=username)))
    browser = tenant.browser()
    begun = browser.post(
        "/v1/client/sign_ups",
        email_address="a+clerk_test@example.com",
        password=PASSWORD,
        username="Ada_Lovelace",
    ).ok()
    path = f"/v1/client/sign_ups/{begun.body['id']}"
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    browser.post(f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE).ok()
    assert tenant.browser().sign_in("ADA_lovelace").status == 200
