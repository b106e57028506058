"""The head of a request, parsed once: who sends it, and which instance it is for."""

import re
from collections import defaultdict
from functools import lru_cache

import msgspec

from hallporter.contract import hosts
from hallporter.edge.asgi import AsgiScope
from hallporter.edge.senders import Senders, address_of

_KEY = "hallporter.request_head"
# A name has at most 253 characters (RFC 1035 §2.3.4), a port five. Longer ones are cut, so that
# caches keyed by host stay small.
_LONGEST_HOST = 260
# Headers that only proxies write, besides all that begin with `X-Forwarded-` or `CF-`.
_FORWARDING = frozenset(
    {
        *(b"forwarded", b"forwarded-for", b"via", b"cdn-loop", b"true-client-ip", b"x-real-ip"),
        *(b"x-client-ip", b"x-cluster-client-ip", b"x-original-forwarded-for", b"x-original-host"),
        *(b"x-forwarded", b"x-envoy-external-address", b"fastly-client-ip", b"fly-client-ip"),
        *(b"x-appengine-user-ip", b"x-azure-clientip", b"x-arr-log-id", b"x-proxyuser-ip"),
        *(b"x-original-url", b"x-rewrite-url", b"x-nf-client-connection-ip", b"wl-proxy-client-ip"),
        *(b"proxy-client-ip",),
    }
)


class RequestHead(msgspec.Struct, frozen=True):
    """The sender's address, the headers, the host, and the instance that the path names."""

    headers: dict[bytes, bytes]
    """By their names in lower case; a repeated header becomes one list (RFC 9110, section 5.3)."""
    scheme: str
    host: str
    http_version: str
    peer_address: str
    sender: str | None
    """The sender's IP address: the peer's, or as trusted proxies report it; None if unknown."""
    slug: str | None
    prefix: str
    """The beginning of the path that named an instance; it is removed from the path."""

    def header(self, name: bytes) -> str | None:
        """Return a header as text."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    def cookies(self, name: bytes) -> tuple[str, ...]:
        """Return every value of a cookie: a browser sends one per path that it was set for."""
        shown = self.headers.get(b"cookie")
        if shown is None or name not in shown:
            return ()
        values = _cookie(name).findall(shown.decode("latin-1"))
        return tuple([value.rstrip() for value in values])

    @property
    def is_local(self) -> bool:
        """Whether it was sent on this machine, to a local name, and through no proxy.

        Behind a proxy every request seems local. A foreign page can point its own name to 127.0.0.1
        (DNS rebinding), so the name counts too. A proxy that adds no header is recognised by
        HTTP/1.0, which nginx uses by default and browsers never do.
        """
        if (
            not is_named_here(self.host, self.peer_address)
            or self.http_version == "1.0"
            or not _FORWARDING.isdisjoint(self.headers)
        ):
            return False
        # One search through all names is cheaper than a test of each header.
        names = b"\n" + b"\n".join(self.headers)
        return b"\nx-forwarded-" not in names and b"\ncf-" not in names

    @property
    def base_url(self) -> str:
        """The called address, as the caller wrote it, without a trailing slash."""
        return f"{self.scheme}://{self.host}{self.prefix}"


@lru_cache(maxsize=1024)
def _cookie(name: bytes) -> re.Pattern[str]:
    """Return what finds each value of a cookie among the pairs of a header."""
    return re.compile(rf"(?:^|;)\s*{re.escape(name.decode())}=([^;]*)")


@lru_cache(maxsize=1024)
def is_named_here(host: str, peer_address: str) -> bool:
    """Tell whether both ends of a connection are this machine, and the host is a local name."""
    return hosts.is_local(host) and hosts.is_loopback(peer_address)


def read(
    scope: AsgiScope, senders: Senders | None, *, slug: str | None, prefix: str
) -> RequestHead:
    """Parse the head of a request and keep it in the ASGI scope for `of`.

    Without `senders` the peer is the sender.
    """
    headers = _headers(scope["headers"])
    client = scope.get("client")
    peer = client[0] if client else ""
    if ":" in peer:
        # It may be IPv4 on a socket of IPv6 (RFC 4291 §2.5.5.2), or have a zone.
        peer = address_of(peer) or peer
    host = headers.get(b"host")
    head = scope[_KEY] = RequestHead(
        headers=headers,
        scheme=scope["scheme"],
        host=_own_address(scope) if host is None else host[:_LONGEST_HOST].decode("latin-1"),
        http_version=scope["http_version"],
        peer_address=peer,
        sender=peer if senders is None else senders.of(peer, headers),
        slug=slug,
        prefix=prefix,
    )
    return head


def of(scope: AsgiScope) -> RequestHead:
    """Return the head that was parsed for a request."""
    return scope[_KEY]


def _headers(lines: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    headers = dict(lines)
    return headers if len(headers) == len(lines) else _joined(lines)


def _joined(lines: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    # In one pass, so that a name repeated very often does not cost quadratic time.
    values: dict[bytes, list[bytes]] = defaultdict(list)
    for name, value in lines:
        values[name].append(value)
    # Cookies are the one list that no comma separates (RFC 9113, section 8.2.3).
    return {
        name: (b"; " if name == b"cookie" else b", ").join(all_of_it)
        for name, all_of_it in values.items()
    }


def _own_address(scope: AsgiScope) -> str:
    host, port = scope.get("server") or ("", None)
    return host if port is None else f"{host}:{port}"
