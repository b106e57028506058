"""Whatever two browsers and a server do in whatever order, what must always hold always holds.

`HALLPORTER_VISITS=500` tries so many stories instead of a few, other ones at each run. The seed of
a story that fails is told with it: `HALLPORTER_VISITS_SEED` tells it again, and
`HALLPORTER_VISITS_SHRINK=1` looks for a shorter one.
"""

import os
import random
from collections.abc import Callable
from typing import Any

import hypothesis
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hallporter.core.clock import DAY, MINUTE, SECOND
from tests.harness import PASSWORD, TEST_CODE, Clock, Harness, Reply, new_address
from tests.properties.visits import (
    CLOCK,
    WRONG_CODE,
    WRONG_PASSWORD,
    InstanceModel,
    Person,
    SignIn,
    SignUp,
    UserAgent,
)

EXAMPLES = os.environ.get("HALLPORTER_VISITS")
SEED = os.environ.get("HALLPORTER_VISITS_SEED")
SHRINKS = os.environ.get("HALLPORTER_VISITS_SHRINK")
USUAL_SEED = 5
STEPS = 30

browsers = st.integers(0, 1)
numbers = st.integers(0, 9)
SIGN_INS = "/v1/client/sign_ins"
SIGN_UPS = "/v1/client/sign_ups"
SESSIONS = "/v1/client/sessions"
RESET = "reset_password_email_code"
SIGN_IN_STEPS = ["password", "email_code", RESET, "code", "choose", "totp"]


class Visits(RuleBasedStateMachine):
    """Two browsers and a server, at one instance."""

    harness: Harness

    @initialize(is_single_session=st.booleans())
    def open(self, is_single_session: bool) -> None:
        """Make the instance, with somebody who has a second factor and somebody who has none."""
        self.model = InstanceModel(self.harness, is_single_session=is_single_session)
        for with_app in (False, True):
            self.model.make_person(with_app=with_app)

    def teardown(self) -> None:
        """Hang up."""
        if hasattr(self, "model"):
            self.model.close()

    @invariant()
    def what_must_hold_holds(self) -> None:
        """Look at everything."""
        self.model.check()

    # Signing up.

    @rule(who=browsers, with_password=st.booleans())
    def begin_sign_up(self, who: int, with_password: bool) -> None:
        """Begin to sign up, as somebody new."""
        agent, address = self.model.agents[who], new_address()
        given = {"password": PASSWORD} if with_password else {}
        begun = self.model.post(agent, SIGN_UPS, email_address=address, **given)
        if begun.status < 300:
            agent.sign_up = SignUp(begun.body["id"], address, has_password=with_password)
        self.model.signs_up(agent, begun)

    @rule(who=browsers, step=st.sampled_from(["password", "ask", "prove", "prove wrong"]))
    @precondition(lambda self: any(each.sign_up for each in self.model.agents))
    def step_sign_up(self, who: int, step: str) -> None:
        """Take a step of a sign-up, possible or not."""
        agent = self._either(who, lambda each: each.sign_up is not None)
        own = agent.sign_up
        assert own is not None
        path = f"{SIGN_UPS}/{own.id}"
        if step == "password":
            reply = self.model.post(agent, path, "PATCH", password=PASSWORD)
            own.has_password |= reply.status < 300
        elif step == "ask":
            reply = self.model.post(agent, f"{path}/prepare_verification", strategy="email_code")
            if reply.status < 300:
                own.is_code_sent, own.is_proved = True, False
        else:
            code = TEST_CODE if step == "prove" else WRONG_CODE
            path = f"{path}/attempt_verification"
            reply = self.model.post(agent, path, strategy="email_code", code=code)
            if code == WRONG_CODE or not own.is_code_sent:
                _refused(reply)
            own.is_proved |= reply.status < 300
        self.model.signs_up(agent, reply)

    @rule(who=browsers)
    def sign_up(self, who: int) -> None:
        """Sign up from the beginning to the end."""
        self.begin_sign_up(who, with_password=True)
        if self.model.agents[who].sign_up is not None:
            self.step_sign_up(who, "ask")
            self.step_sign_up(who, "prove")

    # Signing in.

    @rule(who=browsers, whom=numbers, password=st.sampled_from(["right", "wrong", "none"]))
    def begin_sign_in(self, who: int, whom: int, password: str) -> None:
        """Begin to sign in as somebody, with a password at once or without."""
        agent, person = self.model.agents[who], self._person(whom)
        shown = {"right": person.password, "wrong": WRONG_PASSWORD}.get(password)
        given = {} if shown is None else {"password": shown, "strategy": "password"}
        begun = self.model.post(agent, SIGN_INS, identifier=person.address, **given)
        if password == "wrong" or person.is_deleted:
            _refused(begun)
        self._begun(agent, person, begun, is_proved=password == "right")

    @rule(who=browsers, whom=numbers)
    def come_with_ticket(self, who: int, whom: int) -> None:
        """Sign in by a ticket that the server gave out; shown again, it is worth nothing."""
        agent, person = self.model.agents[who], self._person(whom)
        made = self.model.backend.post("/v1/sign_in_tokens", user_id=person.id)
        if person.is_deleted:
            _refused(made)
            return
        ticket = made.ok().json["token"]
        begun = self.model.post(agent, SIGN_INS, strategy="ticket", ticket=ticket)
        self._begun(agent, person, begun, is_proved=True)
        if begun.status < 300:
            _refused(self.model.post(agent, SIGN_INS, strategy="ticket", ticket=ticket))

    @rule(who=browsers, step=st.sampled_from(SIGN_IN_STEPS), is_right=st.booleans())
    @precondition(lambda self: any(each.sign_in for each in self.model.agents))
    def step_sign_in(self, who: int, step: str, is_right: bool) -> None:
        """Take a step of a sign-in, possible or not, with the right proof or a wrong one."""
        agent = self._either(who, lambda each: each.sign_in is not None)
        own = agent.sign_in
        assert own is not None
        if step in ("email_code", RESET):
            path = f"{SIGN_INS}/{own.id}/prepare_first_factor"
            if self.model.post(agent, path, strategy=step).status < 300:
                own.code = step
        elif step == "choose":
            self._choose_password(agent, own, signs_others_out=is_right)
        elif step == "totp":
            self._show_app(agent, own, is_right=is_right)
        else:
            self._prove(agent, own, step, is_right=is_right)

    @rule(who=browsers, whom=numbers)
    def sign_in(self, who: int, whom: int) -> None:
        """Sign in from the beginning to the end."""
        self.begin_sign_in(who, whom, password="right")
        own = self.model.agents[who].sign_in
        if own is not None and own.status == "needs_second_factor":
            self.step_sign_in(who, "totp", is_right=True)

    @rule(who=browsers, whom=numbers)
    def reset_password(self, who: int, whom: int) -> None:
        """Choose a new password by a mailed code."""
        self.begin_sign_in(who, whom, password="none")
        for step in (RESET, "code", "choose"):
            if self.model.agents[who].sign_in is not None:
                self.step_sign_in(who, step, is_right=True)

    def _prove(self, agent: UserAgent, own: SignIn, step: str, *, is_right: bool) -> None:
        if step == "password":
            password = own.person.password if is_right else WRONG_PASSWORD
            proof = {"strategy": "password", "password": password}
        else:
            code = TEST_CODE if is_right else WRONG_CODE
            proof = {"strategy": own.code or "email_code", "code": code}
        path = f"{SIGN_INS}/{own.id}/attempt_first_factor"
        shown = self.model.post(agent, path, **proof)
        if not is_right or (step == "code" and own.code is None):
            _refused(shown)
        self.model.signs_in(agent, shown, own.person, is_proved=not own.person.has_app)

    def _show_app(self, agent: UserAgent, own: SignIn, *, is_right: bool) -> None:
        right = self.model.code_of(own.person) if own.person.has_app else None
        code = right if is_right and right is not None else WRONG_CODE
        path = f"{SIGN_INS}/{own.id}/attempt_second_factor"
        shown = self.model.post(agent, path, strategy="totp", code=code)
        if code != right or own.status != "needs_second_factor":
            _refused(shown)
        self.model.signs_in(agent, shown, own.person, is_proved=True)

    def _choose_password(self, agent: UserAgent, own: SignIn, *, signs_others_out: bool) -> None:
        password = f"staple battery {new_address()}"
        given: dict[str, Any] = {
            "password": password,
            "sign_out_of_other_sessions": signs_others_out,
        }
        chosen = self.model.post(agent, f"{SIGN_INS}/{own.id}/reset_password", **given)
        if own.status != "needs_new_password":
            _refused(chosen)
        if chosen.status < 300:
            own.person.password = password
        self.model.signs_in(agent, chosen, own.person, is_proved=not own.person.has_app)

    # Being signed in.

    @rule(
        who=browsers,
        what=st.sampled_from(["touch", "tokens", "end", "remove"]),
        whose=st.sampled_from(["own", "any"]),
        which=numbers,
    )
    @precondition(lambda self: self.model.sessions)
    def use_session(self, who: int, what: str, whose: str, which: int) -> None:
        """Do something with a session, one's own or not."""
        agent, id = self.model.agents[who], self._session(which)
        own = [each for each in self.model.sessions if self.model.owner(each) is agent]
        if whose == "own" and own:
            id = own[-1 - which % len(own)]
        used = self.model.post(agent, f"{SESSIONS}/{id}/{what}")
        if self.model.owner(id) is not agent:
            _refused(used)

    @rule(who=browsers, path=st.sampled_from([SESSIONS, "/v1/client"]))
    def leave(self, who: int, path: str) -> None:
        """Sign everybody out."""
        self.model.post(self.model.agents[who], path, "DELETE")

    @rule(who=browsers)
    def forget_cookies(self, who: int) -> None:
        """Come back as a browser that was never there."""
        agent = self.model.agents[who]
        agent.browser.http.cookies.clear()
        agent.sign_in = agent.sign_up = None

    @rule(which=numbers)
    @precondition(lambda self: self.model.replaced)
    def show_replaced_token(self, which: int) -> None:
        """Show a client token, from elsewhere, that its browser has not any more."""
        self.model.steal(self.model.replaced[-1 - which % len(self.model.replaced)])

    # What the server does.

    @rule(whom=numbers)
    def open_session(self, whom: int) -> None:
        """Open a session for a user, on no browser."""
        person = self._person(whom)
        made = self.model.backend.post("/v1/sessions", user_id=person.id)
        if not person.is_welcome:
            _refused(made)
        else:
            self.model.begins(made.ok().json["id"], person, None)

    @rule(which=numbers)
    @precondition(lambda self: self.model.sessions)
    def revoke(self, which: int) -> None:
        """Revoke a session."""
        self.model.backend.post(f"/v1/sessions/{self._session(which)}/revoke")

    @rule(whom=numbers, what=st.sampled_from(["ban", "unban", "delete", "make with app"]))
    def manage_user(self, whom: int, what: str) -> None:
        """Ban a user, lift a ban, delete one, or make one."""
        person = self._person(whom)
        if what == "make with app":
            self.model.make_person(with_app=True)
        elif what == "delete":
            done = self.model.backend.delete(f"/v1/users/{person.id}")
            assert (done.status < 300) != person.is_deleted
            person.is_deleted = True
        else:
            done = self.model.backend.post(f"/v1/users/{person.id}/{what}")
            assert (done.status < 300) != person.is_deleted
            person.is_banned = what == "ban"

    @rule(by=st.sampled_from([SECOND, 11 * SECOND, 31 * SECOND, MINUTE, 11 * MINUTE, DAY, 8 * DAY]))
    def wait(self, by: int) -> None:
        """Let time go by."""
        self.model.backend.post(CLOCK, action="advance", by=by).ok()
        self.model.ahead_by += by

    def _either(self, who: int, fits: Callable[[UserAgent], bool]) -> UserAgent:
        """Return the browser `who` if it fits, else the other one."""
        wanted = self.model.agents[who]
        return wanted if fits(wanted) else self.model.agents[1 - who]

    def _person(self, whom: int) -> Person:
        # The newest ones are those who are signed in.
        return self.model.people[-1 - whom % len(self.model.people)]

    def _session(self, which: int) -> str:
        # The newest ones are the live ones.
        return self.model.sessions[-1 - which % len(self.model.sessions)]

    def _begun(self, agent: UserAgent, person: Person, begun: Reply, *, is_proved: bool) -> None:
        self.model.signs_in(agent, begun, person, is_proved=is_proved and not person.has_app)


def _refused(reply: Reply) -> None:
    assert reply.status >= 400, f"not refused: {reply.text}"


def test_two_browsers_and_a_server_never_get_out_of_the_states(
    harness: Harness, clock: Clock
) -> None:
    stories = int(EXAMPLES or 6)
    seed = int(SEED) if SEED else random.randrange(10**6) if EXAMPLES else USUAL_SEED

    Visits.harness = harness
    settings = hypothesis.settings(
        max_examples=stories,
        stateful_step_count=STEPS,
        database=None,
        print_blob=False,
        # What takes minutes is for who looks for something.
        phases=[Phase.generate, *([Phase.shrink] if SHRINKS else [])],
    )
    try:
        run_state_machine_as_test(hypothesis.seed(seed)(Visits), settings=settings)
    except BaseException as error:
        error.add_note(f"HALLPORTER_VISITS={stories} HALLPORTER_VISITS_SEED={seed} repeats this.")
        raise
