"""Background tasks that run as long as the process, and what happens when they fail.

A failed round is logged and repeated: at once if the database is away, else after growing pauses. A
task that keeps failing with the database present needs a person or a new process. The health check
then reports it, and at last the process ends with an error, so that its supervisor acts.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from hallporter.core.database_errors import UNREACHABLE
from hallporter.core.ending import FailureCallback

log = structlog.get_logger()

Round = Callable[[], Awaitable[None]]

UNHEALTHY_AFTER_SECONDS = 5
GIVE_UP_AFTER_SECONDS = 30
# A round waits for the database at most so long, which cuts its own statements off before.
_LONGEST_ROUND_SECONDS = 120
_SHORTEST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 5

_failing: set[str] = set()


class StuckError(RuntimeError):
    """A round has not ended in any reasonable time."""


def failing() -> list[str]:
    """Return what this process should do all the time and cannot."""
    return sorted(_failing)


class BackgroundTasks:
    """Tasks that repeat their rounds until closed; `give_up` hears once of each that cannot."""

    def __init__(
        self, give_up: FailureCallback, *, patience_seconds: float = GIVE_UP_AFTER_SECONDS
    ) -> None:
        self._give_up = give_up
        self._patience_seconds = patience_seconds
        self._tasks: dict[asyncio.Task[None], str] = {}

    def repeat(self, what: str, work: Round, *, every_seconds: float) -> None:
        """Do `work` now and `every_seconds` after it has ended; `what` names it in the log."""
        task = asyncio.create_task(self._repeat(what, work, every_seconds))
        self._tasks[task] = what

    async def close(self) -> None:
        """End all tasks, wherever they are."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        _failing.difference_update(self._tasks.values())

    async def _repeat(self, what: str, work: Round, every_seconds: float) -> None:
        pause, failing_since = every_seconds, None
        while True:
            try:
                await _bounded(work)
            except UNREACHABLE as away:
                log.warning(f"{what}: waiting for the database", reason=type(away).__name__)
                pause, failing_since = max(every_seconds, _SHORTEST_PAUSE_SECONDS), None
            # The one place beside the edge: here, too, nobody is left who could catch it.
            except Exception:
                log.exception(f"{what}: failed")
                failing_since = failing_since or time.monotonic()
                if self._has_given_up(what, time.monotonic() - failing_since):
                    return
                pause = _longer(max(pause, every_seconds))
            else:
                pause, failing_since = every_seconds, None
                _failing.discard(what)
            await asyncio.sleep(pause)

    def _has_given_up(self, what: str, failing_seconds: float) -> bool:
        if failing_seconds >= min(UNHEALTHY_AFTER_SECONDS, self._patience_seconds):
            _failing.add(what)
        if failing_seconds < self._patience_seconds:
            return False
        log.critical(f"{what}: given up", failing_seconds=round(failing_seconds))
        self._give_up(what)
        return True


def _longer(pause: float) -> float:
    return min(2 * max(pause, _SHORTEST_PAUSE_SECONDS / 2), max(pause, _LONGEST_PAUSE_SECONDS))


async def _bounded(work: Round) -> None:
    limit = asyncio.timeout(_LONGEST_ROUND_SECONDS)
    try:
        async with limit:
            await work()
    except TimeoutError:
        if limit.expired():
            raise StuckError from None
        raise
