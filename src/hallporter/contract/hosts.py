"""Host names: what of them is a port, and which mean this machine."""

import ipaddress
from functools import lru_cache


def hostname(host: str) -> str:
    """Return `host` without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


@lru_cache(maxsize=1024)
def is_loopback(name: str) -> bool:
    """Tell whether a host name can only mean this machine (RFC 6761 §6.3)."""
    name = name.lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        # As an address, not by its first digits: `127.0.0.1.example.com` is anybody's.
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
