"""Concurrent requests, for tests of races."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Answer = TypeVar("Answer")


def at_once(count: int, work: Callable[[int], Answer]) -> list[Answer]:
    """Run `work(0)` … `work(count - 1)` in threads that all start together."""
    barrier = threading.Barrier(count)

    def wait_and_work(number: int) -> Answer:
        barrier.wait(30)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(wait_and_work, range(count)))
