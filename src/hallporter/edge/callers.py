"""Whom a door lets in: what its signature says, and what makes a caller of a request."""

from collections.abc import Mapping
from typing import Any, get_args, get_origin

from hallporter.contract.callers import Caller, Requirement
from hallporter.contract.scope import Scope
from hallporter.edge.wiring import Check, Presented, Resolver


def stated(hint: Any) -> tuple[type[Caller], type[Requirement]]:
    """Return the kind of caller that a signature names, and what it requires of them.

    Raises `TypeError` for whatever else it says: no door is open by mistake.
    """
    kind = get_origin(hint) or hint
    required = get_args(hint) or (Requirement,)
    if not _is(kind, Caller) or not all(_is(each, Requirement) for each in required):
        raise TypeError(f"{hint} is no caller")
    return kind, required[0]


def resolver(
    kind: type[Caller],
    required: type[Requirement],
    resolvers: Mapping[type[Caller], Resolver],
    requirements: Mapping[type[Requirement], Check],
) -> Resolver:
    """Return what makes a caller of a kind, or refuses whoever does not meet what is required.

    Raises `KeyError` for a kind or a requirement that nothing is known of.
    """
    resolve = resolvers[kind]
    checks = [
        requirements[each]
        # What it derives from comes first.
        for each in reversed(required.__mro__)
        if issubclass(each, Requirement) and each is not Requirement
    ]
    if not checks:
        return resolve

    async def checked(scope: Scope, presented: Presented) -> Any:
        caller = await resolve(scope, presented)
        for check in checks:
            await check(scope, caller)
        return caller

    return checked


def _is(hint: Any, base: type) -> bool:
    return isinstance(hint, type) and issubclass(hint, base)
