"""Callers: the type of an endpoint's `caller` is its authorization.

It names a kind of caller and, in brackets, a requirement: `SignedIn[Recent]`. `RESOLVERS` and
`REQUIREMENTS` in `main.py` hold the functions that resolve and check them. If one is missing there,
the server does not start.
"""

from typing import TYPE_CHECKING, Generic, Literal

import msgspec

from hallporter.contract.causes import ANONYMOUS, Cause
from hallporter.contract.ids import ClientId, SecretKeyId, SessionId, UserId

# How a browser holds its token: on a satellite it has one that stands for that of its client.
Transport = Literal["cookie", "native", "satellite"]


class Requirement:
    """A requirement on callers. A subclass includes the requirements of its base."""


class InPerson(Requirement):
    """The session is not impersonated."""


class Recent(InPerson):
    """The user was verified recently.

    It is required where the protection of an account changes, so that one function decides what
    counts as recent.
    """


if TYPE_CHECKING:
    # Its default came with Python 3.13.
    from typing_extensions import TypeVar

    Met = TypeVar("Met", bound=Requirement, covariant=True, default=Requirement)
else:
    from typing import TypeVar

    Met = TypeVar("Met")


class Caller(msgspec.Struct, frozen=True):
    """The sender of a request."""

    def cause(self) -> Cause:
        """Return who causes what this caller changes, as far as it is known."""
        return ANONYMOUS

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
    """Anybody: the endpoint is public."""


class Credential(msgspec.Struct, frozen=True):
    """A client token with a valid signature.

    Only the database knows whether it is the current one: every statement compares `token_hash`.
    """

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
    """A browser with a client token; others get 401."""

    credential: Credential


class InSession(Caller, Generic[Met], frozen=True):
    """A user in one of the live sessions of a browser: the one it names, else its last active.

    No endpoint has this caller: it says whether the session is active.
    """

    browser: KnownBrowser
    session_id: SessionId
    user_id: UserId
    has_actor: bool
    """Whether the session is impersonated, by a person or an agent."""

    def cause(self) -> Cause:
        """Return the user, and in which session."""
        return Cause("user", self.user_id, self.session_id)

    def sending_browser(self) -> Browser:
        """Return the one that has the session."""
        return self.browser


class SignedIn(InSession[Met], frozen=True):
    """A user whose session is active."""


class AtTask(InSession[Met], frozen=True):
    """A user whose session may wait for tasks: they are done through endpoints with this caller."""

    is_pending: bool
