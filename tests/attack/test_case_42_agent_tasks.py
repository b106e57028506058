"""Case 42: the link of an agent's task works once, for that agent, and leads to the instance."""

import uuid

import pytest

from hallporter.contract.settings import Settings
from tests.concurrency import at_once
from tests.conftest import Make
from tests.features.sign_ins.test_actor_tokens import ADA, accept, actor_token
from tests.features.sign_ins.test_agent_tasks import agent_task, given_for, visit
from tests.handshakes import parameter
from tests.harness import Account, Backend, Browser, Clock, Tenant, new_address


@pytest.fixture
def account(instance: Tenant) -> Account:
    """For whom the agent works."""
    return instance.browser().sign_up()


def test_case_42_of_many_agents_at_once_one_begins(
    backend: Backend, account: Account, instance: Tenant
) -> None:
    task = agent_task(backend, account)
    replies = at_once(20, lambda _: visit(instance.browser(), task))
    assert sorted(reply.status for reply in replies) == [307] + [400] * 19


def test_case_42_old_and_revoked_tasks_begin_nothing(
    backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    old, revoked = agent_task(backend, account), agent_task(backend, account)
    path = f"/v1/agents/tasks/{revoked['agent_task_id']}/revoke"
    assert "url" not in backend.post(path).ok().json
    assert backend.post(path).codes == ["agent_task_not_pending"]
    assert visit(browser, revoked).codes == ["ticket_invalid_code"]
    clock.advance(minutes=31)
    assert visit(browser, old).codes == ["ticket_expired_code"]
    assert browser.cookie("__client") is None


def test_case_42_task_of_another_instance_begins_nothing(
    backend: Backend, account: Account, make_instance: Make
) -> None:
    task = agent_task(backend, account)
    other = make_instance(Settings(test_mode=True))
    assert visit(other.browser(), task).status == 404
    path = f"/v1/agents/tasks/{task['agent_task_id']}/revoke"
    assert other.backend().post(path).status == 404


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "https://{home}.evil.example/",
        "https://{home}@evil.example/",
        "https://evil.example\\@{home}/",
        "https://{home}:8443/",
    ],
)
def test_case_42_no_agent_is_sent_to_another_site(make_instance: Make, url: str) -> None:
    home = f"{uuid.uuid4().hex}.example"
    tenant = make_instance(frontend_host=f"clerk.{home}")
    backend = tenant.backend()
    account = Account("", "", backend.create_user()["id"], "")
    task = agent_task(backend, account, redirect_url=url.format(home=home))
    browser = tenant.browser(origin=None)
    refused = visit(browser, task)
    assert (refused.status, refused.codes) == (400, ["resource_missmatch"])
    assert browser.cookie("__client") is None
    plain = given_for(account, redirect_url=f"http://{home}/")
    assert backend.post("/v1/agents/tasks", **plain).params == ["redirect_url"]


def test_case_42_no_page_of_another_site_opens_the_link(
    backend: Backend, browser: Browser, account: Account
) -> None:
    task = agent_task(backend, account)
    refused = visit(browser, task, **{"Sec-Fetch-Site": "cross-site"})
    assert (refused.status, refused.codes) == (403, ["cross_site_request"])
    assert visit(browser, task, **{"Sec-Fetch-Site": "none"}).status == 307


def test_case_42_tickets_do_not_stand_in_for_each_other(
    backend: Backend, browser: Browser, account: Account
) -> None:
    task_ticket = parameter(agent_task(backend, account)["url"], "ticket")
    form = {"strategy": "ticket", "ticket": task_ticket}
    assert browser.post("/v1/client/sign_ins", **form).codes == ["ticket_invalid_code"]
    assert browser.get("/v1/tickets/accept", ticket=task_ticket).codes == ["ticket_invalid_code"]
    actor_ticket = actor_token(backend, account)["token"]
    assert browser.get("/v1/agents/tasks", ticket=actor_ticket).status == 404


@pytest.mark.parametrize("lock", ["ban", "lock"])
def test_case_42_shut_accounts_have_no_agents(
    backend: Backend, browser: Browser, account: Account, lock: str
) -> None:
    task = agent_task(backend, account)
    backend.post(f"/v1/users/{account.user_id}/{lock}").ok()
    refused = visit(browser, task)
    assert (refused.status, refused.codes[0].startswith("user_")) == (403, True)


def test_case_42_agents_change_nothing_and_prove_nothing(
    backend: Backend, browser: Browser, account: Account
) -> None:
    visit(browser, agent_task(backend, account))
    (session,) = browser.get("/v1/client").ok().body["sessions"]
    added = browser.post("/v1/me/email_addresses", email_address=new_address())
    assert added.codes == ["resource_forbidden"]
    assert browser.post("/v1/me", _method="DELETE").codes == ["resource_forbidden"]
    path = f"/v1/client/sessions/{session['id']}/verify"
    assert browser.post(path, level="first_factor").codes == ["resource_forbidden"]


def test_case_42_impersonators_send_no_agent_and_agents_impersonate_nobody(
    backend: Backend, account: Account, instance: Tenant
) -> None:
    person, agent = instance.browser(), instance.browser()
    other = instance.browser().sign_up()
    assert accept(person, actor_token(backend, account)).client["sessions"][0]["actor"] == ADA
    task = agent_task(backend, other)
    assert visit(person, task).codes == ["session_creation_not_allowed"]
    assert visit(agent, task).status == 307
    form = {"strategy": "ticket", "ticket": actor_token(backend, account)["token"]}
    assert agent.post("/v1/client/sign_ins", **form).codes == ["session_creation_not_allowed"]


def test_case_42_unproved_identifier_names_nobody(backend: Backend, browser: Browser) -> None:
    account = browser.sign_up()
    address = new_address()
    browser.post("/v1/me/email_addresses", email_address=address).ok()
    held = new_address()
    backend.create_user(email_address=[held], email_address_identification_status=["reserved"])
    for unproved in (address, held):
        given = given_for(account, on_behalf_of={"identifier": unproved})
        assert backend.post("/v1/agents/tasks", **given).status == 404
