"""Answers without end, of servers that stand in for others."""

from contextlib import suppress
from io import BufferedIOBase

ENOUGH_BYTES = 64 * 1024 * 1024


def written_without_end(to: BufferedIOBase, piece: bytes) -> int:
    """Write until nobody reads it, or enough to tell that somebody would; return how many bytes."""
    sent = 0
    with suppress(OSError):
        while sent < ENOUGH_BYTES:
            to.write(piece)
            sent += len(piece)
    return sent
