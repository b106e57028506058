"""A file as a browser sends it."""

from collections.abc import Awaitable, Callable

import msgspec

MAX_BYTES = 10 * 1024 * 1024


class Upload(msgspec.Struct, frozen=True):
    """One file, not received yet; nothing else that the request says of it is believed."""

    read: Callable[[], Awaitable[bytes]]
    """Receive at most `MAX_BYTES`; raises when there is none, or more than that."""
