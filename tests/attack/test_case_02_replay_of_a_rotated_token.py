"""Case 2: a client token that was replaced is shown again: an old copy, perhaps a thief's."""

import pytest
from structlog.testing import capture_logs

from hallporter.contract.settings import SessionSettings, Settings
from tests.conftest import Make
from tests.harness import Account, Backend, Browser, Clock, Tenant


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody signed in on `browser`."""
    return browser.sign_up()


@pytest.fixture
def strict(make_instance: Make) -> Tenant:
    """An instance on which a replay ends what is open."""
    return make_instance(Settings(test_mode=True, session=SessionSettings(end_on_replay=True)))


def stolen_before_sign_in(instance: Tenant, browser: Browser) -> str:
    """Return the token that the next sign-in replaces, and sign somebody in."""
    other = instance.browser().sign_up()
    stolen = browser.cookie("__client") or ""
    browser.sign_in(other.email_address).ok()
    return stolen


def thief(instance: Tenant, stolen: str) -> Browser:
    """Return a browser elsewhere that shows a token."""
    thief = instance.browser()
    thief.http.cookies.set("__client", stolen)
    return thief


def test_case_02_replay_opens_nothing_ends_nothing_and_is_noted(
    instance: Tenant, backend: Backend, browser: Browser, clock: Clock, account: Account
) -> None:
    client_id = browser.client_id
    stolen = stolen_before_sign_in(instance, browser)
    clock.advance(seconds=11)
    with capture_logs() as logs:
        assert thief(instance, stolen).get("/v1/me").status == 401
    assert len(backend.client(client_id)["session_ids"]) == 2
    assert browser.get("/v1/me").ok()
    (event,) = [each for each in logs if each["event"] == "rotated client token shown again"]
    # Who it was is told by ids alone.
    assert event == {
        "event": "rotated client token shown again",
        "log_level": "warning",
        "instance_id": instance.id,
        "client_id": client_id,
        "sessions_ended": False,
    }


def test_case_02_old_copy_is_given_a_client_of_its_own(
    instance: Tenant, backend: Backend, browser: Browser, clock: Clock, account: Account
) -> None:
    client_id = browser.client_id
    copy = thief(instance, stolen_before_sign_in(instance, browser))
    clock.advance(seconds=11)
    assert copy.get("/v1/client").json == {"response": None, "client": None}
    made = copy.post("/v1/client", "PUT").ok()
    assert made.body["sessions"] == []
    assert made.body["id"] != client_id
    assert len(backend.client(client_id)["session_ids"]) == 2


def test_case_02_strict_replay_ends_everything_on_the_client_and_is_logged(
    strict: Tenant, clock: Clock
) -> None:
    browser = strict.browser()
    browser.sign_up()
    client_id = browser.client_id
    stolen = stolen_before_sign_in(strict, browser)
    clock.advance(seconds=11)
    with capture_logs() as logs:
        assert thief(strict, stolen).get("/v1/me").status == 401
    assert strict.backend().client(client_id)["session_ids"] == []
    assert browser.get("/v1/me").status == 401
    (event,) = [each for each in logs if each["event"] == "rotated client token shown again"]
    assert event["client_id"] == client_id
    assert event["sessions_ended"]


def test_case_02_request_under_way_during_the_rotation_is_late_not_stolen(
    strict: Tenant, clock: Clock
) -> None:
    browser = strict.browser()
    browser.sign_up()
    stolen = stolen_before_sign_in(strict, browser)
    clock.advance(seconds=9)
    with capture_logs() as logs:
        assert thief(strict, stolen).get("/v1/me").status == 503
    assert len(strict.backend().client(browser.client_id)["session_ids"]) == 2
    assert "rotated client token shown again" not in [each["event"] for each in logs]


def test_case_02_invented_token_of_a_client_ends_nothing(strict: Tenant, clock: Clock) -> None:
    browser = strict.browser()
    account = browser.sign_up()
    clock.advance(seconds=60)
    invented = (browser.cookie("__client") or "")[:-3] + "abc"
    assert thief(strict, invented).get("/v1/me").status == 401
    assert strict.backend().client(browser.client_id)["session_ids"] == [account.session_id]
