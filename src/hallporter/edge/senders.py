"""The sender's address behind trusted proxies.

Anybody may write forwarding headers. A trusted proxy adds the address it has seen at the right end.
So a chain is read from the right, and the first address that is no trusted proxy is the sender's.
"""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache

import structlog

log = structlog.get_logger()

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_FORWARDED = b"forwarded"
_X_FORWARDED_FOR = b"x-forwarded-for"
# `"[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]:65535"`: longer is no address.
_LONGEST_ADDRESS = 55
_REMEMBERED = 4_096
# More proxies than anybody has in a row: what else a visitor wrote before them is not looked at.
_LONGEST_CHAIN = 20


class Senders:
    """Finds the sender's address, by the trusted proxies."""

    def __init__(self, trusted: tuple[Network, ...], *, behind_proxy: bool) -> None:
        """Behind a proxy that is not among the `trusted`, the sender's address is unknown."""
        self._trusted = trusted
        self._behind_proxy = behind_proxy
        self._warned: set[str] = set()
        self._is_trusted = lru_cache(_REMEMBERED)(self._is_in_trusted)

    def of(self, peer: str, headers: Mapping[bytes, bytes]) -> str | None:
        """Return the sender's address; None where only a proxy is known."""
        if not self._trusted:
            return None if self._behind_proxy else peer
        chains = [chain for chain in (_forwarded(headers), _forwarded_for(headers)) if chain]
        if not self._is_trusted(peer):
            if chains:
                self._warn("forwarding headers of an address that is no trusted proxy", peer)
            return peer
        if not chains:
            self._warn("a trusted proxy sends no X-Forwarded-For", peer)
            return None
        seen = {self._seen(peer, chain) for chain in chains}
        # A proxy leaves the header that it does not write as it came: by that one anybody could
        # choose an address. Where the two differ, the sender counts as the proxy itself.
        if len(seen) > 1:
            self._warn("X-Forwarded-For and Forwarded differ: let the proxy remove one", peer)
            return peer
        return seen.pop()

    def forwarded_by_key_holder(self, peer: str, headers: Mapping[bytes, bytes]) -> str | None:
        """Return the address that a proxy with the right secret key has seen; None without one.

        A trusted proxy between it and us adds addresses of its own.
        """
        if self._trusted and self._is_trusted(peer):
            return self.of(peer, headers)
        chain = _forwarded_for(headers)
        return (self._seen("", chain) or None) if chain else None

    def _warn(self, what: str, peer: str) -> None:
        """Log a warning, once: anybody can cause some of them."""
        if what not in self._warned:
            self._warned.add(what)
            log.warning(what, peer=peer)

    def _seen(self, last: str, chain: list[str]) -> str:
        for each in reversed(chain):
            address = address_of(each)
            if address is None:
                # `unknown`, `_hidden`, or anything else. What stands further left cannot be
                # trusted.
                break
            last = address
            if not self._is_trusted(address):
                break
        return last

    def _is_in_trusted(self, address: str) -> bool:
        return is_among(address, self._trusted)


def is_among(address: str, networks: tuple[Network, ...]) -> bool:
    """Tell whether an address is in one of the networks; False for an invalid address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def address_of(header: str) -> str | None:
    """Return the address in `header`, with or without a port, IPv6 with or without brackets.

    In one spelling: IPv6 as RFC 5952 has it, without a zone; IPv4 inside IPv6 as IPv4.
    """
    return _address_of(header) if len(header) <= _LONGEST_ADDRESS else None


@lru_cache(_REMEMBERED)
def _address_of(header: str) -> str | None:
    text = header.strip(' \t"')
    if text.startswith("["):
        text, _, port = text[1:].partition("]")
        port = port.removeprefix(":")
    elif text.count(":") == 1:
        text, _, port = text.partition(":")
    else:
        port = ""
    if port and not (port.isascii() and port.isdigit()):
        return None
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(found)


def _forwarded_for(headers: Mapping[bytes, bytes]) -> list[str]:
    header = headers.get(_X_FORWARDED_FOR, b"").decode("latin-1")
    return _last_of(header) if header.strip() else []


def _forwarded(headers: Mapping[bytes, bytes]) -> list[str]:
    """Return what each proxy says of `for`, in the order of RFC 7239 §4: nothing is no address."""
    header = headers.get(_FORWARDED)
    if header is None or not header.strip():
        return []
    return [_for(element) for element in _last_of(_outside_quotes(header.decode("latin-1")))]


def _last_of(chain: str) -> list[str]:
    return chain.rsplit(",", _LONGEST_CHAIN)[-_LONGEST_CHAIN:]


def _for(element: str) -> str:
    for pair in element.split(";"):
        name, _, value = pair.partition("=")
        if name.strip().lower() == "for":
            return value
    return ""


def _outside_quotes(header: str) -> str:
    """Return a header whose quoted values hold nothing that separates: addresses never do."""
    pieces = header.split('"')
    pieces[1::2] = [each.replace(",", "_").replace(";", "_") for each in pieces[1::2]]
    return '"'.join(pieces)
