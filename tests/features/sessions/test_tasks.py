"""Sessions that wait for something before they are active."""

import base64
import json
import re
from typing import Any

import pytest
from pyotp.totp import TOTP

from hallporter.contract.callers import InSession
from hallporter.contract.settings import Settings
from hallporter.edge.operation import Operation
from hallporter.main import operations
from tests.conftest import Make
from tests.harness import PASSWORD, Account, Backend, Browser, Reply, Tenant

NEW_PASSWORD = "another horse battery"
# What the pages of tasks read, and what tasks are done through.
OPEN_AT_TASK = {
    *("get_user", "get_phone_numbers", "list_trusted_devices"),
    *("change_password", "post_totp", "verify_totp", "create_backup_codes", "post_phone_numbers"),
    *("send_verification_sms", "verify_phone_number", "update_phone_number"),
    *("prepare_trusted_device", "attempt_trusted_device", "revoke_trusted_device"),
}


@pytest.fixture
def account(browser: Browser) -> Account:
    return browser.sign_up()


def claims(browser: Browser, session_id: str) -> dict[str, Any]:
    """Return the claims of a new token."""
    payload = browser.token(session_id).split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=="))


def compromised(backend: Backend, account: Account, **given: Any) -> Reply:
    """Say that others know the password."""
    return backend.post(f"/v1/users/{account.user_id}/password/set_compromised", **given)


def signed_in(instance: Tenant, account: Account) -> tuple[Browser, dict[str, Any]]:
    """Sign in elsewhere; return that browser and the session."""
    browser = instance.browser()
    browser.sign_in(account.email_address, account.password).ok()
    return browser, browser.get("/v1/client").ok().body["sessions"][-1]


def test_compromised_password_leaves_the_next_session_pending(
    instance: Tenant, backend: Backend, browser: Browser, account: Account
) -> None:
    compromised(backend, account).ok()
    assert browser.get("/v1/me").status == 200
    elsewhere, session = signed_in(instance, account)
    assert (session["status"], session["tasks"]) == ("pending", [{"key": "reset-password"}])
    assert claims(elsewhere, session["id"])["sts"] == "pending"
    body = backend.get(f"/v1/sessions/{session['id']}").ok().json
    assert (body["status"], body["tasks"]) == ("pending", [{"key": "reset-password"}])


def test_new_password_makes_it_active(instance: Tenant, backend: Backend, account: Account) -> None:
    compromised(backend, account).ok()
    elsewhere, session = signed_in(instance, account)
    path = "/v1/me/change_password"
    same = elsewhere.post(path, new_password=PASSWORD)
    assert same.codes == ["form_new_password_matches_current"]
    done = elsewhere.post(path, new_password=NEW_PASSWORD).ok()
    now = done.client["sessions"][0]
    assert (now["status"], now["tasks"]) == ("active", [])
    assert claims(elsewhere, session["id"])["sts"] == "active"
    assert signed_in(instance, Account(account.email_address, NEW_PASSWORD, "", ""))[0]


def test_no_reverification_is_no_dead_end(
    instance: Tenant, backend: Backend, account: Account
) -> None:
    instance.update(reverification=False)
    compromised(backend, account).ok()
    elsewhere, _ = signed_in(instance, account)
    elsewhere.post("/v1/me/change_password", new_password=NEW_PASSWORD).ok()


def test_pending_session_opens_only_what_its_tasks_need(
    instance: Tenant, backend: Backend, account: Account
) -> None:
    backend.post("/v1/jwt_templates", name="shop", claims={}).ok()
    compromised(backend, account).ok()
    elsewhere, session = signed_in(instance, account)
    assert elsewhere.get("/v1/me").status == 200
    for refused in (
        elsewhere.post("/v1/me", _method="PATCH", first_name="Mallory"),
        elsewhere.post("/v1/me/email_addresses", email_address="mallory@example.com"),
        elsewhere.get("/v1/me/sessions"),
        elsewhere.post("/v1/me", _method="DELETE"),
        elsewhere.post(f"/v1/client/sessions/{session['id']}/tokens/shop"),
        backend.post(f"/v1/sessions/{session['id']}/tokens/shop"),
    ):
        assert (refused.status, refused.codes) == (403, ["session_pending"])
    elsewhere.post(f"/v1/client/sessions/{session['id']}/touch").ok()


def test_pending_session_opens_no_endpoint_of_others(
    instance: Tenant, backend: Backend, account: Account
) -> None:
    compromised(backend, account).ok()
    elsewhere, _ = signed_in(instance, account)
    endpoints = [each for each in operations() if issubclass(each.caller, InSession)]
    assert len(endpoints) > 40
    replies = {each.name: elsewhere.request(each.method, _path(each)) for each in endpoints}
    passed = {name for name, reply in replies.items() if "session_pending" not in reply.text}
    assert passed == OPEN_AT_TASK


def _path(operation: Operation) -> str:
    return re.sub(r"\{\w+\}", "some_id", operation.path)


def test_taking_it_back_makes_pending_sessions_active(
    instance: Tenant, backend: Backend, account: Account
) -> None:
    compromised(backend, account).ok()
    elsewhere, _ = signed_in(instance, account)
    backend.post(f"/v1/users/{account.user_id}/password/unset_compromised").ok()
    assert elsewhere.get("/v1/client").body["sessions"][0]["status"] == "active"


def test_sessions_end_when_asked(backend: Backend, browser: Browser, account: Account) -> None:
    compromised(backend, account, revoke_all_sessions=True).ok()
    assert browser.get("/v1/client").body["sessions"] == []


def test_without_a_password_there_is_nothing_to_know(backend: Backend) -> None:
    user = backend.create_user(password=None, skip_password_requirement=True)
    refused = backend.post(f"/v1/users/{user['id']}/password/set_compromised")
    assert refused.codes == ["no_password_set"]
    assert backend.post("/v1/users/user_nobody/password/set_compromised").status == 404


def test_instance_that_requires_a_second_factor(make_instance: Make) -> None:
    instance = make_instance(Settings(test_mode=True, require_multi_factor=True))
    browser = instance.browser()
    account = browser.sign_up()
    session = browser.get("/v1/client").body["sessions"][0]
    assert (session["status"], session["tasks"]) == ("pending", [{"key": "setup-mfa"}])
    environment = browser.get("/v1/environment").ok().json
    assert environment["user_settings"]["sign_in"]["second_factor"]["required"] is True
    secret = browser.post("/v1/me/totp").ok().body["secret"]
    code = TOTP(secret).at(instance.harness.clock.now() // 1000)
    done = browser.post("/v1/me/totp/attempt_verification", code=code).ok()
    assert done.client["sessions"][0]["status"] == "active"
    assert claims(browser, account.session_id)["sts"] == "active"


def test_tasks_are_done_one_after_the_other(make_instance: Make) -> None:
    instance = make_instance(Settings(test_mode=True))
    account = instance.browser().sign_up()
    instance.update(require_multi_factor=True, force_organization_selection=True)
    with instance.backend() as backend:
        compromised(backend, account).ok()
    browser, session = signed_in(instance, account)
    keys = [each["key"] for each in session["tasks"]]
    assert keys == ["reset-password", "setup-mfa", "choose-organization"]
    browser.post("/v1/me/change_password", new_password=NEW_PASSWORD).ok()
    now = browser.get("/v1/client").body["sessions"][0]
    assert now["status"] == "pending"
    assert [each["key"] for each in now["tasks"]] == ["setup-mfa", "choose-organization"]


def test_session_that_waits_for_an_organization_is_signed_in_nowhere(
    instance: Tenant, account: Account
) -> None:
    # An operator is refused the setting; an earlier release was not.
    instance.update(force_organization_selection=True)
    browser, session = signed_in(instance, account)
    assert (session["status"], session["tasks"]) == ("pending", [{"key": "choose-organization"}])
    instance.update(force_organization_selection=False)
    path = f"/v1/client/sessions/{session['id']}"
    assert browser.post(f"{path}/touch").ok().body["status"] == "pending"
    assert claims(browser, session["id"])["sts"] == "pending"
    assert browser.get("/v1/me/sessions").codes == ["session_pending"]
    browser.post(f"{path}/end").ok()
    elsewhere = signed_in(instance, account)[1]
    assert (elsewhere["status"], elsewhere["tasks"]) == ("active", [])
