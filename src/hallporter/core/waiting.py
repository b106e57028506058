"""Waiting with a time limit."""

import asyncio
from contextlib import suppress


async def set_or_after(event: asyncio.Event, seconds: float) -> None:
    """Return when `event` is set, or after `seconds`."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
