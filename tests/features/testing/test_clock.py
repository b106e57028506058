"""An instance in test mode has a clock that its own server moves."""

import time

import pytest

from hallporter.contract.instance import Instance
from hallporter.contract.settings import LockoutSettings, Settings
from hallporter.core.clock import DAY, HOUR, MINUTE
from hallporter.features.directory.directory import load
from hallporter.features.instances import actions as instance_actions
from hallporter.features.testing.actions import EARLIEST, LATEST
from tests import forge
from tests.concurrency import at_once
from tests.conftest import Make
from tests.harness import PASSWORD, TEST_CODE, Backend, Browser, Clock, Outbox, Tenant, new_address

CLOCK = "/v1/testing/clock"


def test_a_clock_that_nobody_moved_tells_real_time(backend: Backend, clock: Clock) -> None:
    expected = {"object": "testing_clock", "now": clock.now(), "ahead_by": 0}
    assert backend.get(CLOCK).ok().json == expected


def test_the_clock_is_set_advanced_and_resumed(backend: Backend, clock: Clock) -> None:
    at = clock.now() + DAY
    assert backend.post(CLOCK, action="set", at=at).ok().json == {
        "object": "testing_clock",
        "now": at,
        "ahead_by": DAY,
    }
    assert backend.post(CLOCK, action="advance", by=HOUR).ok().json["now"] == at + HOUR
    assert backend.post(CLOCK, action="advance", by=-2 * HOUR).ok().json["now"] == at - HOUR
    assert backend.get(CLOCK).ok().json["ahead_by"] == DAY - HOUR
    assert backend.post(CLOCK, action="resume").ok().json["ahead_by"] == 0
    assert backend.get(CLOCK).ok().json["now"] == clock.now()


def test_a_moved_clock_runs_on(backend: Backend, clock: Clock) -> None:
    began = backend.post(CLOCK, action="advance", by=DAY).ok().json["now"]
    clock.advance(seconds=5)
    assert backend.get(CLOCK).ok().json["now"] == began + 5_000


def test_a_session_expires_within_the_request_that_says_so(
    backend: Backend, browser: Browser
) -> None:
    account = browser.sign_up()
    backend.post(CLOCK, action="advance", by=7 * DAY).ok()
    assert browser.get("/v1/me").status == 401
    assert backend.get(f"/v1/sessions/{account.session_id}").json["status"] == "expired"
    backend.post(CLOCK, action="resume").ok()
    assert browser.get("/v1/me").status == 200


def test_a_lockout_is_over_when_the_clock_says_so(make_instance: Make) -> None:
    tenant = make_instance(Settings(test_mode=True, lockout=LockoutSettings(max_attempts=1)))
    backend, browser = tenant.backend(), tenant.browser()
    address = new_address()
    backend.create_user(email_address=[address])
    browser.sign_in(address, "wrong horse battery")
    assert browser.sign_in(address).codes == ["user_locked"]
    backend.post(CLOCK, action="advance", by=HOUR + MINUTE).ok()
    assert browser.sign_in(address).status == 200


def test_a_sign_up_is_abandoned_after_a_day(backend: Backend, browser: Browser) -> None:
    begun = browser.post("/v1/client/sign_ups", email_address=new_address()).ok().body
    backend.post(CLOCK, action="advance", by=DAY).ok()
    path = f"/v1/client/sign_ups/{begun['id']}"
    assert browser.get(path).ok().body["status"] == "abandoned"


def test_tokens_are_of_the_instances_time(backend: Backend, browser: Browser) -> None:
    now = backend.post(CLOCK, action="advance", by=30 * DAY).ok().json["now"]
    claims = forge.claims_of(browser.token(browser.sign_up().session_id))
    assert claims["iat"] == now // 1000
    assert claims["exp"] == claims["iat"] + 60


@pytest.mark.parametrize("by", [30 * DAY, -30 * DAY])
def test_messages_leave_at_once_whatever_the_clock_says(
    backend: Backend, browser: Browser, outbox: Outbox, clock: Clock, by: int
) -> None:
    backend.post(CLOCK, action="advance", by=by).ok()
    address = new_address().replace("+clerk_test", "")
    begun = browser.post("/v1/client/sign_ups", email_address=address, password=PASSWORD).ok().body
    path = f"/v1/client/sign_ups/{begun['id']}"
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    until = time.monotonic() + 10
    [row] = outbox.rows()
    while row.status == "queued" and time.monotonic() < until:
        time.sleep(0.05)
        [row] = outbox.rows()
    assert (row.status, row.created_at) == ("sent", clock.now())
    code = outbox.last_code(address)
    done = browser.post(f"{path}/attempt_verification", strategy="email_code", code=code).ok()
    assert done.body["status"] == "complete"


def test_a_mail_tells_the_instances_time_and_how_long_its_code_holds(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    backend.post(CLOCK, action="set", at=1_893_456_000_000).ok()  # 1 January 2030
    address = new_address().replace("+clerk_test", "")
    begun = browser.post("/v1/client/sign_ups", email_address=address, password=PASSWORD).ok().body
    path = f"/v1/client/sign_ups/{begun['id']}/prepare_verification"
    browser.post(path, strategy="email_code").ok()
    with instance.browser(origin=None) as reader:
        [mail] = reader.request("GET", "/inbox", headers={"Accept": "application/json"}).ok().json
    assert "1 January 2030, 00:00 UTC" in mail["body"]
    assert "10 minutes" in mail["body"]


def test_a_code_expires_with_the_clock(backend: Backend, browser: Browser) -> None:
    begun = browser.post("/v1/client/sign_ups", email_address=new_address(), password=PASSWORD)
    path = f"/v1/client/sign_ups/{begun.ok().body['id']}"
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    backend.post(CLOCK, action="advance", by=10 * MINUTE).ok()
    reply = browser.post(f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE)
    assert reply.codes == ["verification_expired"]


@pytest.mark.parametrize(
    ("given", "code", "param"),
    [
        ({"action": "set"}, "form_param_missing", "at"),
        ({"action": "advance"}, "form_param_missing", "by"),
        ({"action": "set", "by": 1}, "form_param_missing", "at"),
        ({"action": "set", "at": 10**12, "by": 1}, "form_conditional_param_disallowed", "by"),
        ({"action": "resume", "by": 1}, "form_conditional_param_disallowed", "by"),
        ({"action": "set", "at": EARLIEST - 1}, "form_param_value_invalid", "at"),
        ({"action": "set", "at": LATEST + 1}, "form_param_value_invalid", "at"),
        ({"action": "advance", "by": 200 * 365 * DAY}, "form_param_value_invalid", "by"),
        ({"action": "advance", "by": 10**30}, "form_param_value_invalid", "by"),
        ({"action": "stop"}, "form_param_value_invalid", "action"),
        ({}, "form_param_missing", "action"),
    ],
)
def test_what_is_no_time_is_refused_and_moves_nothing(
    backend: Backend, given: dict[str, object], code: str, param: str
) -> None:
    reply = backend.post(CLOCK, **given)
    assert (reply.status, reply.codes, reply.params) == (422, [code], [param])
    assert backend.get(CLOCK).ok().json["ahead_by"] == 0


def test_another_process_reads_the_clock_with_the_instance(
    instance: Tenant, backend: Backend
) -> None:
    before = _read_anew(instance)
    backend.post(CLOCK, action="advance", by=DAY).ok()
    backend.post(CLOCK, action="advance", by=DAY).ok()
    after = _read_anew(instance)
    assert after.ahead_by == 2 * DAY
    # By its revision other processes see that there is something to read.
    assert after.revision > before.revision


def _read_anew(tenant: Tenant) -> Instance:
    opened = tenant.harness.open
    row = tenant.harness.run(instance_actions.find(opened.db, tenant.slug))
    return tenant.harness.run(load(opened.db, opened.box, row, tenant.harness.clock.now()))


def test_advancing_from_two_sides_loses_neither(instance: Tenant) -> None:
    def advance(number: int) -> None:
        with instance.backend() as backend:
            backend.post(CLOCK, action="advance", by=number * HOUR).ok()

    at_once(4, advance)
    assert instance.backend().get(CLOCK).ok().json["ahead_by"] == (0 + 1 + 2 + 3) * HOUR
