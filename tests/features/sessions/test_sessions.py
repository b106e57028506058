"""Sessions: touched, ended, removed and revoked, and what the browser keeps of it."""

import pytest

from hallporter.contract.settings import Settings
from tests import forge
from tests.conftest import Make
from tests.harness import Account, Backend, Browser, Clock, Tenant


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody signed in on `browser`."""
    return browser.sign_up()


def status(backend: Backend, session_id: str) -> str:
    """Read a session's status back."""
    return backend.get(f"/v1/sessions/{session_id}").ok().json["status"]


def test_session_is_told_with_its_user_to_its_browser(browser: Browser, account: Account) -> None:
    session = browser.get(f"/v1/client/sessions/{account.session_id}").ok().body
    assert session["object"] == "session"
    assert session["user"]["id"] == account.user_id
    assert session["public_user_data"]["user_id"] == account.user_id
    assert "private_metadata" not in session["user"]


@pytest.mark.parametrize(("step", "ended"), [("end", "ended"), ("remove", "removed")])
def test_session_ends_and_the_client_stays(
    backend: Backend, browser: Browser, account: Account, step: str, ended: str
) -> None:
    client_id = browser.client_id
    reply = browser.post(f"/v1/client/sessions/{account.session_id}/{step}").ok()
    assert reply.body["status"] == ended
    assert reply.client["id"] == client_id
    assert reply.client["sessions"] == []
    assert reply.client["last_active_session_id"] is None
    assert status(backend, account.session_id) == ended
    assert browser.cookie("__client_uat") == "0"


def test_delete_all_signs_everybody_out_and_keeps_the_client(
    instance: Tenant, backend: Backend, browser: Browser, account: Account
) -> None:
    other = instance.browser().sign_up()
    second = browser.sign_in(other.email_address).ok().body["created_session_id"]
    client_id = browser.client_id
    reply = browser.post("/v1/client/sessions", _method="DELETE").ok()
    assert reply.body["id"] == client_id
    assert reply.body["sessions"] == []
    assert {status(backend, id) for id in (account.session_id, second)} == {"removed"}
    assert browser.client_id == client_id


def test_ending_one_session_leaves_the_others(
    instance: Tenant, browser: Browser, account: Account
) -> None:
    other = instance.browser().sign_up()
    second = browser.sign_in(other.email_address).ok().body["created_session_id"]
    client = browser.post(f"/v1/client/sessions/{second}/remove").ok().client
    assert [each["id"] for each in client["sessions"]] == [account.session_id]
    assert client["last_active_session_id"] == account.session_id


def test_touch_notes_activity_once_a_minute(
    backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    began = clock.now()
    path = f"/v1/client/sessions/{account.session_id}/touch"
    clock.advance(seconds=59)
    browser.post(path).ok()
    read = f"/v1/sessions/{account.session_id}"
    assert backend.get(read).json["last_active_at"] == began
    clock.advance(seconds=1)
    reply = browser.post(path, active_organization_id="", intent="focus").ok()
    assert reply.body["last_active_at"] == backend.get(read).json["last_active_at"] == clock.now()


def test_me_is_the_user_of_the_session_that_is_named(
    instance: Tenant, browser: Browser, account: Account, clock: Clock
) -> None:
    other = instance.browser().sign_up()
    clock.advance(seconds=1)
    browser.sign_in(other.email_address).ok()
    assert browser.get("/v1/me").ok().body["id"] == other.user_id
    named = browser.get("/v1/me", _clerk_session_id=account.session_id).ok()
    assert named.body["id"] == account.user_id


def test_me_of_nobody_is_unauthenticated(browser: Browser) -> None:
    reply = browser.get("/v1/me")
    assert (reply.status, reply.codes) == (401, ["authentication_invalid"])


def test_single_session_mode_takes_one_user_at_a_time(make_instance: Make) -> None:
    tenant = make_instance(Settings(test_mode=True, single_session_mode=True))
    other = tenant.browser().sign_up()
    browser = tenant.browser()
    browser.sign_up()
    reply = browser.sign_in(other.email_address)
    assert (reply.status, reply.codes) == (400, ["session_exists"])
    browser.post("/v1/client/sessions", _method="DELETE").ok()
    assert browser.sign_in(other.email_address).status == 200


def test_server_lists_sessions_by_user_client_and_status(
    instance: Tenant, backend: Backend, browser: Browser, account: Account
) -> None:
    elsewhere = instance.browser()
    second = elsewhere.sign_in(account.email_address).ok().body["created_session_id"]
    backend.post(f"/v1/sessions/{second}/revoke").ok()
    instance.browser().sign_up()

    def listed(**query: str) -> set[str]:
        return {each["id"] for each in backend.get("/v1/sessions", **query).ok().json}

    assert listed(user_id=account.user_id) == {account.session_id, second}
    assert listed(user_id=account.user_id, status="active") == {account.session_id}
    assert listed(client_id=browser.client_id) == {account.session_id}
    assert listed(status="revoked") == {second}
    page = backend.get("/v1/sessions", limit=1, paginated="true").ok().json
    assert (len(page["data"]), page["total_count"]) == (1, 3)


def test_revoking_twice_changes_nothing(backend: Backend, account: Account, clock: Clock) -> None:
    path = f"/v1/sessions/{account.session_id}/revoke"
    first = backend.post(path).ok().json
    clock.advance(minutes=1)
    assert backend.post(path).ok().json == first


def test_client_uat_is_never_newer_than_the_browsers_token(
    instance: Tenant, backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    other = instance.browser().sign_up()
    second = browser.sign_in(other.email_address).ok().body["created_session_id"]
    token = browser.token(account.session_id)
    clock.advance(seconds=30)
    backend.post(f"/v1/sessions/{second}/revoke").ok()
    third = instance.browser().sign_up()
    browser.post("/v1/client/sign_ins", identifier=third.email_address).ok()
    assert int(browser.cookie("__client_uat") or "") <= forge.claims_of(token)["iat"]
    touched = browser.post(f"/v1/client/sessions/{account.session_id}/touch").ok().client
    (session,) = touched["sessions"]
    issued_at = forge.claims_of(session["last_active_token"]["jwt"])["iat"]
    assert int(browser.cookie("__client_uat") or "") <= issued_at
