"""Case 10: sessions end with their time, and a clock that jumps back revives nothing."""

import pytest

from hallporter.contract.settings import SessionSettings, Settings
from tests import forge
from tests.conftest import Make
from tests.factors import add_app
from tests.handshakes import cookies_of
from tests.harness import Backend, Browser, Clock, Tenant


def test_case_10_session_ends_when_its_lifetime_is_over(
    backend: Backend, browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    clock.advance(days=7, seconds=-1)
    assert browser.get("/v1/me").status == 200
    clock.advance(seconds=1)
    assert browser.get("/v1/me").status == 401
    assert backend.get(f"/v1/sessions/{account.session_id}").json["status"] == "expired"
    assert browser.post(f"/v1/client/sessions/{account.session_id}/tokens").status == 401


def test_case_10_activity_does_not_prolong_the_absolute_lifetime(
    browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    for _ in range(7):
        clock.advance(days=1, seconds=-1)
        browser.post(f"/v1/client/sessions/{account.session_id}/touch").ok()
    clock.advance(seconds=7)
    assert browser.post(f"/v1/client/sessions/{account.session_id}/touch").status == 401


def test_case_10_lifetime_is_the_instances(make_instance: Make, clock: Clock) -> None:
    tenant = make_instance(Settings(test_mode=True, session=SessionSettings(lifetime_seconds=60)))
    browser = tenant.browser()
    browser.sign_up()
    clock.advance(seconds=60)
    assert browser.get("/v1/me").status == 401


@pytest.mark.parametrize("days", [1, 4_000])
def test_case_10_clock_set_backwards_breaks_nothing(
    instance: Tenant, backend: Backend, browser: Browser, clock: Clock, days: int
) -> None:
    account = browser.sign_up()
    clock.advance(days=-days)
    assert browser.get("/v1/me").status == 200
    claims = forge.claims_of(browser.token(account.session_id))
    assert claims["fva"] == [0, -1]
    browser.post(f"/v1/client/sessions/{account.session_id}/touch").ok()
    assert instance.browser().sign_in(account.email_address).status == 200


def test_case_10_client_uat_is_not_newer_than_the_token_after_the_clock_went_back(
    browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    clock.advance(hours=-1)
    browser.post(f"/v1/client/sessions/{account.session_id}/touch").ok()
    issued_at = forge.claims_of(browser.token(account.session_id))["iat"]
    assert int(browser.cookie("__client_uat") or "") <= issued_at


def test_case_10_clock_set_backwards_revives_no_ended_session(
    backend: Backend, browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    backend.post(f"/v1/sessions/{account.session_id}/revoke").ok()
    clock.advance(days=-1)
    assert browser.get("/v1/me").status == 401


def test_case_10_token_from_before_the_jump_is_not_accepted_from_the_future(
    backend: Backend, browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    token = browser.token(account.session_id)
    clock.advance(minutes=-2)
    reply = backend.post("/v1/clients/verify", token=token)
    assert (reply.status, reply.codes) == (400, ["token_invalid"])


def test_case_10_clock_set_backwards_makes_no_used_totp_code_good(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    account = instance.browser().sign_up()
    app = add_app(instance, account.user_id)
    attempt = browser.sign_in(account.email_address).ok().body
    path = f"/v1/client/sign_ins/{attempt['id']}/attempt_second_factor"
    browser.post(path, strategy="totp", code=app.code()).ok()
    clock.advance(minutes=-5)
    elsewhere = instance.browser()
    attempt = elsewhere.sign_in(account.email_address).ok().body
    path = f"/v1/client/sign_ins/{attempt['id']}/attempt_second_factor"
    reply = elsewhere.post(path, strategy="totp", code=app.code())
    assert (reply.status, reply.codes) == (422, ["form_code_incorrect"])


def idle_after(make_instance: Make, seconds: int) -> Tenant:
    """Make an instance whose sessions end without use."""
    session = SessionSettings(inactivity_timeout_seconds=seconds)
    return make_instance(Settings(test_mode=True, session=session))


def test_case_10_session_without_use_ends_where_the_instance_says_so(
    make_instance: Make, clock: Clock
) -> None:
    tenant = idle_after(make_instance, 600)
    browser = tenant.browser()
    account = browser.sign_up()
    clock.advance(seconds=599)
    assert browser.get("/v1/me").status == 200
    clock.advance(seconds=1)
    assert browser.get("/v1/me").status == 401
    assert browser.post(f"/v1/client/sessions/{account.session_id}/tokens").status == 401
    assert browser.get("/v1/client").ok().body["sessions"] == []
    body = tenant.backend().get(f"/v1/sessions/{account.session_id}").json
    assert body["status"] == "abandoned"


@pytest.mark.parametrize("use", ["tokens", "touch"])
@pytest.mark.parametrize("timeout", [60, 600])
def test_case_10_use_keeps_a_session_as_long_as_its_lifetime(
    make_instance: Make, clock: Clock, use: str, timeout: int
) -> None:
    tenant = idle_after(make_instance, timeout)
    browser = tenant.browser()
    account = browser.sign_up()
    for _ in range(4):
        clock.advance(seconds=timeout - 1)
        browser.post(f"/v1/client/sessions/{account.session_id}/{use}").ok()
    clock.advance(seconds=timeout)
    assert browser.get("/v1/me").status == 401


def test_case_10_refresh_by_the_apps_server_is_use(make_instance: Make, clock: Clock) -> None:
    tenant = idle_after(make_instance, 600)
    browser = tenant.browser()
    account = browser.sign_up()
    cookies = cookies_of(tenant, browser)
    session = next(value for name, value in cookies.items() if name == "__session")
    shown = next(value for name, value in cookies.items() if name.startswith("__refresh"))
    clock.advance(seconds=599)
    tenant.backend().post(
        f"/v1/sessions/{account.session_id}/refresh",
        expired_token=session,
        refresh_token=shown,
        request_origin="http://localhost:3000",
        request_headers={},
    ).ok()
    clock.advance(seconds=599)
    assert browser.get("/v1/me").status == 200


def test_case_10_timeout_that_is_taken_back_ends_nothing(make_instance: Make, clock: Clock) -> None:
    tenant = idle_after(make_instance, 600)
    browser = tenant.browser()
    account = browser.sign_up()
    tenant.update(session__inactivity_timeout_seconds=None)
    clock.advance(seconds=300)
    browser.token(account.session_id)
    clock.advance(days=6)
    assert browser.get("/v1/me").status == 200
