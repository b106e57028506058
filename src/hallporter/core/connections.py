"""Connections that stay borrowed between statements.

For each statement asyncpg's pool makes a proxy, a timer and a task: half of what `select 1` costs
here. So what was borrowed is kept, and goes back when nobody has needed it for a while or when
nobody can know what state it is in.
"""

import asyncio
from collections import deque
from types import TracebackType
from typing import Any

import asyncpg
import structlog

from hallporter.core import database_errors

log = structlog.get_logger()

_KEPT_SECONDS = 60
# Whoever waits longer than somebody looks at a page is refused: a queue of them helps nobody.
PATIENCE_SECONDS = 10
# For a statement that was cut off to end; the connection is dropped after.
_RELEASE_SECONDS = 5
# An old primary that is met again and again must not have everything connect anew each time.
_EXPIRE_AT_MOST_EVERY_SECONDS = 2


class NoConnectionError(ConnectionError):
    """All connections were in use for longer than anybody waits; nothing was asked."""


class Connections:
    """At most `size` connections of a pool, the one used last first."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", size: int) -> None:
        self._pool = pool
        self._places = Places(size)
        self._free: deque[tuple[Any, float]] = deque()
        self._opened: set[Any] = set()
        self._expired: set[Any] = set()
        self._expired_at = 0.0
        self._is_closing = False
        self._returning: set[asyncio.Task[None]] = set()
        self._now = asyncio.get_running_loop().time

    def lease(self) -> "_Lease":
        """Return what holds a connection for the length of an `async with`."""
        return _Lease(self)

    async def fetchrow(self, sql: str, *args: object) -> Any:
        """Run one statement and return its first row."""
        connection = await self.take()
        try:
            found = await connection.fetchrow(sql, *args)
        except BaseException as error:
            await self.give(connection, error)
            database_errors.raise_unknown_outcome(error, sql)
            raise
        if self._keep(connection):
            self._places.give()
        else:
            await self.give(connection)
        return found

    async def fetch(self, sql: str, *args: object) -> Any:
        """Run one statement and return its rows."""
        async with _Lease(self) as connection:
            try:
                return await connection.fetch(sql, *args)
            except BaseException as error:
                database_errors.raise_unknown_outcome(error, sql)
                raise

    async def fetchval(self, sql: str, *args: object) -> Any:
        """Run one statement and return the first value of its first row."""
        row = await self.fetchrow(sql, *args)
        return None if row is None else row[0]

    async def close(self) -> None:
        """Give back what is kept and close all connections once their statements have ended."""
        self._is_closing = True
        while self._free:
            await self._release(self._free.pop()[0])
        await self._pool.close()

    async def take(self) -> Any:
        """Return a connection that nobody else uses; raises NoConnectionError if none gets free."""
        if not self._places.take():
            await self._places.turn()
        try:
            while self._free:
                connection, _ = self._free.pop()
                if _is_open(connection):
                    return connection
                await self._release(connection)
            connection = await self._pool.acquire()
        except BaseException:
            self._places.give()
            raise
        self._opened.add(connection)
        return connection

    async def give(self, connection: Any, error: BaseException | None = None) -> None:
        """Take a connection back; after an `error` that may have cut a statement off, for good."""
        try:
            if error is not None:
                await self._judge(connection, error)
            if not self._keep(connection):
                await self._release(connection)
        finally:
            self._places.give()

    def _keep(self, connection: Any) -> bool:
        """Keep a connection for the next statement, unless it is to be closed."""
        if self._is_closing or connection in self._expired:
            return False
        now = self._now()
        self._free.append((connection, now))
        if now - self._free[0][1] > _KEPT_SECONDS:
            self._release_aside(self._free.popleft()[0])
        return True

    async def _judge(self, connection: Any, error: BaseException) -> None:
        """Let a connection that met `error` be used again, or it, or all of them, be closed."""
        if database_errors.is_of_another_server(error):
            await self._expire()
        elif database_errors.has_broken(error):
            connection.terminate()
            self._expired.add(connection)
        elif not isinstance(error, asyncpg.PostgresError):
            # It was not the server that ended the statement.
            self._expired.add(connection)

    async def _expire(self) -> None:
        """Close all connections as they get free: they lead to a server that is not the primary."""
        now = self._now()
        if now - self._expired_at < _EXPIRE_AT_MOST_EVERY_SECONDS:
            return
        self._expired_at = now
        await self._pool.expire_connections()
        self._expired |= self._opened
        while self._free:
            self._release_aside(self._free.pop()[0])

    async def _release(self, connection: Any) -> None:
        self._opened.discard(connection)
        self._expired.discard(connection)
        await self._pool.release(connection, timeout=_RELEASE_SECONDS)

    def _release_aside(self, connection: Any) -> None:
        returning = asyncio.ensure_future(self._release(connection))
        self._returning.add(returning)
        returning.add_done_callback(self._returned)

    def _returned(self, returning: "asyncio.Task[None]") -> None:
        self._returning.discard(returning)
        if not returning.cancelled() and (failed := returning.exception()) is not None:
            # It is closed all the same.
            log.info("connection not given back", reason=type(failed).__name__)


class Places:
    """So many places, given in the order of asking: asyncio.Semaphore, at a quarter of its cost."""

    def __init__(self, count: int) -> None:
        self._left = count
        self._waiting: deque[asyncio.Future[None]] = deque()

    def take(self) -> bool:
        """Take a place if one is left; there is none while somebody waits."""
        if not self._left:
            return False
        self._left -= 1
        return True

    async def turn(self) -> None:
        """Wait for a place that somebody gives back; raises NoConnectionError when none is."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._turn()
        except TimeoutError:
            raise NoConnectionError("no connection gets free") from None

    async def _turn(self) -> None:
        given = asyncio.get_running_loop().create_future()
        self._waiting.append(given)
        try:
            await given
        except asyncio.CancelledError:
            # Given in the same turn of the loop: the next in the row may have it.
            if given.done() and not given.cancelled():
                self.give()
            raise

    def give(self) -> None:
        """Give a place to who has waited longest, or leave it."""
        while self._waiting:
            given = self._waiting.popleft()
            if not given.done():
                given.set_result(None)
                return
        self._left += 1


class _Lease:
    """One connection, from entry to exit."""

    __slots__ = ("_connection", "_connections")

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def __aenter__(self) -> Any:
        self._connection = await self._connections.take()
        return self._connection

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self._connections.give(self._connection, error)


def _is_open(connection: Any) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:
        # Lost while nobody used it, and noticed: it is the pool's again.
        return False
