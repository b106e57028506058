"""Case 42: who acts in a user's place comes in once, can always be told, and takes nothing."""

import re
from typing import Any

import pytest

from hallporter import main
from hallporter.contract.settings import Settings
from hallporter.core.operator_error import OperatorError
from hallporter.edge.operation import Operation
from tests.concurrency import at_once
from tests.conftest import Make
from tests.factors import add_app
from tests.features.sign_ins.test_actor_tokens import ADA, accept, actor_token, claims_of
from tests.harness import PASSWORD, Account, Backend, Browser, Clock, Reply, Tenant, new_address

# What an app's own people may do for a user: nothing of it lets anybody in.
HARMLESS = {
    "patch_user",
    "update_profile_image",
    "delete_profile_image",
    "patch_user_metadata",
    "create_service_token",
}


def changes_of_own() -> list[Operation]:
    """Return what users change of themselves, from the server's own table of contents."""
    return [
        each
        for each in main.operations()
        if each.api == "frontend"
        and each.path.startswith("/v1/me")
        and each.method != "GET"
        and each.name not in HARMLESS
    ]


@pytest.fixture
def account(instance: Tenant) -> Account:
    """Whose place is taken."""
    return instance.browser().sign_up()


@pytest.fixture
def session_id(backend: Backend, browser: Browser, account: Account) -> str:
    """The session in the user's place, open in `browser`."""
    return accept(browser, actor_token(backend, account)).body["created_session_id"]


def try_ticket(browser: Browser, ticket: str) -> Reply:
    """Try to sign in with a ticket."""
    return browser.post("/v1/client/sign_ins", strategy="ticket", ticket=ticket)


def test_case_42_of_many_at_once_one_comes_in(
    backend: Backend, account: Account, instance: Tenant
) -> None:
    ticket = actor_token(backend, account)["token"]
    replies = at_once(20, lambda _: try_ticket(instance.browser(), ticket))
    assert sorted(reply.status for reply in replies) == [200] + [400] * 19
    assert {tuple(reply.codes) for reply in replies if reply.status == 400} == {
        ("actor_token_already_used_code",)
    }


def test_case_42_old_and_revoked_tickets_let_nobody_in(
    backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    revoked = actor_token(backend, account)
    path = f"/v1/actor_tokens/{revoked['id']}/revoke"
    body = backend.post(path).ok().json
    assert (body["status"], "token" in body, "url" in body) == ("revoked", False, False)
    assert backend.post(path).codes == ["actor_token_cannot_be_revoked_code"]
    old = actor_token(backend, account)
    clock.advance(hours=1, seconds=1)
    for made, code in ((old, "ticket_expired_code"), (revoked, "actor_token_revoked_code")):
        assert try_ticket(browser, made["token"]).codes == [code]
        assert browser.get("/v1/tickets/accept", ticket=made["token"]).codes == [code]
    assert browser.get("/v1/client").body is None


def test_case_42_ticket_of_another_instance_lets_nobody_in(
    backend: Backend, account: Account, make_instance: Make
) -> None:
    made = actor_token(backend, account)
    other = make_instance(Settings(test_mode=True))
    assert try_ticket(other.browser(), made["token"]).codes == ["ticket_invalid_code"]
    assert other.backend().post(f"/v1/actor_tokens/{made['id']}/revoke").status == 404
    accept(account_browser := backend.tenant.browser(), made)
    assert account_browser.cookie("__client")


def test_case_42_only_servers_make_them(browser: Browser, account: Account) -> None:
    browser.sign_in(account.email_address).ok()
    body = {"user_id": account.user_id, "actor": "{}"}
    assert browser.post("/v1/actor_tokens", **body).status == 401


def test_case_42_the_ticket_signs_nobody_up(
    backend: Backend, browser: Browser, account: Account
) -> None:
    ticket = actor_token(backend, account)["token"]
    form = {"strategy": "ticket", "ticket": ticket, "password": PASSWORD}
    refused = browser.post("/v1/client/sign_ups", **form)
    assert refused.codes == ["actor_token_not_in_sign_in_code"]
    token = backend.post("/v1/sign_in_tokens", user_id=account.user_id).ok().json["token"]
    refused = browser.post("/v1/client/sign_ups", **form | {"ticket": token})
    assert refused.codes == ["sign_in_token_not_in_sign_in_code"]


@pytest.mark.parametrize("lock", ["ban", "lock"])
def test_case_42_shut_accounts_stay_shut(
    backend: Backend, browser: Browser, account: Account, lock: str
) -> None:
    made = actor_token(backend, account)
    backend.post(f"/v1/users/{account.user_id}/{lock}").ok()
    refused = try_ticket(browser, made["token"])
    assert (refused.status, refused.codes[0].startswith("user_")) == (403, True)


@pytest.mark.parametrize("reverification", [True, False])
def test_case_42_nothing_that_is_the_users_own_is_changed(
    backend: Backend,
    browser: Browser,
    account: Account,
    instance: Tenant,
    session_id: str,
    reverification: bool,
) -> None:
    instance.update(reverification=reverification)
    codes: dict[str, str] = {}
    for operation in changes_of_own():
        path = re.sub(r"\{\w+\}", "some_id", operation.path)
        reply = browser.post(path, _method=operation.method, **_everything(account))
        codes[operation.name] = reply.codes[0] if reply.status == 403 else reply.text
    assert len(codes) > 10
    assert codes == dict.fromkeys(codes, "resource_forbidden")


def _everything(account: Account) -> dict[str, str]:
    return {
        "password": PASSWORD,
        "current_password": account.password,
        "new_password": "staple battery horse",
        "email_address": new_address(),
        "phone_number": "+15555550100",
        "strategy": "email_code",
        "code": "424242",
        "name": "mine",
        "redirect_url": "http://localhost:3000/",
        "public_key_credential": "{}",
        "web3_wallet": "0x0000000000000000000000000000000000000000",
    }


def test_case_42_identifiers_stay_while_names_may_change(
    backend: Backend, browser: Browser, account: Account, instance: Tenant, session_id: str
) -> None:
    instance.update(attributes__username__enabled=True, reverification=False)
    user = backend.get(f"/v1/users/{account.user_id}").ok().json
    for form in (
        {"username": "mallory"},
        {"primary_email_address_id": user["email_addresses"][0]["id"]},
    ):
        refused = browser.post("/v1/me", _method="PATCH", **form)
        assert refused.codes == ["resource_forbidden"]
    browser.post("/v1/me", _method="PATCH", first_name="Ada").ok()


def test_case_42_nothing_is_proved_anew(
    browser: Browser, account: Account, instance: Tenant, session_id: str
) -> None:
    app = add_app(instance, account.user_id)
    path = f"/v1/client/sessions/{session_id}/verify"
    password = {"strategy": "password", "password": account.password}
    for step, form in (
        ("", {"level": "first_factor"}),
        ("/prepare_first_factor", {"strategy": "email_code"}),
        ("/attempt_first_factor", password),
        ("/prepare_second_factor", {"strategy": "phone_code"}),
        ("/attempt_second_factor", {"strategy": "totp", "code": app.code()}),
    ):
        assert browser.post(f"{path}{step}", **form).codes == ["resource_forbidden"]


def test_case_42_nobody_takes_the_place_of_another_from_there(
    backend: Backend, browser: Browser, instance: Tenant, session_id: str
) -> None:
    another = instance.browser().sign_up()
    made = actor_token(backend, another)
    assert try_ticket(browser, made["token"]).codes == ["session_creation_not_allowed"]
    opened = browser.get("/v1/tickets/accept", ticket=made["token"])
    assert opened.codes == ["session_creation_not_allowed"]
    form = {"identifier": another.email_address, "password": another.password}
    refused = browser.post("/v1/client/sign_ins", **form)
    assert (refused.status, refused.codes) == (409, ["session_creation_not_allowed"])
    browser.post(f"/v1/client/sessions/{session_id}/end").ok()
    # It was not spent by being refused.
    accept(browser, made)


def test_case_42_every_token_says_who_acts(
    backend: Backend, browser: Browser, instance: Tenant, session_id: str
) -> None:
    with pytest.raises(OperatorError):
        instance.update(session_token_claims={"act": {"sub": "nobody"}})
    by_server = backend.post(f"/v1/sessions/{session_id}/tokens").ok().json["jwt"]
    touched = browser.post(f"/v1/client/sessions/{session_id}/touch").ok()
    by_touch = touched.client["sessions"][0]["last_active_token"]["jwt"]
    for token in (browser.token(session_id), by_server, by_touch):
        assert claims_of(token)["act"] == ADA
    read: Any = backend.get(f"/v1/sessions/{session_id}").ok().json
    assert read["actor"] == ADA


def test_case_42_the_users_own_session_elsewhere_is_still_theirs(
    backend: Backend, instance: Tenant
) -> None:
    at_home, at_work = instance.browser(), instance.browser()
    account = at_home.sign_up()
    at_work.sign_in(account.email_address).ok()
    accept(at_work, actor_token(backend, account))
    refused = at_work.post("/v1/me/email_addresses", email_address=new_address())
    assert refused.codes == ["resource_forbidden"]
    at_home.post("/v1/me/email_addresses", email_address=new_address()).ok()


def test_case_42_sign_in_begun_before_it_does_not_end_beside_it(
    backend: Backend, browser: Browser, account: Account, instance: Tenant
) -> None:
    another = instance.browser().sign_up()
    begun = browser.post("/v1/client/sign_ins", identifier=another.email_address).ok().body
    path = f"/v1/client/sign_ins/{begun['id']}"
    session_id = accept(browser, actor_token(backend, account)).body["created_session_id"]
    form = {"strategy": "password", "password": another.password}
    refused = browser.post(f"{path}/attempt_first_factor", **form)
    assert (refused.status, refused.codes) == (409, ["session_creation_not_allowed"])
    assert [each["id"] for each in refused.client["sessions"]] == [session_id]


def test_case_42_sign_up_begun_before_it_does_not_end_beside_it(
    backend: Backend, browser: Browser, account: Account
) -> None:
    address = new_address()
    begun = browser.post("/v1/client/sign_ups", email_address=address, password=PASSWORD).ok().body
    path = f"/v1/client/sign_ups/{begun['id']}"
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    session_id = accept(browser, actor_token(backend, account)).body["created_session_id"]
    refused = browser.post(f"{path}/attempt_verification", strategy="email_code", code="424242")
    assert (refused.status, refused.codes) == (409, ["session_creation_not_allowed"])
    assert backend.get("/v1/users", email_address=address).ok().json == []
    browser.post(f"/v1/client/sessions/{session_id}/end").ok()
    # It was not spent by being refused.
    browser.post(f"{path}/attempt_verification", strategy="email_code", code="424242").ok()


def test_case_42_of_an_actor_and_a_sign_in_at_once_no_sign_in_comes_second(
    backend: Backend, account: Account, instance: Tenant
) -> None:
    another = instance.browser().sign_up()
    form = {"identifier": another.email_address, "password": another.password}
    for _ in range(5):
        browser = instance.browser()
        browser.post("/v1/client").ok()
        made, shown = actor_token(backend, account), browser.cookie("__client") or ""
        tabs = [instance.browser(), instance.browser()]
        for tab in tabs:
            tab.http.cookies.set("__client", shown)

        def act(number: int, tabs: list[Browser] = tabs, made: Any = made) -> Reply:
            if number == 0:
                return try_ticket(tabs[0], made["token"])
            return tabs[1].post("/v1/client/sign_ins", **form)

        statuses = [reply.status for reply in at_once(2, act)]
        assert sorted(statuses) in ([200, 409], [200, 503])
