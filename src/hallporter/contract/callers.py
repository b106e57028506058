"""Who calls: the type of a door's `caller` is its authorization."""

from dataclasses import dataclass
from typing import Literal

from hallporter.contract.ids import ClientId, SessionId, UserId

# How a browser holds its token: on a satellite it has one that stands for that of its client.
Transport = Literal["cookie", "native", "satellite"]


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A server that holds one of the instance's secret keys."""


@dataclass(frozen=True, slots=True)
class Anyone:
    """Anybody: what the door tells is public."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A client token whose signature holds. Whether it is still the current one only the
    database knows: every statement that takes it compares `token_hash`."""

    client_id: ClientId
    token_hash: str


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser or device at the Frontend API, known to us or not yet."""

    credential: Credential | None
    dev_browser_hash: str | None = None
    transport: Transport = "cookie"


@dataclass(frozen=True, slots=True)
class Syncing:
    """A browser on its way between domains, and the marks that a satellite has put on it."""

    browser: Browser
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownBrowser:
    """A browser that shows a client token; a door with this caller answers others 401."""

    credential: Credential
    dev_browser_hash: str | None
    transport: Transport


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user in one of the live sessions of a browser: the one it names, else its last active.

    The session is active: one that waits for tasks is let in only where the caller says `AtTask`.
    """

    browser: KnownBrowser
    session_id: SessionId
    user_id: UserId
    is_pending: bool = False
    has_actor: bool = False
    """Whether somebody acts in the user's place: who impersonates them, or an agent."""


@dataclass(frozen=True, slots=True)
class AtTask(SignedIn):
    """A user whose session may still be pending: what its tasks are done through."""


@dataclass(frozen=True, slots=True)
class InPerson(SignedIn):
    """A signed-in user in whose place nobody acts: what they are about to do is theirs alone."""


@dataclass(frozen=True, slots=True)
class InPersonAtTask(AtTask):
    """A user in person whose session may still be pending."""


@dataclass(frozen=True, slots=True)
class Guarded(SignedIn):
    """A user in person who is about to change how the account is reached or protected.

    Every such door asks for this caller, so that one resolver decides what it takes to be it.
    """


@dataclass(frozen=True, slots=True)
class GuardedAtTask(Guarded):
    """A guarded user whose session may still be pending."""
