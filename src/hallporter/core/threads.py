"""A bounded pool of threads for work that would hold up the event loop: hashes, pictures."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

from hallporter.core.database import refuse_inside_write

Answer = TypeVar("Answer")


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="aside")


async def aside(what: str, work: Callable[[], Answer]) -> Answer:
    """Return what `work` returns; `what` names it, should a write be open here."""
    refuse_inside_write(what)
    return await asyncio.get_running_loop().run_in_executor(_pool(), work)
