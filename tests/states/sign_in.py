"""Sign-ins: every combination of facts, and where each step that its status opens leads."""

from collections.abc import Iterator
from itertools import product
from typing import get_args

from msgspec.structs import fields, replace

from hallporter.features.sign_ins import machine
from hallporter.features.sign_ins.machine import CONDITIONS, OPENS, Facts
from hallporter.features.sign_ins.rows import SignInStatus
from tests.states.diagram import NOTHING, TIME, Transition, mermaid

# What a step that succeeds makes of the facts. A first factor that resets the password asks for a
# new one, and has proved an address.
_MAKES: dict[str, tuple[dict[str, bool], ...]] = {
    "prepare_first_factor": ({},),
    "attempt_first_factor": (
        {"has_first_factor": True},
        {"has_first_factor": True, "must_choose_password": True, "needs_client_trust": False},
    ),
    "reset_password": ({"must_choose_password": False},),
    "prepare_second_factor": ({},),
    "attempt_second_factor": ({"has_second_factor": True, "has_client_trust": True},),
}
# The way over a provider: it says who it is and proves it at once.
_RETURNED = {"is_identified": True, "has_first_factor": True, "needs_client_trust": False}


def transitions() -> list[Transition]:
    """Return everything that leads from one status to another, in the order of the conditions."""
    found = {*_begun(), *_stepped(), *_returned(), *_left()}
    order = [NOTHING, *(condition.status for condition in CONDITIONS), "complete", "abandoned"]
    return sorted(
        found, key=lambda each: (order.index(each.before), order.index(each.after), each.by)
    )


def _facts() -> Iterator[Facts]:
    """Yield every combination that can be: nothing is proved of nobody.

    Who has a second factor, or resets the password, proves no new browser.
    """
    names = [field.name for field in fields(Facts)]
    for values in product((False, True), repeat=len(names)):
        facts = Facts(**dict(zip(names, values, strict=True)))
        is_proved_in_order = facts.is_identified >= facts.has_first_factor
        is_offered = facts.has_first_factor >= (
            facts.must_choose_password or facts.has_second_factor or facts.has_client_trust
        )
        is_needed = facts.has_second_factor <= facts.needs_second_factor and (
            facts.has_client_trust <= facts.needs_client_trust
        )
        is_alone = not facts.needs_client_trust or not (
            facts.needs_second_factor or facts.must_choose_password
        )
        if is_proved_in_order and is_offered and is_needed and is_alone:
            yield facts


def _begun() -> Iterator[Transition]:
    # With an identifier, with a first factor beside it, with a ticket, or with nothing.
    for facts in _facts():
        is_fresh = not facts.has_second_factor and not facts.has_client_trust
        if is_fresh and not facts.must_choose_password:
            yield Transition(NOTHING, machine.status(facts), "create_sign_in")


def _stepped() -> Iterator[Transition]:
    for facts in _facts():
        before = machine.status(facts)
        for step in OPENS.get(before, ()):
            for made in _MAKES[step]:
                yield Transition(before, machine.status(replace(facts, **made)), step)


def _returned() -> Iterator[Transition]:
    for facts in _facts():
        before = machine.status(facts)
        if before in ("needs_identifier", "needs_first_factor"):
            after = machine.status(replace(facts, **_RETURNED))
            yield Transition(before, after, "oauth_callback")


def _left() -> Iterator[Transition]:
    for status in get_args(SignInStatus):
        if status not in ("complete", "abandoned"):
            yield Transition(status, "abandoned", TIME)


def page() -> str:
    """Return the page."""
    conditions = "\n".join(
        f"| `{condition.status}` | {_steps(condition.status)} |" for condition in CONDITIONS
    )
    return f"""# Sign-in

Its status is computed: the first gate that is still closed, or `complete`. Only `complete` makes a
session. What is not complete a day after it began is `abandoned`, which is told, not stored; so is
what was proved before its user changed a password, took a way in away or signed out everywhere,
as soon as somebody goes on with it ([why](../decisions/0031-void-proofs.md)).

{mermaid(transitions())}

| status | opens |
|---|---|
{conditions}
| `complete` | nothing: its session has begun |
| `abandoned` | nothing: begin another |

A wrong proof leaves the status as it is, and counts towards the lockout. `oauth_callback` is the
return from a provider.
"""


def _steps(status: SignInStatus) -> str:
    steps = sorted(OPENS.get(status, ()), reverse=True)
    return ", ".join(f"`{step}`" for step in steps) or "nothing but the return from a provider"
