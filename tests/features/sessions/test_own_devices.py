"""Users see where they are signed in, and end it there."""

from pathlib import Path

import pytest

from tests import city_database
from tests.harness import Backend, Browser, Clock, Tenant

AGENTS = {
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36": ("Macintosh", False, "Chrome", "126.0.0"),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1": (
        "iPhone",
        True,
        "Mobile Safari",
        "17.5",
    ),
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0": (
        "Linux",
        False,
        "Firefox",
        "127.0",
    ),
}


@pytest.mark.parametrize("agent", AGENTS)
def test_devices_are_named(instance: Tenant, agent: str) -> None:
    with instance.browser() as browser:
        browser.http.headers["User-Agent"] = agent
        account = browser.sign_up()
        (listed,) = browser.get("/v1/me/sessions/active").ok().json
    type, is_mobile, name, version = AGENTS[agent]
    assert (listed["id"], listed["status"]) == (account.session_id, "active")
    activity = listed["latest_activity"]
    assert activity["object"] == "session_activity"
    assert (activity["device_type"], activity["is_mobile"]) == (type, is_mobile)
    assert (activity["browser_name"], activity["browser_version"]) == (name, version)
    assert activity["ip_address"] == "127.0.0.1"
    assert "city" not in activity


def test_strange_agents_have_no_name(instance: Tenant) -> None:
    with instance.browser() as browser:
        browser.http.headers["User-Agent"] = "x" * 5_000
        browser.sign_up()
        (listed,) = browser.get("/v1/me/sessions/active").ok().json
    assert listed["latest_activity"].keys() == {"object", "id", "is_mobile", "ip_address"}


def test_city_is_known_where_a_database_is(
    instance: Tenant, browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "cities.mmdb"
    city_database.write(file, {"city": {"names": {"en": "Ghent"}}, "country": {"iso_code": "BE"}})
    browser.sign_up()
    instance.update(session__city_database=str(file))
    (listed,) = browser.get("/v1/me/sessions/active").ok().json
    activity = listed["latest_activity"]
    assert (activity["city"], activity["country"]) == ("Ghent", "BE")
    instance.update(session__city_database=str(tmp_path / "none.mmdb"))
    (listed,) = browser.get("/v1/me/sessions/active").ok().json
    assert "city" not in listed["latest_activity"]


def test_every_session_is_listed_and_a_revoked_one_is_not(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    clock.advance(minutes=1)
    elsewhere = instance.browser()
    other = elsewhere.sign_in(account.email_address).ok().body["created_session_id"]
    assert [each["id"] for each in browser.get("/v1/me/sessions/active").json] == [
        other,
        account.session_id,
    ]
    whole = browser.get("/v1/me/sessions").ok().json
    assert {each["user"]["id"] for each in whole} == {account.user_id}
    revoked = browser.post(f"/v1/me/sessions/{other}/revoke").ok()
    assert (revoked.body["id"], revoked.body["status"]) == (other, "revoked")
    assert len(revoked.client["sessions"]) == 1
    assert len(browser.get("/v1/me/sessions").json) == 1
    assert elsewhere.get("/v1/me").status == 401


def test_ones_own_session_may_be_revoked_too(browser: Browser) -> None:
    account = browser.sign_up()
    revoked = browser.post(f"/v1/me/sessions/{account.session_id}/revoke").ok()
    assert revoked.client["sessions"] == []
    assert browser.get("/v1/me").status == 401


def test_nobody_elses_session_can_be_revoked(browser: Browser, backend: Backend) -> None:
    browser.sign_up()
    made = backend.post("/v1/sessions", user_id=backend.create_user()["id"]).ok().json
    assert browser.post(f"/v1/me/sessions/{made['id']}/revoke").status == 404
    assert backend.get(f"/v1/sessions/{made['id']}").json["status"] == "active"
