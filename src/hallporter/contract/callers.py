"""Who calls: the type of a door's `caller` is its authorization.

It names a kind of caller and, in brackets, what is required of them: `SignedIn[Recent]`. What makes
such a caller and what sees to a requirement stands in `RESOLVERS` and `REQUIREMENTS` of `main.py`;
a door that asks for what is not there ends the start.
"""

from typing import TYPE_CHECKING, Generic, Literal

import msgspec

from hallporter.contract.causes import VISITOR, Cause
from hallporter.contract.ids import ClientId, SecretKeyId, SessionId, UserId

# How a browser holds its token: on a satellite it has one that stands for that of its client.
Transport = Literal["cookie", "native", "satellite"]


class Requirement:
    """What a door may require of callers; one that derives from another requires that as well."""


class InPerson(Requirement):
    """Nobody acts in the user's place: what they are about to do is theirs alone."""


class Recent(InPerson):
    """The user has proved themselves of late.

    Whoever changes how an account is reached or protected requires it, so that one function
    decides what that takes.
    """


if TYPE_CHECKING:
    # Its default came with Python 3.13.
    from typing_extensions import TypeVar

    Met = TypeVar("Met", bound=Requirement, covariant=True, default=Requirement)
else:
    from typing import TypeVar

    Met = TypeVar("Met")


class Caller(msgspec.Struct, frozen=True):
    """Whoever calls."""

    def cause(self) -> Cause:
        """Return who causes what this caller changes, as far as it is known."""
        return VISITOR

    def sending_browser(self) -> "Browser | None":
        """Return the browser that sends the request, if one does; errors tell it its client."""
        return None


class SecretKey(Caller, frozen=True):
    """A server that holds one of the instance's secret keys."""

    id: SecretKeyId

    def cause(self) -> Cause:
        """Return which key it is."""
        return Cause("secret_key", self.id)


class Anyone(Caller, frozen=True):
    """Anybody: what the door tells is public."""


class Credential(msgspec.Struct, frozen=True):
    """A client token whose signature holds. Whether it is still the current one only the
    database knows: every statement that takes it compares `token_hash`."""

    client_id: ClientId
    token_hash: str


class Browser(Caller, frozen=True):
    """A browser or device at the Frontend API, known to us or not yet."""

    credential: Credential | None
    dev_browser_hash: str | None = None
    transport: Transport = "cookie"

    def sending_browser(self) -> "Browser":
        """Return itself."""
        return self


class Syncing(Caller, frozen=True):
    """A browser on its way between domains, and the marks that a satellite has put on it."""

    browser: Browser
    states: tuple[str, ...]


class KnownBrowser(Browser, frozen=True):
    """A browser that shows a client token; a door with this caller answers others 401."""

    credential: Credential


class InSession(Caller, Generic[Met], frozen=True):
    """A user in one of the live sessions of a browser: the one it names, else its last active.

    No door has this caller: it says whether the session is active.
    """

    browser: KnownBrowser
    session_id: SessionId
    user_id: UserId
    has_actor: bool
    """Whether somebody acts in the user's place: who impersonates them, or an agent."""

    def cause(self) -> Cause:
        """Return the user, and in which session."""
        return Cause("user", self.user_id, self.session_id)

    def sending_browser(self) -> Browser:
        """Return the one that has the session."""
        return self.browser


class SignedIn(InSession[Met], frozen=True):
    """A user whose session is active."""


class AtTask(InSession[Met], frozen=True):
    """A user whose session may wait for tasks: they are done through doors with this caller."""

    is_pending: bool
