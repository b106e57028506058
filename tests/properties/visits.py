"""What is known of an instance that two browsers and a server visit, held against what it says."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pyotp
from pyotp.totp import TOTP

from hallporter.contract.settings import LockoutSettings, Settings
from tests.harness import PASSWORD, Browser, Harness, Reply, Tenant, new_address
from tests.states import session, sign_in, sign_up
from tests.states.diagram import NOTHING, moves

CLOCK = "/v1/testing/clock"
LIVE = session.LIVE
WRONG_CODE = "000000"
WRONG_PASSWORD = "wrong horse battery"
# For so long after a client token was replaced, whoever shows it is late.
GRACE = 10_000
MOVES = {
    "sign_in_attempt": moves(sign_in.transitions()),
    "sign_up_attempt": moves(sign_up.transitions()),
    "session": session.statuses_moves(),
}


@dataclass
class Person:
    """A user, and what proves to be them."""

    id: str
    address: str
    password: str = PASSWORD
    totp_secret: str | None = None
    is_banned: bool = False
    is_deleted: bool = False

    @property
    def has_app(self) -> bool:
        """Whether they have a second factor."""
        return self.totp_secret is not None

    @property
    def is_welcome(self) -> bool:
        """Whether any session of theirs may be live."""
        return not self.is_banned and not self.is_deleted


@dataclass
class SignIn:
    """A sign-in of a browser; `code` is the strategy of the code that was sent last."""

    id: str
    person: Person
    status: str
    code: str | None = None


@dataclass
class SignUp:
    """A sign-up of a browser."""

    id: str
    address: str
    has_password: bool
    is_code_sent: bool = False
    is_proved: bool = False


@dataclass
class UserAgent:
    """A browser, every client that it ever had, and what was begun in it last."""

    browser: Browser
    clients: list[str] = field(default_factory=list[str])
    sign_in: SignIn | None = None
    sign_up: SignUp | None = None


@dataclass(frozen=True)
class Replaced:
    """A client token that another has replaced, when, and whether another replaced that since."""

    client_id: str
    token: str
    at: int


class InstanceModel:
    """A model of an instance and its browsers. Every reply is checked against it."""

    def __init__(self, harness: Harness, *, is_single_session: bool) -> None:
        self.harness, self.is_single_session = harness, is_single_session
        self.tenant: Tenant = harness.make_instance(
            Settings(
                test_mode=True,
                single_session_mode=is_single_session,
                lockout=LockoutSettings(max_attempts=4),
            )
        )
        self.backend = self.tenant.backend()
        self.agents = [UserAgent(self.tenant.browser()) for _ in range(2)]
        self.people: list[Person] = []
        self.ahead_by = 0
        self.replaced: list[Replaced] = []
        self._statuses: dict[str, str] = {}
        self._owners: dict[str, tuple[str, UserAgent | None]] = {}
        for caller in (self.backend, *(each.browser for each in self.agents)):
            caller.http.event_hooks["response"] = [self._look]

    def close(self) -> None:
        """Hang up."""
        for caller in (self.backend, *(each.browser for each in self.agents)):
            caller.http.close()

    @property
    def now(self) -> int:
        """The instance's time."""
        return self.harness.clock.now() + self.ahead_by

    @property
    def sessions(self) -> list[str]:
        """Every session that was ever made, oldest first."""
        return list(self._owners)

    def owner(self, session_id: str) -> UserAgent | None:
        """Return in which browser a session began."""
        return self._owners[session_id][1]

    def code_of(self, person: Person) -> str:
        """Return what the authenticator app of somebody shows."""
        return TOTP(person.totp_secret or "").at(self.now // 1_000)

    def make_person(self, *, with_app: bool) -> None:
        """Make a user from the server, with a second factor or without."""
        address, secret = new_address(), pyotp.random_base32() if with_app else None
        given = {} if secret is None else {"totp_secret": secret}
        made = self.backend.create_user(**{"email_address": [address], **given})
        self.people.append(Person(made["id"], address, totp_secret=secret))

    # What visitors do.

    def post(self, agent: UserAgent, path: str, method: str | None = None, **form: Any) -> Reply:
        """Send a form as a browser does."""
        before = agent.browser.cookie("__client")
        reply = agent.browser.post(path, method, **form)
        after = agent.browser.cookie("__client")
        if before and after and before != after and _client_of(before) == _client_of(after):
            self.replaced.append(Replaced(_client_of(before), before, self.now))
        return reply

    def signs_in(self, agent: UserAgent, reply: Reply, person: Person, *, is_proved: bool) -> None:
        """Note where a sign-in stands; complete it may be only when `person` is proved by now."""
        if reply.status >= 400:
            return
        body, known = reply.body, agent.sign_in
        if known is None or known.id != body["id"]:
            agent.sign_in = SignIn(body["id"], person, body["status"])
        else:
            known.status = body["status"]
        if body["status"] == "complete":
            assert is_proved, "a sign-in is complete that nobody has proved"
            self.begins(body["created_session_id"], person, agent)

    def signs_up(self, agent: UserAgent, reply: Reply) -> None:
        """Note where a sign-up stands; complete it may be only with everything given and proved."""
        own = agent.sign_up
        if own is None or reply.status >= 400 or reply.body["status"] != "complete":
            return
        assert own.has_password, "a sign-up is complete without a password"
        assert own.is_proved, "a sign-up is complete with an address that nobody proved"
        person = Person(reply.body["created_user_id"], own.address)
        self.people.append(person)
        self.begins(reply.body["created_session_id"], person, agent)

    def begins(self, session_id: str, person: Person, agent: UserAgent | None) -> None:
        """Note a session that has a right to be: of whom, and where."""
        assert session_id not in self._owners
        self._owners[session_id] = (person.id, agent)

    def steal(self, replaced: Replaced) -> None:
        """Show a replaced client token from somewhere else."""
        before = self.backend.client(replaced.client_id)["session_ids"]
        with self.tenant.browser() as thief:
            cookie = {"Cookie": f"__client={replaced.token}"}
            reply = thief.request("GET", "/v1/client", headers=cookie)
            assert reply.status in (200, 401, 503), reply.text
            assert reply.status != 200 or reply.body is None, "a replaced token opens a client"
            assert "set-cookie" not in reply.headers, "a replaced token is given another"
        is_late = abs(self.now - replaced.at) <= GRACE
        assert not is_late or reply.status == 503, "a late request is answered as a stranger's"
        after = self.backend.client(replaced.client_id)["session_ids"]
        assert after == before, "an old copy of a token was shown, and sessions ended"

    # What always holds.

    def check(self) -> None:
        """Hold everything that the server tells now against what is known."""
        listed = self.backend.get("/v1/sessions", limit=500).ok().json
        for each in listed:
            self._judge(each)
        body = {each["id"] for each in listed}
        for id, (user_id, _) in self._owners.items():
            assert id in body or self._person(user_id).is_deleted, f"{id} is gone"
        for agent in self.agents:
            self._check_client(agent)
        mine, theirs = (set(each.clients) for each in self.agents)
        assert not mine & theirs, "two browsers have one client"
        for each in listed:
            agent = self._owners[each["id"]][1]
            assert agent is None or each["client_id"] in agent.clients

    def _judge(self, body: Any) -> None:
        assert body["id"] in self._owners, f"{body['id']} began without a sign-in or sign-up"
        user_id, _ = self._owners[body["id"]]
        assert body["user_id"] == user_id, f"{body['id']} is another user's than who signed in"
        self._moved(body)
        if body["status"] in LIVE:
            assert self._person(user_id).is_welcome, f"{body['id']} is of somebody banned"
            assert self.now < body["expire_at"]

    def _check_client(self, agent: UserAgent) -> None:
        reply = agent.browser.get("/v1/client").ok()
        shown = reply.body
        if shown is None:
            return
        if shown["id"] not in agent.clients:
            agent.clients.append(shown["id"])
        listed = self.backend.get("/v1/sessions", client_id=shown["id"], limit=500).ok().json
        live = sorted(each["id"] for each in listed if each["status"] in LIVE)
        body = self.backend.client(shown["id"])
        assert sorted(body["session_ids"]) == live
        assert sorted(each["id"] for each in shown["sessions"]) == live
        assert shown["last_active_session_id"] == body["last_active_session_id"]
        assert body["last_active_session_id"] in (live or [None])
        assert len(live) <= 1 or not self.is_single_session

    def _person(self, user_id: str) -> Person:
        return next(each for each in self.people if each.id == user_id)

    def _look(self, response: httpx.Response) -> None:
        response.read()
        is_overtaken = response.status_code == 503 and "client_token_superseded" in response.text
        assert response.status_code < 500 or is_overtaken, response.text
        if response.status_code < 300 and response.text:
            for each in _attempts(response.json()):
                self._moved(each)

    def _moved(self, body: Any) -> None:
        """Judge the way from the status that was told last to this one."""
        before, after = self._statuses.get(body["id"], NOTHING), body["status"]
        legal = MOVES[body["object"]]
        assert before == after or (before, after) in legal, (
            f"{body['id']} went from {before} to {after}"
        )
        self._statuses[body["id"]] = after


def _attempts(body: Any) -> Iterable[Any]:
    """Yield the sign-ins and sign-ups in a reply."""
    if "response" not in body:
        return
    client: Any = body.get("client") or {}
    found: tuple[Any, ...] = (body["response"], client.get("sign_in"), client.get("sign_up"))
    for each in found:
        if each is not None and each.get("object") in ("sign_in_attempt", "sign_up_attempt"):
            yield each


def _client_of(token: str) -> str:
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["id"]
