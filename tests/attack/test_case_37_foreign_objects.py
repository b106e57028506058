"""Case 37: an id is no permission. Every route with one is asked for somebody else's object.

The routes come from the server's own table of contents: a new one is tried without being named.
"""

import re

import pytest

from hallporter import main
from hallporter.edge.operation import Api, Operation
from tests import wallets
from tests.conftest import Make
from tests.devices import App, Device, enrol
from tests.factors import add_app
from tests.features.sign_ins.test_agent_tasks import given_for
from tests.house import ORIGIN, Account, Browser, Reply, Tenant, new_address, new_number


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


class Victim:
    """Somebody with one of everything that has an id."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        tenant.update(attributes__phone_number__enabled=True)
        self.browser = tenant.browser()
        self.account: Account = self.browser.sign_up()
        with tenant.backend() as backend:
            self.backend = tenant.backend()
            user = backend.get(f"/v1/users/{self.account.user_id}").ok().json
            ticket = backend.post("/v1/sign_in_tokens", user_id=self.account.user_id).ok().json
            actor = {"user_id": self.account.user_id, "actor": {"sub": "support"}}
            actor_token = backend.post("/v1/actor_tokens", **actor).ok().json
            task = backend.post("/v1/agents/tasks", **given_for(self.account)).ok().json
            invited = {"email_address": f"invited.{new_address()}"}
            invitation = backend.post("/v1/invitations", **invited).ok().json
            waiting = backend.post("/v1/waitlist_entries", **invited).ok().json
            listed = {"identifier": invited["email_address"]}
            allowed = backend.post("/v1/allowlist_identifiers", **listed).ok().json
            template = backend.post("/v1/jwt_templates", name="victims", claims={}).ok().json
            redirect_url = backend.post("/v1/redirect_urls", url="my-app://callback").ok().json
        sign_in = self._attempt("sign_ins", identifier=tenant.browser().sign_up().email_address)
        sign_up = self._attempt("sign_ups", email_address=new_address())
        wallet = self._wallet()
        self.ids = {
            "client_id": self.browser.client_id,
            "session_id": self.account.session_id,
            "user_id": self.account.user_id,
            "email_address_id": user["email_addresses"][0]["id"],
            "phone_number_id": self._number(),
            "image_id": "img_of_nobody",
            "email_id": user["email_addresses"][0]["id"],
            "sign_in_id": sign_in,
            "sign_up_id": sign_up,
            "sign_in_token_id": ticket["id"],
            "actor_token_id": actor_token["id"],
            "agent_task_id": task["agent_task_id"],
            "template_id": template["id"],
            "invitation_id": invitation["id"],
            "waitlist_entry_id": waiting["id"],
            "identifier_id": allowed["id"],
            "template_name": template["name"],
            "redirect_url_id": redirect_url["id"],
            "external_account_id": self._external_account(),
            "provider": "oauth_github",
            "passkey_id": self._passkey(),
            "web3_wallet_id": wallet,
            "web3_wallet_identification_id": wallet,
            "trusted_device_id": self._trusted_device(),
        }
        # Last: with a second factor a session has to prove itself anew for most of the above.
        add_app(tenant, self.account.user_id)

    def _attempt(self, kind: str, **form: str) -> str:
        return self.browser.post(f"/v1/client/{kind}", **form).ok().body["id"]

    def _passkey(self) -> str:
        """Return a passkey that waits for its device."""
        self.tenant.update(attributes__passkey__enabled=True)
        return self.browser.post("/v1/me/passkeys").ok().body["id"]

    def _wallet(self) -> str:
        """Return a wallet that waits for its signature."""
        self.tenant.update(attributes__web3_wallet__enabled=True)
        path, _ = wallets.begin_connect(self.browser, wallets.Wallet())
        return path.rpartition("/")[2]

    def _trusted_device(self) -> str:
        """Return a device that may sign the victim in."""
        self.tenant.update(trusted_device__sign_in=True)
        app, device = App(self.tenant), Device()
        app.sign_in(self.account.email_address).ok()
        return enrol(app, device)["id"]

    def _external_account(self) -> str:
        """Return an account that waits for its provider, which is not asked for that."""
        given = {"client_id": "us", "client_secret": "a secret"}
        self.tenant.update(social__oauth_github=given)
        back = {"strategy": "oauth_github", "redirect_url": ORIGIN}
        return self.browser.post("/v1/me/external_accounts", **back).ok().body["id"]

    def _number(self) -> str:
        made = {"phone_number": new_number()}
        return self.browser.post("/v1/me/phone_numbers", **made).ok().body["id"]

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
def victim(instance: Tenant) -> Victim:
    """Somebody on another client of the same instance."""
    return Victim(instance)


def refused(reply: Reply) -> None:
    """Expect that nothing was told or done."""
    assert reply.status in (400, 401, 403, 404, 405, 422), reply.text
    assert set(reply.json) <= {"errors", "meta", "clerk_trace_id"}


def ask(caller: Browser, operation: Operation, path: str) -> Reply:
    """Send a request that is as good as can be."""
    return caller.request(operation.method, path, data=BODY)


def test_case_37_other_users_objects_are_out_of_reach_of_a_browser(
    instance: Tenant, victim: Victim
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


def test_case_37_objects_that_never_were_answer_alike(instance: Tenant, victim: Victim) -> None:
    attacker = instance.browser()
    attacker.sign_up()
    for operation in with_ids("frontend"):
        theirs = ask(attacker, operation, victim.path(operation))
        nobodys = ask(attacker, operation, re.sub(r"{(\w+)}", "nobody", operation.path))
        assert (theirs.status, theirs.codes) == (nobodys.status, nobodys.codes), name_of(operation)


def test_case_37_other_instances_objects_are_out_of_reach_of_a_server(
    victim: Victim, make_instance: Make
) -> None:
    before = victim.state()
    with make_instance().backend() as stranger:
        for operation in with_ids("backend"):
            reply = stranger.request(operation.method, victim.path(operation), json={})
            refused(reply)
            assert victim.account.email_address not in reply.text, name_of(operation)
    assert victim.state() == before


def test_case_37_other_instances_objects_are_out_of_reach_of_a_browser(
    victim: Victim, make_instance: Make
) -> None:
    visitor = make_instance().browser()
    visitor.http.cookies.set("__client", victim.browser.cookie("__client") or "")
    before = victim.state()
    for operation in with_ids("frontend"):
        refused(ask(visitor, operation, victim.path(operation)))
    assert victim.state() == before


def test_case_37_lists_hold_nothing_of_other_instances(victim: Victim, make_instance: Make) -> None:
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


def test_case_37_ids_of_other_kinds_name_nothing(victim: Victim) -> None:
    for operation in with_ids("backend"):
        for id in victim.ids.values():
            path = re.sub(r"{(\w+)}", id, operation.path)
            if path == victim.path(operation) or (operation.method == "GET" and "count" in path):
                continue
            refused(victim.backend.request(operation.method, path, json={}))


def test_case_37_server_routes_are_closed_without_a_key(victim: Victim) -> None:
    paths = {each.path for each in main.operations() if each.api == "frontend"}
    anybody = victim.tenant.browser(origin=None)
    for operation in main.operations():
        if operation.api == "backend" and operation.path not in paths:
            reply = anybody.request(operation.method, victim.path(operation), json={})
            assert (reply.status, reply.codes) == (401, ["authorization_header_format_invalid"])
