"""The signature of an endpoint says who may call it, to the server and to type checkers alike."""

# pyright: reportUnnecessaryTypeIgnoreComment=error

from collections.abc import Mapping
from typing import Any

import pytest

from hallporter.contract.callers import (
    Anyone,
    AtTask,
    Browser,
    Caller,
    InPerson,
    InSession,
    Recent,
    Requirement,
    SecretKey,
    SignedIn,
)
from hallporter.contract.scope import Scope
from hallporter.edge import callers
from hallporter.edge.operation import frontend
from hallporter.edge.wiring import Check, Resolver
from hallporter.main import REQUIREMENTS, RESOLVERS, operations


def takes_any(caller: InSession) -> InSession:
    return caller


def takes_active(caller: SignedIn) -> SignedIn:
    return caller


def takes_in_person(caller: InSession[InPerson]) -> InSession[InPerson]:
    return caller


def takes_recent(caller: InSession[Recent]) -> InSession[Recent]:
    return caller


def what_type_checkers_hold_actions_to(
    plain: SignedIn, in_person: SignedIn[InPerson], recent: SignedIn[Recent], at_task: AtTask
) -> None:
    """An action that asks for more than its endpoint does is an error, without being run."""
    takes_any(takes_recent(recent))
    takes_any(at_task)
    takes_in_person(recent)
    takes_active(recent)
    takes_active(at_task)  # pyright: ignore[reportArgumentType]
    takes_in_person(plain)  # pyright: ignore[reportArgumentType]
    takes_recent(plain)  # pyright: ignore[reportArgumentType]
    takes_recent(in_person)  # pyright: ignore[reportArgumentType]
    takes_recent(at_task)  # pyright: ignore[reportArgumentType]


def test_every_caller_and_requirement_of_a_endpoint_is_known() -> None:
    for each in operations():
        callers.resolver(each.caller, each.requirement, RESOLVERS, REQUIREMENTS)


@pytest.mark.parametrize(
    "hint",
    [str, Recent, Any, Browser | None, SecretKey | Anyone, list[Browser], SignedIn[Any], type],
    ids=str,
)
def test_what_is_no_caller_makes_no_endpoint(hint: Any) -> None:
    async def endpoint(scope: Scope, caller: Any) -> None:
        """Do nothing."""

    endpoint.__annotations__["caller"] = hint
    with pytest.raises(TypeError, match="no caller"):
        frontend.get("/v1/nothing")(endpoint)


def test_without_a_caller_there_is_no_endpoint() -> None:
    async def endpoint(scope: Scope) -> None:
        """Do nothing."""

    with pytest.raises(TypeError, match="an endpoint has a caller"):
        frontend.get("/v1/nothing")(endpoint)


class Rare(Recent):
    """A requirement that nobody sees to."""


class Stranger(Caller, frozen=True):
    """A kind of caller that nothing makes."""


@pytest.mark.parametrize(
    ("kind", "required", "requirements"),
    [
        (Stranger, Requirement, REQUIREMENTS),
        # Neither says whether the session is active.
        (InSession, Requirement, REQUIREMENTS),
        (Caller, Requirement, REQUIREMENTS),
        (SignedIn, Rare, REQUIREMENTS),
        (SignedIn, Recent, {Recent: REQUIREMENTS[Recent]}),
        (SignedIn, Recent, {InPerson: REQUIREMENTS[InPerson]}),
    ],
)
def test_what_nothing_is_known_of_ends_the_start(
    kind: type[Caller], required: type[Requirement], requirements: Mapping[type[Requirement], Check]
) -> None:
    resolvers: Mapping[type[Caller], Resolver] = RESOLVERS
    with pytest.raises(KeyError):
        callers.resolver(kind, required, resolvers, requirements)
