"""Bounded thread pools for work that would block the event loop: hashes, pictures.

Work that cannot start in time is refused. The threads have a low priority, so a flood of sign-ins
slows down only sign-ins.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar

from hallporter.core.database import refuse_inside_write

Answer = TypeVar("Answer")

# Somebody still waits this long for a page, also on a machine that is busy with something else; a
# queue that is longer helps nobody in it.
PATIENCE_SECONDS = 10
# A tenth of a core's time where others want it too, all of it where nobody does (sched(7)).
_NICENESS = 10


class BusyError(RuntimeError):
    """There was no thread in time: more is asked for than these cores can do."""


class Pool:
    """Threads for one kind of work, and places for those who wait for one."""

    def __init__(self, name: str, *, threads: int, places: int) -> None:
        self.thread_count = threads
        self._name = name
        self._places = threading.BoundedSemaphore(places)

    @cached_property
    def _executor(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(
            max_workers=self.thread_count, thread_name_prefix=self._name, initializer=_give_way
        )

    async def do(self, what: str, work: Callable[[], Answer]) -> Answer:
        """Return what `work` returns; `what` names it, should a write be open here.

        Raises BusyError as soon as it has not begun within `PATIENCE_SECONDS`.
        """
        refuse_inside_write(what)
        if not self._places.acquire(blocking=False):
            raise BusyError(what)
        begun = self._executor.submit(work)
        try:
            answer = asyncio.wrap_future(begun)
            await asyncio.wait([answer], timeout=PATIENCE_SECONDS)
            # Only what has not begun lets itself be cancelled.
            if begun.cancel():
                raise BusyError(what)
            return await answer
        finally:
            begun.cancel()
            self._places.release()


def _give_way() -> None:
    # Elsewhere than on Linux this would slow the whole process down, not this thread.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


# Some fifteen seconds' worth of hashes for two cores: whoever comes then need not wait to be
# refused.
HASHES = Pool("aside", threads=os.cpu_count() or 1, places=1_000)
PICTURES = Pool("pictures", threads=1, places=16)
"""One at a time: a picture takes a second and tens of megabytes, and no sign-in waits for it.

What they wait for is a process (`core/drawing.py`), which is as nice as its thread.
"""

KEYS = Pool("keys", threads=1, places=16)
"""One at a time: judging a private key takes a process half a second."""


async def aside(what: str, work: Callable[[], Answer]) -> Answer:
    """Do what is short, a hash or a look-up, beside the event loop; see `Pool.do`."""
    return await HASHES.do(what, work)
