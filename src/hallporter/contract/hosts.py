"""Host names: what of them is a port, and which mean this machine."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import urlsplit

_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORT = re.compile(r"(:[0-9]{0,5})?")
# A name has at most 253 characters (RFC 1035, section 2.3.4): what is longer is not remembered.
_LONGEST = 300


def hostname(host: str) -> str:
    """Return `host` without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def is_plain(host: str) -> bool:
    """Tell whether everybody reads `host` alike: a name in lower case, or a whole address.

    Browsers decode `%2f` in a host, end it at some characters that others take for letters of it,
    and read an address out of every name that ends in a number (WHATWG URL, "host parsing").
    """
    try:
        if host.startswith("["):
            return "%" not in host and bool(ipaddress.IPv6Address(host[1:-1]))
        if _NUMBER.fullmatch(host.rpartition(".")[2]):
            return bool(ipaddress.IPv4Address(host))
    except ValueError:
        return False
    return _NAME.fullmatch(host) is not None


def is_loopback(name: str) -> bool:
    """Tell whether a host name can only mean this machine (RFC 6761 §6.3)."""
    return len(name) <= _LONGEST and _is_loopback(name)


@lru_cache(maxsize=1024)
def _is_loopback(name: str) -> bool:
    name = name.lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        # As an address, not by its first digits: `127.0.0.1.example.com` is anybody's.
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def is_local(host: str) -> bool:
    """Tell whether a host, with or without a port, can only mean this machine."""
    return len(host) <= _LONGEST and _is_local(host)


@lru_cache(maxsize=1024)
def _is_local(host: str) -> bool:
    name = hostname(host)
    # What else stands behind a name makes it another's: `localhost:80@example.com`.
    return _PORT.fullmatch(host[len(name) :]) is not None and _is_loopback(name)


def is_plain_http(url: str) -> bool:
    """Tell whether what is sent to `url` leaves this machine unencrypted."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")
