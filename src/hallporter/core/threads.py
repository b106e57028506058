"""A bounded pool of threads for work that would hold up the event loop: hashes, pictures.

Whoever cannot be helped in time is refused, and the threads give way to everything else that runs
here: of a flood of sign-ins nobody notices but those who sign in.
"""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

from hallporter.core.database import refuse_inside_write

Answer = TypeVar("Answer")

# Somebody still waits this long for a page, also on a machine that is busy with something else; a
# queue that is longer helps nobody in it.
PATIENCE_SECONDS = 10
# Some fifteen seconds' worth for two cores: whoever comes then need not wait to be refused.
_PLACES = 1_000
# A tenth of a core's time where others want it too, all of it where nobody does (sched(7)).
_NICENESS = 10

_places = threading.BoundedSemaphore(_PLACES)


class BusyError(RuntimeError):
    """There was no thread in time: more is asked for than these cores can do."""


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(
        max_workers=thread_count(), thread_name_prefix="aside", initializer=_give_way
    )


def thread_count() -> int:
    """Return how many threads there are: one per core."""
    return os.cpu_count() or 1


def _give_way() -> None:
    # Elsewhere than on Linux this would slow the whole process down, not this thread.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


async def aside(what: str, work: Callable[[], Answer]) -> Answer:
    """Return what `work` returns; `what` names it, should a write be open here.

    Raises BusyError if it could not begin within `PATIENCE_SECONDS`.
    """
    refuse_inside_write(what)
    if not _places.acquire(blocking=False):
        raise BusyError(what)
    until = time.monotonic() + PATIENCE_SECONDS
    try:
        return await asyncio.get_running_loop().run_in_executor(
            _pool(), lambda: _in_time(what, until, work)
        )
    finally:
        _places.release()


def _in_time(what: str, until: float, work: Callable[[], Answer]) -> Answer:
    if time.monotonic() > until:
        raise BusyError(what)
    return work()
