"""Case 55: nobody moves the time of an instance that is not in test mode, or of somebody else."""

import pytest

from hallporter.contract.settings import Settings
from hallporter.core.clock import DAY
from tests.conftest import Make
from tests.harness import Backend, Browser, Clock, Tenant

CLOCK = "/v1/testing/clock"


def test_case_55_another_instances_time_is_untouched(
    instance: Tenant, make_instance: Make, clock: Clock
) -> None:
    other = make_instance(Settings(test_mode=True))
    bystander = other.browser()
    account = bystander.sign_up()
    instance.backend().post(CLOCK, action="advance", by=400 * DAY).ok()
    assert other.backend().get(CLOCK).ok().json["now"] == clock.now()
    assert bystander.get("/v1/me").status == 200
    assert other.backend().get(f"/v1/sessions/{account.session_id}").json["status"] == "active"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_case_55_without_the_secret_key_there_is_no_clock(
    instance: Tenant, backend: Backend, browser: Browser, method: str
) -> None:
    browser.sign_up()
    move = {"json": {"action": "advance", "by": DAY}} if method == "POST" else {}
    assert browser.request(method, CLOCK, **move).status == 401
    for key in ("sk_test_guessed", instance.publishable_key):
        with instance.backend(secret_key=key) as stranger:
            assert stranger.request(method, CLOCK, **move).status == 401
    assert backend.get(CLOCK).ok().json["ahead_by"] == 0


@pytest.mark.parametrize("environment_type", ["development", "production"])
def test_case_55_an_instance_that_is_not_in_test_mode_has_no_clock(
    make_instance: Make, environment_type: str
) -> None:
    tenant = make_instance(Settings(), environment_type=environment_type)
    backend = tenant.backend()
    for reply in (
        backend.get(CLOCK),
        backend.post(CLOCK, action="advance", by=DAY),
        backend.post(CLOCK, action="resume"),
    ):
        assert (reply.status, reply.codes) == (403, ["test_mode_required"])


def test_case_55_leaving_test_mode_is_back_to_real_time(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    account = browser.sign_up()
    backend.post(CLOCK, action="advance", by=DAY).ok()
    instance.update(test_mode=False)
    touched = browser.post(f"/v1/client/sessions/{account.session_id}/touch").ok().body
    assert touched["last_active_at"] == instance.harness.clock.now()
    assert backend.get(CLOCK).codes == ["test_mode_required"]
