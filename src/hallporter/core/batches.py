"""Deleting what is old a few rows at a time, so that nobody waits for it."""

import msgspec

MOST = 500
"""How many rows a statement deletes at most."""


class Walked(msgspec.Struct, frozen=True):
    """How many of a batch of rows were deleted, and the last one that was looked at."""

    gone: int
    at: int
    id: str


START = Walked(0, -1, "")
"""Before the first row."""
