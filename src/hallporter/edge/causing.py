"""Who causes what a request changes."""

from msgspec.structs import replace

from hallporter.contract.callers import Caller
from hallporter.contract.scope import Scope


def is_known_of(kind: type[Caller]) -> bool:
    """Tell whether callers of this kind are somebody: of all others nothing can be said."""
    return kind.cause is not Caller.cause


def named(scope: Scope, caller: Caller) -> Scope:
    """Return `scope` with who `caller` is."""
    return replace(scope, request=replace(scope.request, cause=caller.cause()))
