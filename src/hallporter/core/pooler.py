"""Connecting to PostgreSQL, whether or not a pooler such as PgBouncer stands in front of it.

A pooler in transaction mode may run each transaction on another connection to the server. A
statement that was prepared by name is then known to one of them and asked of another. From
PgBouncer 1.21 on poolers can keep track of names (`max_prepared_statements`); where they don't,
statements must have none, and asyncpg sends each of them anew, in one go with its use.
"""

from collections.abc import Callable, Coroutine
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, ClassVar

import asyncpg

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    # Only the stubs have a parameter.
    Connection = asyncpg.Connection

# For a row that somebody keeps locked nobody holds a connection for long. Behind a pooler the
# setting would stay with a connection of the server's: there it is the pooler's to make.
LOCK_TIMEOUT = "set lock_timeout = '3s'"
_PID = "select pg_backend_pid()"
_IS_PREPARED = "select exists (select from pg_prepared_statements where name = $1)"
_NAME = "hallporter_probe"
# Tags are tried until one is fresh: more than one only after several migrations in an hour.
_TRIES = 10

Send = Callable[..., Coroutine[Any, Any, Any]]


async def connect(*args: Any, **options: Any) -> Connection:
    """Connect as asyncpg does, and send statements so that none gets lost in a pooler."""
    connection = await asyncpg.connect(*args, **options)
    try:
        # A pooler makes the process id up.
        nameless = await connection.prepare(_PID, name="")
        if await nameless.fetchval() == connection.get_server_pid():
            await connection.execute(LOCK_TIMEOUT)
            return connection
        keeps_track = await _keeps_track(connection)
    except BaseException:
        connection.terminate()
        raise
    await connection.close()
    if keeps_track:
        return await asyncpg.connect(*args, **{**options, "connection_class": Tagged})
    return await asyncpg.connect(*args, statement_cache_size=0, **options)


async def _keeps_track(connection: Connection) -> bool:
    # One that keeps track of statements gives them names of its own.
    async with connection.transaction():
        named = await connection.prepare(_IS_PREPARED, name=_NAME)
        is_passed_on: bool = await named.fetchval(_NAME)
        if is_passed_on:
            await connection.execute(f"deallocate {_NAME}")
    return not is_passed_on


class Tagged(Connection):
    """A connection whose statements begin with a tag, which changes when tables have.

    A pooler knows a prepared statement by its text and shares it among all who send that text. One
    that a migration has spoiled ("cached plan must not change result type") stays so for an hour.
    """

    __slots__ = ()
    _spoiled: ClassVar[int] = 0

    async def fetch(self, query: str, *args: Any, **options: Any) -> Any:
        """Run a statement and return its rows."""
        return await self._send(super().fetch, query, args, options)

    async def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:
        """Run a statement and return its first row."""
        return await self._send(super().fetchrow, query, args, options)

    async def fetchval(self, query: str, *args: Any, **options: Any) -> Any:
        """Run a statement and return the first value of its first row."""
        return await self._send(super().fetchval, query, args, options)

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        """Run a statement and return what it did."""
        return await self._send(super().execute, query, args, options)

    async def _send(
        self, send: Send, query: str, args: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        for _ in range(_TRIES):
            tag = Tagged._spoiled
            try:
                return await send(f"/*{_release()}.{tag}*/{query}", *args, **options)
            except asyncpg.InvalidCachedStatementError:
                # Those that fail together move on by one, not each.
                Tagged._spoiled = max(Tagged._spoiled, tag + 1)
                if self.is_in_transaction():
                    raise
        return await send(query, *args, **options)


@cache
def _release() -> str:
    return metadata.version("hallporter")
