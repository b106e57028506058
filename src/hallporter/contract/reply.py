"""What an endpoint may return besides a plain object: cookies, redirects, envelopes, streams."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

import msgspec

from hallporter.core.secret import Secret


class Wrapped(msgspec.Struct, frozen=True):
    """The Frontend API's envelope: the answer, and the client as it is now."""

    response: object
    client: object


class Cookie(msgspec.Struct, frozen=True):
    """A cookie to set; `max_age_seconds=0` removes it.

    Name, value and path are ours, and hold nothing that a cookie would have to quote.
    """

    name: str
    value: str
    max_age_seconds: int
    secure: bool
    http_only: bool = False
    domain: str | None = None
    path: str = "/"
    same_site: Literal["Lax", "Strict", "None"] = "Lax"

    @property
    def directive(self) -> str:
        """The value of a `Set-Cookie` header (RFC 6265 §4.1)."""
        return "".join(
            (
                f"{self.name}={self.value}",
                "" if self.domain is None else f"; Domain={self.domain}",
                "; HttpOnly" if self.http_only else "",
                f"; Max-Age={self.max_age_seconds}; Path={self.path}; SameSite={self.same_site}",
                "; Secure" if self.secure else "",
            )
        )


class Reply(msgspec.Struct, frozen=True):
    """An object and what goes with it."""

    body: object
    cookies: Sequence[Cookie] = ()
    native_token: Secret | None = None
    """The client token for a native app: it travels in the `Authorization` response header."""
    status: Literal[200, 503] = 200
    clears_site_data: bool = False
    """Whether the browser forgets all that it keeps for our host (Clear-Site-Data)."""


class Redirect(msgspec.Struct, frozen=True):
    """Send the browser elsewhere; `location` is of an allowed origin, or a redirect URL."""

    location: str
    cookies: Sequence[Cookie] = ()
    status: Literal[303, 307] = 307
    """303 turns any request into a GET (RFC 9110 §15.4.4)."""


class UserContent(msgspec.Struct, frozen=True):
    """Bytes that a user brought; their address never means anything else, so they may be kept."""

    media_type: str
    content: bytes


class Stream(msgspec.Struct, frozen=True):
    """A bare array of any length, encoded batch by batch."""

    batches: AsyncIterator[Sequence[object]]
