"""The scope of a request: what every layer needs of it."""

import msgspec

from hallporter.contract import satellites
from hallporter.contract.api_version import ApiVersion
from hallporter.contract.causes import ANONYMOUS, Cause
from hallporter.contract.instance import Instance
from hallporter.core.crypto_box import CryptoBox
from hallporter.core.database import Database


class Proxied(msgspec.Struct, frozen=True):
    """What the app's own proxy says about a request; trusted only with the right secret key."""

    is_believed: bool
    url: str | None
    """Where browsers reach the Frontend API through it, without a trailing slash."""
    ip: str | None


class RequestFacts(msgspec.Struct, frozen=True):
    """Facts about a request: the sender's address and agent, the page's origin, the called URL.

    `base_url` is scheme, host and path prefix as the caller wrote them, without a trailing slash.
    Behind a trusted proxy it is the proxy's URL.
    """

    ip: str | None
    """None where only a proxy's address is known."""
    user_agent: str
    origin: str | None
    base_url: str
    is_secure: bool
    proxied: Proxied | None = None
    cause: Cause = ANONYMOUS
    """Who they are, once that is known, of requests that may change something."""
    is_cross_site: bool = False
    """Whether a page of another site caused the request, by Fetch Metadata."""


class Scope(msgspec.Struct, frozen=True):
    """One request's world; six fields, no more."""

    db: Database
    box: CryptoBox
    now: int
    instance: Instance
    version: ApiVersion
    request: RequestFacts

    @property
    def real_now(self) -> int:
        """The real time, even if a test moved the instance's clock."""
        return self.now - self.instance.ahead_by

    @property
    def satellite(self) -> str | None:
        """The satellite domain whose Frontend API was called; None on the instance's own."""
        if not self.instance.settings.satellite_domains:
            return None
        return satellites.of_url(self.instance, self.request.base_url)

    @property
    def public_url(self) -> str:
        """Where browsers reach the instance, without a trailing slash.

        A local instance is reached however its caller came; only there is a Host header believed.
        """
        if self.request.proxied is not None and self.request.proxied.url is not None:
            return self.request.proxied.url
        if not self.instance.is_local:
            return self.instance.issuer
        prefix = f"/~{self.instance.slug}"
        return self.request.base_url.removesuffix(prefix) + prefix
