"""Users delete their own accounts."""

from tests.harness import Backend, Browser, Tenant


def test_account_is_gone_and_its_sessions_with_it(
    instance: Tenant, browser: Browser, backend: Backend
) -> None:
    account = browser.sign_up()
    elsewhere = instance.browser()
    elsewhere.sign_in(account.email_address).ok()
    deleted = browser.post("/v1/me", _method="DELETE").ok()
    assert deleted.body == {"object": "user", "id": account.user_id, "deleted": True}
    assert deleted.client["sessions"] == []
    assert browser.cookie("__client_uat") == "0"
    assert backend.get(f"/v1/users/{account.user_id}").status == 404
    assert elsewhere.get("/v1/client").body["sessions"] == []
    assert elsewhere.get("/v1/me").status == 401
    browser.sign_up(account.email_address)


def test_other_users_of_the_browser_stay(browser: Browser) -> None:
    ada = browser.sign_up()
    grace = browser.sign_up()
    params = {"_method": "DELETE", "_clerk_session_id": ada.session_id}
    deleted = browser.request("POST", "/v1/me", params=params).ok()
    assert [each["id"] for each in deleted.client["sessions"]] == [grace.session_id]
    assert browser.get("/v1/me").body["id"] == grace.user_id


def test_instance_and_server_may_forbid_it(
    instance: Tenant, browser: Browser, backend: Backend
) -> None:
    account = browser.sign_up()
    assert browser.get("/v1/me").body["delete_self_enabled"]
    instance.update(delete_self=False)
    assert not browser.get("/v1/me").body["delete_self_enabled"]
    assert not browser.get("/v1/environment").json["user_settings"]["actions"]["delete_self"]
    refused = browser.post("/v1/me", _method="DELETE")
    assert (refused.status, refused.codes) == (403, ["user_delete_self_not_enabled"])
    instance.update(delete_self=True)
    backend.patch(f"/v1/users/{account.user_id}", delete_self_enabled=False).ok()
    assert browser.post("/v1/me", _method="DELETE").status == 403
