"""A program begins to work for a user: one link, and its browser is signed in to the app."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.factors import add_app
from tests.features.sign_ins.test_actor_tokens import claims_of
from tests.handshakes import PAGE, cookies_in, parameter
from tests.harness import Account, Backend, Browser, Clock, Reply, Tenant


@pytest.fixture
def account(instance: Tenant) -> Account:
    """For whom the agent works."""
    return instance.browser().sign_up()


def given_for(account: Account, **changes: Any) -> dict[str, Any]:
    """Return what a task is made from."""
    return {
        "on_behalf_of": {"user_id": account.user_id},
        "permissions": "*",
        "agent_name": "mailer",
        "task_description": "Answer the mail",
        "redirect_url": PAGE,
        **changes,
    }


def agent_task(backend: Backend, account: Account, **changes: Any) -> Any:
    """Make a task."""
    return backend.post("/v1/agents/tasks", **given_for(account, **changes)).ok().json


def visit(browser: Browser, task: Any, **headers: str) -> Reply:
    """Open the link of a task."""
    ticket = parameter(task["url"], "ticket")
    return browser.request("GET", "/v1/agents/tasks", params={"ticket": ticket}, headers=headers)


def app_cookies(backend: Backend, payload: str) -> dict[str, str]:
    """Return the cookies that an app's backend sets from a handshake's payload."""
    return cookies_in(claims_of(payload)["handshake"])


@pytest.fixture
def agent(instance: Tenant) -> Iterator[Browser]:
    """The browser that the program drives: it comes from no page."""
    with instance.browser(origin=None) as browser:
        yield browser


def test_link_of_a_task_signs_its_browser_in(
    backend: Backend, agent: Browser, account: Account
) -> None:
    task = agent_task(backend, account)
    assert (task["object"], task["task_id"]) == ("agent_task", task["agent_task_id"])
    assert task["url"].partition("?")[0].endswith("/v1/agents/tasks")
    reply = visit(agent, task)
    assert (reply.status, reply.headers["location"].partition("?")[0]) == (307, PAGE)
    (session,) = agent.get("/v1/client").ok().body["sessions"]
    assert session["user"]["id"] == account.user_id
    assert session["actor"] == {"type": "agent", "sub": task["agent_id"]}


def test_development_page_gets_its_cookies_in_its_address(
    make_instance: Make,
) -> None:
    tenant = make_instance(Settings(test_mode=True), environment_type="development")
    account, backend = tenant.browser().sign_up(), tenant.backend()
    task = agent_task(backend, account)
    reply = visit(tenant.browser(origin=None), task)
    payload = parameter(reply.headers["location"], "__clerk_handshake")
    cookies = app_cookies(backend, payload)
    claims = claims_of(cookies["__session"])
    assert (claims["sub"], claims["azp"]) == (account.user_id, "http://localhost:3000")
    assert claims["act"] == {"type": "agent", "sub": task["agent_id"]}
    assert cookies["__clerk_db_jwt"]


def test_production_page_gets_them_in_a_cookie(make_instance: Make) -> None:
    home = f"{uuid.uuid4().hex}.example"
    app = f"https://app.{home}/inbox?of=ada"
    tenant = make_instance(frontend_host=f"clerk.{home}")
    backend = tenant.backend()
    user = backend.create_user()
    account = Account("", "", user["id"], "")
    task = agent_task(backend, account, redirect_url=app)
    assert task["url"].startswith(f"https://clerk.{home}/v1/agents/tasks?ticket=")
    browser = tenant.browser(origin=None)
    reply = visit(browser, task)
    assert reply.headers["location"] == app
    set_now = reply.headers.get_list("set-cookie")
    (carried,) = [each for each in set_now if each.startswith("__clerk_handshake=")]
    assert f"Domain={home}" in carried
    assert "HttpOnly" in carried
    assert [each for each in set_now if each.startswith("__client=")]
    payload = carried.partition(";")[0].partition("=")[2]
    assert claims_of(app_cookies(backend, payload)["__session"])["sub"] == user["id"]


def test_agent_has_one_id_by_its_name(backend: Backend, account: Account) -> None:
    tasks = [
        agent_task(backend, account, agent_name=name) for name in ("mailer", "mailer", "printer")
    ]
    first, again, other = [each["agent_id"] for each in tasks]
    assert first == again != other
    assert len({each["agent_task_id"] for each in tasks}) == 3


def test_task_is_made_for_whom_an_identifier_names(
    backend: Backend, agent: Browser, account: Account
) -> None:
    given = {"identifier": account.email_address.upper()}
    visit(agent, agent_task(backend, account, on_behalf_of=given))
    (session,) = agent.get("/v1/client").ok().body["sessions"]
    assert session["user"]["id"] == account.user_id


def test_its_session_needs_no_second_factor_and_ends_in_time(
    backend: Backend, agent: Browser, account: Account, instance: Tenant, clock: Clock
) -> None:
    add_app(instance, account.user_id)
    visit(agent, agent_task(backend, account))
    (session,) = agent.get("/v1/client").ok().body["sessions"]
    assert session["status"] == "active"
    # An agent may be busy elsewhere for as long as its task may take.
    clock.advance(minutes=29)
    agent.token(session["id"])
    clock.advance(minutes=1)
    assert agent.post(f"/v1/client/sessions/{session['id']}/tokens").status == 401


def test_another_task_in_the_same_browser_goes_on(
    backend: Backend, agent: Browser, account: Account
) -> None:
    for _ in range(2):
        assert visit(agent, agent_task(backend, account)).status == 307
    assert len(agent.get("/v1/client").ok().body["sessions"]) == 2


def test_what_a_task_lacks_is_told(backend: Backend, account: Account) -> None:
    both = {"user_id": account.user_id, "identifier": account.email_address}
    wrong: list[tuple[dict[str, Any], int, str]] = [
        ({"on_behalf_of": {}}, 422, "form_param_missing"),
        ({"on_behalf_of": both}, 422, "form_conditional_param_disallowed"),
        ({"on_behalf_of": {"user_id": "user_unknown"}}, 404, "resource_not_found"),
        ({"on_behalf_of": {"identifier": "a@b.example"}}, 404, "resource_not_found"),
        ({"on_behalf_of": {"identifier": "?"}}, 404, "resource_not_found"),
        ({"permissions": "some"}, 422, "form_param_value_invalid"),
        ({"redirect_url": "/inbox"}, 422, "form_param_format_invalid"),
        ({"redirect_url": "javascript:alert(1)"}, 422, "form_param_format_invalid"),
        ({"redirect_url": "https://[/"}, 422, "form_param_format_invalid"),
        ({"agent_name": ""}, 422, "form_param_format_invalid"),
    ]
    for change, status, code in wrong:
        refused = backend.post("/v1/agents/tasks", **given_for(account, **change))
        assert (change, refused.status, refused.codes) == (change, status, [code])
