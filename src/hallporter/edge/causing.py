"""Who causes what a request changes."""

from msgspec.structs import replace

from hallporter.contract.callers import SecretKey, SignedIn
from hallporter.contract.causes import Cause
from hallporter.contract.scope import Scope
from hallporter.edge.arrival import Arrival
from hallporter.edge.wiring import Directory


def is_known_of(caller: type) -> bool:
    """Tell whether callers of this type are somebody: of all others nothing can be said."""
    return issubclass(caller, (SignedIn, SecretKey))


def named(directory: Directory, scope: Scope, caller: object, arrived: Arrival) -> Scope:
    """Return `scope` with who `caller` is, where that is known by now."""
    if isinstance(caller, SignedIn):
        cause = Cause("user", caller.user_id, caller.session_id)
    elif isinstance(caller, SecretKey):
        key = (arrived.header(b"authorization") or "").partition(" ")[2].strip()
        cause = Cause("secret_key", directory.secret_key_id(key) or "")
    else:
        return scope
    return replace(scope, visitor=replace(scope.visitor, cause=cause))
