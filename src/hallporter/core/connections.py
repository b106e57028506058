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

_KEPT_SECONDS = 60


class Connections:
    """At most `size` connections of a pool, the one used last first."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", size: int) -> None:
        self._pool = pool
        self._slots = asyncio.Semaphore(size)
        self._free: deque[tuple[Any, float]] = deque()
        self._returning: set[asyncio.Task[None]] = set()
        self._now = asyncio.get_running_loop().time

    def lease(self) -> "_Lease":
        """Return what holds a connection for the length of an `async with`."""
        return _Lease(self)

    async def fetchrow(self, sql: str, *args: object) -> Any:
        """Run one statement and return its first row."""
        async with _Lease(self) as connection:
            return await connection.fetchrow(sql, *args)

    async def fetch(self, sql: str, *args: object) -> Any:
        """Run one statement and return its rows."""
        async with _Lease(self) as connection:
            return await connection.fetch(sql, *args)

    async def fetchval(self, sql: str, *args: object) -> Any:
        """Run one statement and return the first value of its first row."""
        async with _Lease(self) as connection:
            return await connection.fetchval(sql, *args)

    async def close(self) -> None:
        """Give back what is kept and close all connections once their statements have ended."""
        while self._free:
            await self._pool.release(self._free.pop()[0])
        await self._pool.close()

    async def take(self) -> Any:
        """Return a connection that nobody else uses; waits while all are in use."""
        await self._slots.acquire()
        try:
            while self._free:
                connection, _ = self._free.pop()
                if _is_open(connection):
                    return connection
                await self._pool.release(connection)
            return await self._pool.acquire()
        except BaseException:
            self._slots.release()
            raise

    async def give(self, connection: Any, error: BaseException | None) -> None:
        """Take a connection back; after an `error` that may have cut a statement off, for good."""
        try:
            if self._pool.is_closing() or not _is_known(error):
                await self._pool.release(connection)
                return
            now = self._now()
            self._free.append((connection, now))
            if now - self._free[0][1] > _KEPT_SECONDS:
                self._return_oldest()
        finally:
            self._slots.release()

    def _return_oldest(self) -> None:
        connection, _ = self._free.popleft()
        returning = asyncio.ensure_future(self._pool.release(connection))
        self._returning.add(returning)
        returning.add_done_callback(self._returning.discard)


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


def _is_known(error: BaseException | None) -> bool:
    """Tell whether the server itself ended the statement, well or not."""
    return error is None or isinstance(error, asyncpg.PostgresError)


def _is_open(connection: Any) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:
        # Lost while nobody used it, and noticed: it is the pool's again.
        return False
