"""Authorization of endpoints: read from the signature, and resolved for a request."""

from collections.abc import Mapping
from typing import Any, get_args, get_origin

from hallporter.contract.callers import Caller, Requirement
from hallporter.contract.scope import Scope
from hallporter.edge.wiring import Check, Presented, Resolver


def stated(hint: Any) -> tuple[type[Caller], type[Requirement]]:
    """Return the kind of caller in a signature, and its requirement.

    Raises `TypeError` for anything else, so that no endpoint is open by mistake.
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
    """Return what resolves a caller of a kind and checks its requirement.

    Raises `KeyError` for an unknown kind or requirement.
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
