"""Answers are sent at full tenths of a second, so that their time reveals nothing.

For an identifier with a user a row or a mail more is written. That takes parts of a millisecond,
which thousands of requests can measure (OWASP ASVS 6.3.8).
"""

import asyncio

GRID_SECONDS = 0.1
# Timers are late by up to a millisecond, and by how much depends on when they were set.
_SPUN_SECONDS = 0.002


def now() -> float:
    """Return the time in seconds by which answers are held."""
    return asyncio.get_running_loop().time()


async def until_next(begun: float) -> None:
    """Wait until a full number of steps of the grid has passed since `begun`."""
    steps = int((now() - begun) / GRID_SECONDS) + 1
    deadline = begun + steps * GRID_SECONDS
    await asyncio.sleep(max(0.0, deadline - now() - _SPUN_SECONDS))
    # Not an event that is waited for, but a moment that no timer keeps.
    while now() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0)
