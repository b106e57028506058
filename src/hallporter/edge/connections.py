"""The connections of one process: their limits, and regular checks of each.

A peer that opens many, or sends and reads very slowly, must not keep others out.
"""

import asyncio
from collections import Counter
from typing import Protocol

import msgspec
import structlog

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.hosts import is_loopback
from hallporter.core.networks import Holder, holders
from hallporter.edge.senders import Network, address_of, is_among

log = structlog.get_logger()

LOOK_SECONDS = 1
# From here on idle connections have to go, so that new ones find a place.
_NEARLY_FULL = 0.9


class Limits(msgspec.Struct, frozen=True):
    """What a connection may take, and how many there may be."""

    head_seconds: int
    """From the first byte of a request, or the start of the connection, to the end of its head."""
    transfer_seconds: int
    """For a body, or for reading a reply; longer for whoever is not slower than `SLOWEST`."""
    per_address: int
    in_all: int


class Connection(Protocol):
    """What is asked of a connection."""

    def end_if_overdue(self, now: float) -> None:
        """End it if its peer takes longer than it may; `now` is the event loop's time."""
        ...

    def end_if_idle(self) -> bool:
        """End it if nothing is under way on it; tell whether that was so."""
        ...


def counted_for(
    peer: str, trusted: tuple[Network, ...], *, behind_proxy: bool
) -> tuple[Holder, ...]:
    """Return the address that a connection counts for; None if many share it.

    Many share a proxy, whether it is among the `trusted` or not, and this machine.
    """
    address = address_of(peer) or peer
    if (behind_proxy and not trusted) or not address or is_loopback(address):
        return ()
    return () if is_among(address, trusted) else holders(address)


class Connections:
    """Every open connection, and whom each is counted for."""

    def __init__(
        self, limits: Limits, trusted: tuple[Network, ...] = (), *, behind_proxy: bool
    ) -> None:
        """`trusted` are the proxies whose connections are anybody's."""
        self.limits = limits
        self._trusted = trusted
        self._behind_proxy = behind_proxy
        self._open: dict[Connection, tuple[Holder, ...]] = {}
        self._by_holder: Counter[Holder] = Counter()
        self._turned_away = 0

    def take(self, connection: Connection, peer: str) -> ApiError | None:
        """Count a connection that was made, or return why it has to go."""
        if len(self._open) >= self.limits.in_all:
            self._turned_away += 1
            return errors.request.connections_exhausted(retry_after_seconds=1)
        found = counted_for(peer, self._trusted, behind_proxy=self._behind_proxy)
        if any(self._by_holder[each] >= self.limits.per_address * each.senders for each in found):
            self._turned_away += 1
            return errors.request.too_many_connections(retry_after_seconds=1)
        self._by_holder.update(found)
        self._open[connection] = found
        return None

    def leave(self, connection: Connection) -> None:
        """Forget a connection that has ended."""
        for each in self._open.pop(connection, ()):
            self._by_holder[each] -= 1
            if not self._by_holder[each]:
                del self._by_holder[each]

    async def look(self) -> None:
        """End what is overdue, and make room where there is hardly any."""
        now = asyncio.get_running_loop().time()
        for each in list(self._open):
            each.end_if_overdue(now)
        too_many = len(self._open) - int(self.limits.in_all * _NEARLY_FULL)
        if too_many > 0:
            self._make_room(too_many)
        if self._turned_away:
            log.warning("connections turned away", count=self._turned_away, open=len(self._open))
            self._turned_away = 0

    def _make_room(self, wanted: int) -> None:
        # The oldest come first.
        for each in list(self._open):
            if wanted <= 0:
                return
            wanted -= each.end_if_idle()
