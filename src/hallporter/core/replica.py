"""A streaming replica that takes lists off the primary while it is known to be fresh.

How old its answers may be is measured without anybody's clock but ours: where the primary's log
ended is noted with the time of the question, and a replica that has replayed up to there holds all
that was committed before that time. So a primary at rest never looks like a replica that lags.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg
import msgspec
import structlog

from hallporter.core import database
from hallporter.core.database import Database, Reader, Row
from hallporter.core.database_errors import UNREACHABLE

Answer = TypeVar("Answer")

log = structlog.get_logger()

MOST_SECONDS_BEHIND = 2.0
MEASURE_SECONDS = 0.5
# What takes longer is asked of the primary.
_PATIENCE_SECONDS = 5
_SIZE = 5

_END_OF_LOG = """
    select
        (select system_identifier from pg_control_system()),
        ('x' || left(pg_walfile_name(ends), 8))::bit(32)::int,
        (ends - '0/0')::bigint
    from pg_current_wal_flush_lsn() as ends
"""
_REPLAYED = """
    select
        (select system_identifier from pg_control_system()),
        (select timeline_id from pg_control_checkpoint()),
        (pg_last_wal_replay_lsn() - '0/0')::bigint
    where pg_is_in_recovery()
"""


class Position(msgspec.Struct, frozen=True):
    """A place in the log of one history of one database: the timeline changes with a failover."""

    system: int
    timeline: int
    byte: int

    def is_reached_by(self, other: "Position") -> bool:
        """Tell whether who replayed up to `other` has replayed this."""
        is_one_history = (self.system, self.timeline) == (other.system, other.timeline)
        return is_one_history and self.byte <= other.byte


class Freshness:
    """Since when the replica may lack something, in seconds of any one clock."""

    def __init__(self) -> None:
        self._ends: deque[tuple[float, Position]] = deque()
        self._holds_all_before: float | None = None

    def note(self, at: float, end_of_log: Position) -> None:
        """Note where the primary's log ended, or a later position, when it was asked."""
        self._ends.append((at, end_of_log))
        while self._ends[0][0] < at - MOST_SECONDS_BEHIND:
            self._ends.popleft()

    def replayed(self, position: Position) -> None:
        """Note how far the replica is by now."""
        while self._ends and self._ends[0][1].is_reached_by(position):
            self._holds_all_before = self._ends.popleft()[0]

    def forget(self) -> None:
        """Know nothing of the replica any more."""
        self._holds_all_before = None

    def is_enough(self, now: float) -> bool:
        """Tell whether the replica holds all that was committed until a moment ago."""
        since = self._holds_all_before
        return since is not None and now - since <= MOST_SECONDS_BEHIND


class Replica:
    """Reads like the database: from the replica while it is fresh, else from the primary."""

    def __init__(self, primary: Database, dsn: str) -> None:
        self._primary = primary
        self._lists_of_primary = primary.listing
        self._dsn = dsn
        self._replica: Database | None = None
        self._freshness = Freshness()
        self._said: str | None = None

    async def one(self, row: type[Row], sql: str, *args: object) -> Row | None:
        """Return the only row as a `row`, or None."""
        return await self._ask(lambda db: db.one(row, sql, *args))

    async def many(self, row: Callable[..., Row], sql: str, *args: object) -> list[Row]:
        """Return every row, each as a `row`."""
        return await self._ask(lambda db: db.many(row, sql, *args))

    async def value(self, sql: str, *args: object) -> Any:
        """Return the first column of the first row, or None."""
        return await self._ask(lambda db: db.value(sql, *args))

    async def _ask(self, work: Callable[[Reader], Awaitable[Answer]]) -> Answer:
        if self._replica is not None and self._freshness.is_enough(time.monotonic()):
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    return await work(self._replica)
            except asyncpg.DataError:
                # It would be no better question to the primary.
                raise
            except UNREACHABLE as error:
                self._leave(type(error).__name__)
            except asyncpg.PostgresError as error:
                # Such as: it was cut off, because it kept the replica from replaying.
                log.info("list asked again of the primary", reason=type(error).__name__)
        return await work(self._lists_of_primary)

    async def choose(self) -> None:
        """Measure, and say who answers lists; whatever is wrong with the replica, the primary."""
        try:
            reason = await self.measure()
        except BaseException as error:
            self._leave(type(error).__name__)
            raise
        if reason is None:
            self._say("replica answers lists")
        else:
            self._leave(reason)

    async def measure(self) -> str | None:
        """Look how far the replica is, and return why it may not answer, if so."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await self._measure()
        except (*UNREACHABLE, asyncpg.PostgresError) as error:
            return type(error).__name__

    async def _measure(self) -> str | None:
        if self._replica is None:
            self._replica = await database.connect(self._dsn, size=_SIZE)
        now = time.monotonic()
        end_of_log = await self._primary.one(Position, _END_OF_LOG)
        replayed = await self._replica.one(Position, _REPLAYED)
        if end_of_log is None or replayed is None:
            return "not a replica"
        if end_of_log.system != replayed.system:
            return "a replica of another database"
        if end_of_log.timeline != replayed.timeline:
            return "not past the last failover"
        self._freshness.note(now, end_of_log)
        self._freshness.replayed(replayed)
        return None if self._freshness.is_enough(time.monotonic()) else "behind"

    def _leave(self, reason: str) -> None:
        self._freshness.forget()
        self._say("primary answers lists", reason=reason)

    def _say(self, event: str, **more: str) -> None:
        """Log what has changed, once."""
        if self._said != event:
            self._said = event
            log.warning(event, **more)

    async def close(self) -> None:
        """Close every connection to the replica."""
        if self._replica is not None:
            await self._replica.close()
