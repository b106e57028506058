"""What the composition root hands the edge."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import msgspec

from hallporter.contract.callers import Caller, Requirement
from hallporter.contract.ids import SecretKeyId
from hallporter.contract.instance import Instance
from hallporter.contract.scope import Scope
from hallporter.core.clock import Clock
from hallporter.core.crypto_box import CryptoBox
from hallporter.core.database import Database
from hallporter.edge.limits import Limiter
from hallporter.edge.senders import Senders


class Presented(msgspec.Struct, frozen=True):
    """What a request shows of its caller: a known secret key, or what is not yet judged."""

    secret_key_id: SecretKeyId | None = None
    """Of a Backend request."""
    client_tokens: tuple[str, ...] = ()
    dev_browser: str | None = None
    authorization: str | None = None
    is_native: bool = False
    sync_states: tuple[str, ...] = ()
    session_id: str | None = None


class Directory(Protocol):
    """Finds the instance a request is for, from memory."""

    generation: int
    """Another number once any instance, or whatever one is found by, has changed."""

    def by_secret_key(self, secret_key: str) -> tuple[Instance, SecretKeyId] | None:
        """Return the instance that has this secret key, and which of its keys it is."""
        ...

    def by_host(self, host: str) -> Instance | None:
        """Return the instance with this frontend host."""
        ...

    def by_slug(self, slug: str) -> Instance | None:
        """Return the instance with this name."""
        ...

    def only(self) -> Instance | None:
        """Return the instance if the server has exactly one."""
        ...

    async def refresh(self) -> None:
        """Read anew what has changed."""
        ...


Resolver = Callable[[Scope, Presented], Awaitable[Any]]
"""Makes a caller of what a request shows, or raises 401."""
Check = Callable[[Scope, Any], Awaitable[None]]
"""Raises unless a caller meets a requirement."""


class Wiring(msgspec.Struct, frozen=True):
    """The lifetimes and lookups behind every request."""

    db: Database
    box: CryptoBox
    clock: Clock
    directory: Directory
    senders: Senders | None
    """Who sends a request, by its headers; None where whoever connects does."""
    limiter: Limiter
    """Counts what senders ask for, around endpoints that say what they cost."""
    serves_test_mode: bool
    """Whether local instances in test mode may be called here at all."""
    resolvers: Mapping[type[Caller], Resolver]
    """What makes callers, by their kind."""
    requirements: Mapping[type[Requirement], Check]
    """What sees to it that callers meet a requirement, whatever it derives from apart."""
    client_of: Callable[[Scope, Caller], Awaitable[object]]
    """From a caller to the client object that refreshes clerk-js after an error."""
