"""A request as it arrived: what of it says who sends it and for whom it is, read once."""

from collections import defaultdict

import msgspec

from hallporter.edge.asgi import AsgiScope

_KEY = "hallporter.arrival"


class Arrival(msgspec.Struct, frozen=True):
    """The sender's address and headers, the host called, and the instance that the path names."""

    headers: dict[bytes, bytes]
    """By their names in lower case; what came several times is one list (RFC 9110, section 5.3)."""
    scheme: str
    host: str
    peer_address: str
    slug: str | None
    prefix: str
    """What the path began with to name an instance; it is not a part of the path any more."""

    def header(self, name: bytes) -> str | None:
        """Return a header as text."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    def cookies(self, name: str) -> tuple[str, ...]:
        """Return every value of a cookie: a browser sends one per path that it was set for."""
        shown, start = self.header(b"cookie"), f"{name}="
        if shown is None or start not in shown:
            return ()
        pairs = [pair.strip() for pair in shown.split(";")]
        return tuple(pair[len(start) :] for pair in pairs if pair.startswith(start))

    @property
    def base_url(self) -> str:
        """The address that was called, as the caller wrote it, without a trailing slash."""
        return f"{self.scheme}://{self.host}{self.prefix}"


def note(scope: AsgiScope, *, slug: str | None, prefix: str) -> Arrival:
    """Read the head of a request and leave it in its ASGI scope for `of`."""
    headers = _headers(scope["headers"])
    client = scope.get("client")
    host = headers.get(b"host")
    arrival = scope[_KEY] = Arrival(
        headers=headers,
        scheme=scope["scheme"],
        host=_own_address(scope) if host is None else host.decode("latin-1"),
        peer_address=client[0] if client else "",
        slug=slug,
        prefix=prefix,
    )
    return arrival


def of(scope: AsgiScope) -> Arrival:
    """Return what was noted of a request."""
    return scope[_KEY]


def _headers(lines: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    headers = dict(lines)
    return headers if len(headers) == len(lines) else _joined(lines)


def _joined(lines: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    # In one pass: whoever repeats one name among very many must not cost more than all the others.
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
