"""Case 37: an id is no permission. Every route with one is asked for somebody else's object.

The routes come from the server's own table of contents: a new one is tried without being named.
"""

import re

import pytest

from hallporter import main
from hallporter.edge.operation import Api, Operation
from tests.conftest import Make
from tests.factors import add_app
from tests.harness import Account, Browser, Reply, Tenant
from tests.nouns import PARTS
from tests.nouns.victim import Victim


def with_ids(api: Api) -> list[Operation]:
    """Return the operations of an API that have an id in their path."""
    return [each for each in main.operations() if each.api == api and "{" in each.path]


def name_of(operation: Operation) -> str:
    """Return how a test is called."""
    return f"{operation.method} {operation.path}"


BODY = {
    "strategy": "password",
    "password": "correct horse battery",
    "code": "424242",
    "signature": f"0x{'11' * 65}",
    "web3_wallet": "0x52908400098527886E0F7030069857D2E4169EE7",
    "first_name": "Mallory",
}


class Owner:
    """Somebody with one of everything that has an id."""

    def __init__(self, tenant: Tenant) -> None:
        tenant.update(attributes__phone_number__enabled=True)
        browser = tenant.browser()
        victim = Victim(tenant, browser, browser.sign_up(), tenant.backend())
        self.tenant, self.browser, self.backend = tenant, browser, victim.backend
        self.account: Account = victim.account
        self.ids = {name: id for part in PARTS for name, id in part.ids(victim).items()}
        # Last: with a second factor a session has to prove itself anew for most of the above.
        add_app(tenant, self.account.user_id)

    def path(self, operation: Operation) -> str:
        """Return a path of `operation` with the victim's ids in it."""
        return re.sub(r"{(\w+)}", lambda found: self.ids[found[1]], operation.path)

    def state(self) -> list[object]:
        """Return what must not change."""
        reads = [
            f"/v1/clients/{self.ids['client_id']}",
            f"/v1/sessions/{self.ids['session_id']}",
            f"/v1/users/{self.ids['user_id']}",
            f"/v1/jwt_templates/{self.ids['template_id']}",
            f"/v1/redirect_urls/{self.ids['redirect_url_id']}",
        ]
        own = [
            self.browser.get(f"/v1/client/sign_ins/{self.ids['sign_in_id']}").ok().body,
            self.browser.get(f"/v1/client/sign_ups/{self.ids['sign_up_id']}").ok().body,
        ]
        return [*(self.backend.get(path).ok().json for path in reads), *own]


@pytest.fixture
def victim(instance: Tenant) -> Owner:
    """Somebody on another client of the same instance."""
    return Owner(instance)


def refused(reply: Reply) -> None:
    """Expect that nothing was told or done."""
    assert reply.status in (400, 401, 403, 404, 405, 422), reply.text
    assert set(reply.json) <= {"errors", "meta", "clerk_trace_id"}


def ask(caller: Browser, operation: Operation, path: str) -> Reply:
    """Send a request that is as good as can be."""
    return caller.request(operation.method, path, data=BODY)


def test_case_37_other_users_objects_are_out_of_reach_of_a_browser(
    instance: Tenant, victim: Owner
) -> None:
    attacker = instance.browser()
    attacker.sign_up()
    stranger = instance.browser()
    before = victim.state()
    for operation in with_ids("frontend"):
        for caller in (attacker, stranger):
            reply = ask(caller, operation, victim.path(operation))
            refused(reply)
            assert victim.account.email_address not in reply.text, name_of(operation)
    assert victim.state() == before


def test_case_37_objects_that_never_were_answer_alike(instance: Tenant, victim: Owner) -> None:
    attacker = instance.browser()
    attacker.sign_up()
    for operation in with_ids("frontend"):
        theirs = ask(attacker, operation, victim.path(operation))
        nobodys = ask(attacker, operation, re.sub(r"{(\w+)}", "nobody", operation.path))
        assert (theirs.status, theirs.codes) == (nobodys.status, nobodys.codes), name_of(operation)


def test_case_37_other_instances_objects_are_out_of_reach_of_a_server(
    victim: Owner, make_instance: Make
) -> None:
    before = victim.state()
    with make_instance().backend() as stranger:
        for operation in with_ids("backend"):
            reply = stranger.request(operation.method, victim.path(operation), json={})
            refused(reply)
            assert victim.account.email_address not in reply.text, name_of(operation)
    assert victim.state() == before


def test_case_37_other_instances_objects_are_out_of_reach_of_a_browser(
    victim: Owner, make_instance: Make
) -> None:
    other = make_instance().browser()
    other.http.cookies.set("__client", victim.browser.cookie("__client") or "")
    before = victim.state()
    for operation in with_ids("frontend"):
        refused(ask(other, operation, victim.path(operation)))
    assert victim.state() == before


def test_case_37_lists_hold_nothing_of_other_instances(victim: Owner, make_instance: Make) -> None:
    with make_instance().backend() as stranger:
        for operation in main.operations():
            if operation.api != "backend" or operation.method != "GET" or "{" in operation.path:
                continue
            for id in victim.ids.values():
                query = {"user_id": id, "client_id": id, "query": id, "nonce": id}
                reply = stranger.get(operation.path, **query)
                assert reply.status < 500
                assert victim.account.email_address not in reply.text, name_of(operation)
                assert f'"{id}"' not in reply.text, name_of(operation)


def test_case_37_ids_of_other_kinds_name_nothing(victim: Owner) -> None:
    for operation in with_ids("backend"):
        for id in victim.ids.values():
            path = re.sub(r"{(\w+)}", id, operation.path)
            if path == victim.path(operation) or (operation.method == "GET" and "count" in path):
                continue
            refused(victim.backend.request(operation.method, path, json={}))


def test_case_37_server_routes_are_closed_without_a_key(victim: Owner) -> None:
    paths = {each.path for each in main.operations() if each.api == "frontend"}
    anybody = victim.tenant.browser(origin=None)
    for operation in main.operations():
        if operation.api == "backend" and operation.path not in paths:
            reply = anybody.request(operation.method, victim.path(operation), json={})
            assert (reply.status, reply.codes) == (401, ["authorization_header_format_invalid"])
