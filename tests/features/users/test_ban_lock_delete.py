"""Users are banned, locked and deleted."""

import pytest

from tests.harness import TEST_CODE, Backend, Browser, Clock, Tenant


def test_a_ban_ends_every_session_and_lasts_until_it_is_lifted(
    backend: Backend, instance: Tenant
) -> None:
    browsers = [instance.browser(), instance.browser()]
    account = browsers[0].sign_up()
    browsers[1].sign_in(account.email_address).ok()
    banned = backend.post(f"/v1/users/{account.user_id}/ban").ok().json
    assert banned["banned"] is True
    for browser in browsers:
        assert backend.client(browser.client_id)["session_ids"] == []
        assert backend.client(browser.client_id)["last_active_session_id"] is None
    assert instance.browser().sign_in(account.email_address).codes == ["user_banned"]
    lifted = backend.post(f"/v1/users/{account.user_id}/unban").ok().json
    assert lifted["banned"] is False
    assert instance.browser().sign_in(account.email_address).body["status"] == "complete"


def test_many_are_banned_together_or_not_at_all(backend: Backend) -> None:
    ids = [backend.create_user()["id"] for _ in range(2)]
    assert backend.post("/v1/users/ban", user_ids=[*ids, "user_nobody"]).status == 404
    assert backend.get("/v1/users/count", banned="true").json["total_count"] == 0
    banned = backend.post("/v1/users/ban", user_ids=ids).ok().json
    assert [(user["id"], user["banned"]) for user in banned] == [(id, True) for id in ids]
    lifted = backend.post("/v1/users/unban", user_ids=ids[::-1]).ok().json
    assert [(user["id"], user["banned"]) for user in lifted] == [(id, False) for id in ids[::-1]]


@pytest.mark.parametrize("count", [0, 51])
def test_between_one_and_fifty_are_banned_at_once(backend: Backend, count: int) -> None:
    reply = backend.post("/v1/users/ban", user_ids=[f"user_{n}" for n in range(count)])
    assert (reply.status, reply.params) == (422, ["user_ids"])


def test_a_lock_holds_for_its_time_and_opens_on_demand(
    backend: Backend, instance: Tenant, clock: Clock
) -> None:
    account = instance.browser().sign_up()
    path = f"/v1/users/{account.user_id}"
    locked = backend.post(f"{path}/lock").ok().json
    assert (locked["locked"], locked["lockout_expires_in_seconds"]) == (True, 3600)
    assert locked["verification_attempts_remaining"] == 0
    assert instance.browser().sign_in(account.email_address).codes == ["user_locked"]
    opened = backend.post(f"{path}/unlock").ok().json
    assert (opened["locked"], opened["lockout_expires_in_seconds"]) == (False, None)
    assert opened["verification_attempts_remaining"] == 10
    backend.post(f"{path}/lock").ok()
    clock.advance(hours=1)
    assert backend.get(path).json["locked"] is False
    assert instance.browser().sign_in(account.email_address).body["status"] == "complete"


def test_unlocking_forgets_wrong_attempts(backend: Backend, browser: Browser) -> None:
    account = browser.sign_up()
    stranger = browser.tenant.browser()
    stranger.sign_in(account.email_address, "wrong password")
    path = f"/v1/users/{account.user_id}"
    assert backend.get(path).json["verification_attempts_remaining"] == 9
    assert backend.post(f"{path}/unlock").json["verification_attempts_remaining"] == 10


def test_a_deleted_user_is_gone_with_everything(backend: Backend, instance: Tenant) -> None:
    browser = instance.browser()
    account = browser.sign_up()
    path = f"/v1/users/{account.user_id}"
    user = backend.get(path).json
    deleted = backend.delete(path).ok().json
    assert deleted == {"object": "user", "id": account.user_id, "deleted": True}
    assert backend.get(path).status == backend.delete(path).status == 404
    address_id = user["email_addresses"][0]["id"]
    assert backend.get(f"/v1/email_addresses/{address_id}").status == 404
    assert backend.get(f"/v1/sessions/{account.session_id}").status == 404
    client = backend.client(browser.client_id)
    assert client["session_ids"] == []
    assert client["last_active_session_id"] is None
    assert instance.browser().sign_in(account.email_address).codes == ["form_identifier_not_found"]
    backend.create_user(email_address=[account.email_address])


@pytest.mark.parametrize(("method", "suffix"), [("POST", "/ban"), ("DELETE", "")])
def test_a_client_that_lost_a_session_is_as_young_as_that(
    backend: Backend, browser: Browser, clock: Clock, method: str, suffix: str
) -> None:
    account = browser.sign_up()
    clock.advance(hours=1)
    backend.request(method, f"/v1/users/{account.user_id}{suffix}").ok()
    # What `__client_uat` is made from: older session tokens are not believed any more.
    assert backend.client(browser.client_id)["updated_at"] == clock.now()


def test_another_users_session_on_the_client_becomes_the_last_active(
    backend: Backend, browser: Browser
) -> None:
    stays, leaves = browser.sign_up(), browser.sign_up()
    assert backend.client(browser.client_id)["last_active_session_id"] == leaves.session_id
    backend.delete(f"/v1/users/{leaves.user_id}").ok()
    client = backend.client(browser.client_id)
    assert client["last_active_session_id"] == stays.session_id
    assert client["session_ids"] == [stays.session_id]


def test_a_sign_in_under_way_ends_with_its_user(backend: Backend, instance: Tenant) -> None:
    account = instance.browser().sign_up()
    browser = instance.browser()
    begun = browser.post("/v1/client/sign_ins", identifier=account.email_address).ok()
    assert backend.client(browser.client_id)["sign_in_id"] == begun.body["id"]
    backend.delete(f"/v1/users/{account.user_id}").ok()
    assert backend.client(browser.client_id)["sign_in_id"] is None
    path = f"/v1/client/sign_ins/{begun.body['id']}/attempt_first_factor"
    assert browser.post(path, strategy="email_code", code=TEST_CODE).status == 404


@pytest.mark.parametrize("action", ["ban", "unban", "lock", "unlock", "remove_password"])
def test_nobody_is_not_found(backend: Backend, action: str) -> None:
    assert backend.post(f"/v1/users/user_nobody/{action}").status == 404
