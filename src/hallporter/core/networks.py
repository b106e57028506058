"""The holder of an IP address, for limits per sender."""

import ipaddress
from functools import lru_cache

import msgspec

_REMEMBERED = 10_000
# A customer of a network has that much of IPv6 at least (RFC 6177), and every address in it.
_NETWORK_BITS = 64
# Many have that much, which is 65 536 networks: together they count as so many senders, or one
# customer could have what there is for everybody.
_SITE_BITS, _SENDERS_OF_SITE = 48, 16


class Holder(msgspec.Struct, frozen=True):
    """A possible holder of an address, and how many senders it counts for."""

    name: str
    senders: int


@lru_cache(_REMEMBERED)
def holders(address: str) -> tuple[Holder, ...]:
    """Return the possible holders of `address`; every one of them must be within its limit.

    An invalid address is its own holder.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return (Holder(address, 1),)
    if found.version == 4:
        return (Holder(address, 1),)
    network = ipaddress.IPv6Network((found, _NETWORK_BITS), strict=False)
    site = network.supernet(new_prefix=_SITE_BITS)
    return Holder(str(network), 1), Holder(str(site), _SENDERS_OF_SITE)
