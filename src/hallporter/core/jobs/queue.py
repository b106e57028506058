"""Jobs that are due get done: retried with back-off, never two at once, whoever is killed."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import structlog

from hallporter.core import random
from hallporter.core.clock import HOUR, SECOND, Clock
from hallporter.core.database import Database, Write
from hallporter.core.database_errors import UNREACHABLE
from hallporter.core.jobs import ADDED, store
from hallporter.core.jobs.kinds import GiveUpError, Kind, Pace, TryAgainError, WriteCallback
from hallporter.core.jobs.rows import JobRow
from hallporter.core.waiting import set_or_after

log = structlog.get_logger()

# What this process writes is announced to it; what others left, or is due again, is looked for.
_LOOK_EVERY_SECONDS = 1.0
# A job is held longer than an attempt may take, or another process would do it meanwhile.
_HOLD_ON = 15 * SECOND
_NOTE_AGAIN_AFTER_SECONDS = (0.2, 1, 2, 4, 4)
_DRAIN_SECONDS = 10
# A clock that is put right by less than that was never far off.
_CLOCK_STEP = SECOND


class Queue:
    """Does the jobs of some kinds, of every instance, round by round."""

    def __init__(self, db: Database, clock: Clock, kinds: Sequence[Kind]) -> None:
        self._db = db
        self._clock = clock
        self._kinds = {kind.name: kind for kind in kinds}
        self._wake = db.heard(ADDED)
        self._under_way: dict[asyncio.Task[None], JobRow] = {}
        self._last_look = self._put_right_until = 0
        # Kinds and instances whose last attempt took long: whoever they wait for may do so again.
        self._slow: set[tuple[str, str]] = set()
        self._holds = {kind.name: kind.pace.longest_attempt + _HOLD_ON for kind in kinds}
        self._whole_room = self._room()

    async def do_due(self) -> None:
        """Begin what is due; when nothing is, return once something may be."""
        now = self._clock.now()
        if not self._last_look - _CLOCK_STEP <= now < self._put_right_until:
            await self._put_right(now)
        self._last_look = now
        self._wake.clear()
        if not await self._start_due():
            await set_or_after(self._wake, _LOOK_EVERY_SECONDS)

    async def drain(self) -> None:
        """Wait for what is under way, though not for ever."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_DRAIN_SECONDS)

    async def _put_right(self, now: int) -> None:
        """See to it that what recurs is there, and that nothing is due in a time far ahead.

        At the beginning, when the clock was set back, and every hour: that of another machine may
        have been ahead.
        """
        async with self._db.write() as tx:
            for kind in self._kinds.values():
                if kind.pace.every is not None:
                    await store.keep_recurring(tx, kind.name, now)
            most = [self._longest_wait(kind) for kind in self._kinds.values()]
            await store.bring_back(tx, now, list(self._kinds), most)
        self._put_right_until = now + HOUR

    def _longest_wait(self, kind: Kind) -> int:
        """Return in how many ms a job of a kind is due at the latest, whatever became of it."""
        pace = kind.pace
        again = random.longest_spread(max(pace.longest_retry, pace.every or 0))
        return max(self._holds[kind.name], again, pace.longest_wait)

    async def _start_due(self) -> bool:
        """Begin what is due; tell whether there may be more that can begin now."""
        if self._under_way:
            room, busy = self._room(), self._busy()
        else:
            # Most looks: once a second in each process they must cost nothing.
            room, busy = self._whole_room, ()
        if not room:
            return False
        names = list(room)
        holds = [self._holds[name] for name in names]
        due = await store.claim(
            self._db, self._clock.now(), names, holds, list(room.values()), but_of=busy
        )
        if not due:
            return False
        for row in due:
            task = asyncio.create_task(self._attempt(self._kinds[row.kind], row))
            self._under_way[task] = row
            task.add_done_callback(self._ended)
        taken = Counter(row.kind for row in due)
        return any(taken[name] == most for name, most in room.items())

    def _room(self) -> dict[str, int]:
        """Return how many jobs of each kind may be claimed now, where that is any."""
        under_way = Counter(row.kind for row in self._under_way.values())
        room = {
            name: _share(kind.pace, kind.pace.at_once - under_way[name])
            for name, kind in self._kinds.items()
        }
        return {name: most for name, most in room.items() if most > 0}

    def _busy(self) -> list[str]:
        """Return the kinds and instances that have all the places that they may have."""
        under_way = Counter((row.kind, row.instance_id) for row in self._under_way.values())
        of_kind = Counter(row.kind for row in self._under_way.values())
        slow = Counter(
            row.kind
            for row in self._under_way.values()
            if (row.kind, row.instance_id) in self._slow
        )
        full = [
            (name, instance_id)
            for (name, instance_id), count in under_way.items()
            if count >= _share(self._pace(name), self._pace(name).at_once - of_kind[name])
        ]
        waiting = [each for each in self._slow if 2 * slow[each[0]] >= self._pace(each[0]).at_once]
        return [f"{name} {instance_id}" for name, instance_id in {*full, *waiting}]

    def _pace(self, name: str) -> Pace:
        return self._kinds[name].pace

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if len(self._room()) < len(self._kinds) or self._busy():
            # There is room for those that had to wait.
            self._wake.set()
        row = self._under_way.pop(task)
        if not task.cancelled() and (bug := task.exception()) is not None:
            # It stays claimed for a while, and then is tried again.
            log.error("job failed", kind=row.kind, subject_id=row.subject_id, exc_info=bug)

    async def _attempt(self, kind: Kind, row: JobRow) -> None:
        pace = kind.pace
        if row.attempts > pace.most_attempts and pace.every is None:
            # Whoever claimed it before did not get as far as to say what is wrong with it.
            await self._give_up(kind, row)
            return
        try:
            async with asyncio.timeout(pace.longest_attempt / SECOND), self._timed(row, pace):
                note = await kind.work(row)
        except GiveUpError as error:
            _tell(row, error)
            await self._give_up(kind, row)
        except (TryAgainError, TimeoutError) as error:
            _tell(row, error)
            if row.attempts >= pace.most_attempts and pace.every is None:
                await self._give_up(kind, row)
                return
            await self._postpone(row, _pause(pace, row.attempts), attempts=row.attempts)
        except UNREACHABLE as away:
            # The database, of which the next attempt is asked as well: it stays claimed.
            _tell(row, away)
        else:
            await self._done(kind, row, note)

    @asynccontextmanager
    async def _timed(self, row: JobRow, pace: Pace) -> AsyncGenerator[None]:
        """Notice of an attempt whether it takes long, which may be for ever."""
        begun, whose = time.monotonic(), (row.kind, row.instance_id)
        try:
            yield
        finally:
            if (time.monotonic() - begun) * SECOND > pace.slow_after:
                self._slow.add(whose)
            else:
                self._slow.discard(whose)

    async def _done(self, kind: Kind, row: JobRow, note: WriteCallback | None) -> None:
        if kind.pace.every is None:
            await self._note(row, lambda tx: store.finish(tx, row), note)
            return
        await self._postpone(row, random.spread(kind.pace.every), note, attempts=0)

    async def _give_up(self, kind: Kind, row: JobRow) -> None:
        given_up = kind.given_up
        note: WriteCallback | None = None if given_up is None else lambda tx: given_up(tx, row)
        await self._note(row, lambda tx: store.finish(tx, row), note)

    async def _postpone(
        self, row: JobRow, by: int, note: WriteCallback | None = None, *, attempts: int
    ) -> None:
        def postpone(tx: Write) -> Awaitable[bool]:
            return store.postpone(tx, row, due_at=self._clock.now() + by, attempts=attempts)

        await self._note(row, postpone, note)

    async def _note(
        self, row: JobRow, settle: Callable[[Write], Awaitable[bool]], note: WriteCallback | None
    ) -> None:
        """Write down what became of a job, for as long as it is claimed.

        It may be done: without the note it would be done again. Of a job that somebody else has
        claimed since then they write it.
        """
        for pause in _NOTE_AGAIN_AFTER_SECONDS:
            try:
                async with self._db.write() as tx:
                    if await settle(tx) and note is not None:
                        await note(tx)
                return
            except UNREACHABLE as unreachable:
                reason = type(unreachable).__name__
                log.warning(
                    "job not noted", kind=row.kind, subject_id=row.subject_id, reason=reason
                )
                await asyncio.sleep(pause)


def _share(pace: Pace, free: int) -> int:
    """Return how many of the free places one instance may take: a quarter of what is left.

    However many instances take theirs and keep them, those that come after find some.
    """
    return min(free, max(1, min(pace.at_once_of_an_instance, free // 4)))


def _pause(pace: Pace, attempts: int) -> int:
    """Return for how long to wait after so many attempts.

    By chance a little longer than the others that failed at the same moment.
    """
    return random.spread(min(pace.first_retry * 2 ** (attempts - 1), pace.longest_retry))


def _tell(row: JobRow, failed: Exception) -> None:
    log.warning(
        "job not done",
        kind=row.kind,
        subject_id=row.subject_id,
        attempts=row.attempts,
        reason=str(failed) or type(failed).__name__,
    )
