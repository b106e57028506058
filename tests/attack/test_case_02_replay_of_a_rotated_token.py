"""Case 2: a client token that was replaced is shown again: somebody has a copy."""

import pytest
from structlog.testing import capture_logs

from tests.house import Account, Backend, Browser, Clock, Tenant


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody signed in on `browser`."""
    return browser.sign_up()


def stolen_before_sign_in(instance: Tenant, browser: Browser) -> str:
    """Return the token that the next sign-in replaces, and sign somebody in."""
    other = instance.browser().sign_up()
    stolen = browser.cookie("__client") or ""
    browser.sign_in(other.email_address).ok()
    return stolen


def replay(instance: Tenant, stolen: str) -> int:
    """Show a token from elsewhere and return the status."""
    thief = instance.browser()
    thief.http.cookies.set("__client", stolen)
    return thief.get("/v1/me").status


def test_case_02_replay_ends_everything_on_the_client_and_is_logged(
    instance: Tenant, backend: Backend, browser: Browser, clock: Clock, account: Account
) -> None:
    client_id = browser.client_id
    stolen = stolen_before_sign_in(instance, browser)
    clock.advance(seconds=11)
    with capture_logs() as logs:
        assert replay(instance, stolen) == 401
    assert backend.client(client_id)["session_ids"] == []
    assert browser.get("/v1/me").status == 401
    (event,) = [each for each in logs if each["event"] == "rotated client token shown again"]
    assert event["client_id"] == client_id
    assert event["log_level"] == "warning"


def test_case_02_request_under_way_during_the_rotation_is_late_not_stolen(
    instance: Tenant, backend: Backend, browser: Browser, clock: Clock, account: Account
) -> None:
    stolen = stolen_before_sign_in(instance, browser)
    clock.advance(seconds=9)
    assert replay(instance, stolen) == 503
    assert len(backend.client(browser.client_id)["session_ids"]) == 2


def test_case_02_invented_token_of_a_client_ends_nothing(
    instance: Tenant, backend: Backend, browser: Browser, clock: Clock, account: Account
) -> None:
    clock.advance(seconds=60)
    assert replay(instance, (browser.cookie("__client") or "")[:-3] + "abc") == 401
    assert backend.client(browser.client_id)["session_ids"] == [account.session_id]
