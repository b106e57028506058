"""Who calls: the type of a door's `caller` is its authorization."""

from typing import Literal

import msgspec

from hallporter.contract.ids import ClientId, SessionId, UserId

# How a browser holds its token: on a satellite it has one that stands for that of its client.
Transport = Literal["cookie", "native", "satellite"]


class SecretKey(msgspec.Struct, frozen=True):
    """A server that holds one of the instance's secret keys."""


class Anyone(msgspec.Struct, frozen=True):
    """Anybody: what the door tells is public."""


class Credential(msgspec.Struct, frozen=True):
    """A client token whose signature holds. Whether it is still the current one only the
    database knows: every statement that takes it compares `token_hash`."""

    client_id: ClientId
    token_hash: str


class Browser(msgspec.Struct, frozen=True):
    """A browser or device at the Frontend API, known to us or not yet."""

    credential: Credential | None
    dev_browser_hash: str | None = None
    transport: Transport = "cookie"


class Syncing(msgspec.Struct, frozen=True):
    """A browser on its way between domains, and the marks that a satellite has put on it."""

    browser: Browser
    states: tuple[str, ...]


class KnownBrowser(Browser, frozen=True):
    """A browser that shows a client token; a door with this caller answers others 401."""

    credential: Credential


class SignedIn(msgspec.Struct, frozen=True):
    """A user in one of the live sessions of a browser: the one it names, else its last active.

    The session is active: one that waits for tasks is let in only where the caller says `AtTask`.
    """

    browser: KnownBrowser
    session_id: SessionId
    user_id: UserId
    is_pending: bool = False
    has_actor: bool = False
    """Whether somebody acts in the user's place: who impersonates them, or an agent."""


class AtTask(SignedIn, frozen=True):
    """A user whose session may still be pending: what its tasks are done through."""


class InPerson(SignedIn, frozen=True):
    """A signed-in user in whose place nobody acts: what they are about to do is theirs alone."""


class InPersonAtTask(AtTask, frozen=True):
    """A user in person whose session may still be pending."""


class Guarded(SignedIn, frozen=True):
    """A user in person who is about to change how the account is reached or protected.

    Every such door asks for this caller, so that one resolver decides what it takes to be it.
    """


class GuardedAtTask(Guarded, frozen=True):
    """A guarded user whose session may still be pending."""
