"""PostgreSQL through asyncpg: rows in frozen structs, one late and short write per request."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar
from weakref import WeakSet

import asyncpg
import msgspec

from hallporter.core import pooler
from hallporter.core.clock import SECOND
from hallporter.core.connections import Connections, Places
from hallporter.core.database_errors import LOST_MEANWHILE, OutcomeUnknownError

Row = TypeVar("Row")
Answer = TypeVar("Answer")
Item = TypeVar("Item")

STATEMENT_TIMEOUT = 15 * SECOND
_CONNECT_SECONDS = 10
# What reads by key goes on, whatever those wait for that write.
_NOT_FOR_WRITES = 3
# Lists are long statements: so few take turns that everything else has processors left.
_LISTING_SIZE = 2
LISTING_SECONDS = 5
_TRIES = 20
_writing: ContextVar[bool] = ContextVar("hallporter_writing", default=False)


class ListTooLongError(RuntimeError):
    """A list took longer than its time, or had to wait for others that did."""


class WriteIsOpenError(RuntimeError):
    """Slow or outside work was about to run while row locks are held."""


class Reader(Protocol):
    """What a statement function needs in order to read: the database or an open write."""

    async def one(self, row: type[Row], sql: str, *args: object) -> Row | None:
        """Return the only row as a `row`, or None."""
        ...

    async def many(self, row: Callable[..., Row], sql: str, *args: object) -> list[Row]:
        """Return every row, each as a `row`."""
        ...

    async def value(self, sql: str, *args: object) -> Any:
        """Return the first column of the first row, or None."""
        ...


def refuse_inside_write(what: str) -> None:
    """Raise if a write is open here: a hash or an outbound call would hold its row locks."""
    if _writing.get():
        raise WriteIsOpenError(f"{what} inside an open write")


class _Statements:
    """The reading half, shared by the pool and by an open write."""

    def __init__(self, executor: Any) -> None:
        self._executor = executor

    async def one(self, row: type[Row], sql: str, *args: object) -> Row | None:
        record = await self._executor.fetchrow(sql, *args)
        return None if record is None else row(*record)

    async def many(self, row: Callable[..., Row], sql: str, *args: object) -> list[Row]:
        return [row(*record) for record in await self._executor.fetch(sql, *args)]

    async def value(self, sql: str, *args: object) -> Any:
        return await self._executor.fetchval(sql, *args)

    async def column(self, sql: str, *args: object) -> list[Any]:
        """Return the first column of every row."""
        return [record[0] for record in await self._executor.fetch(sql, *args)]


class Write(_Statements):
    """One open transaction: statements only, nothing that waits for anything else."""

    def __init__(self, executor: Any) -> None:
        super().__init__(executor)
        self.announced: set[str] = set()
        self._to_store: dict[Callable[[Write, list[Any]], Awaitable[None]], list[Any]] = {}

    def announce(self, topic: str) -> None:
        """Wake whoever waits for `topic` in this process, once this has committed."""
        self.announced.add(topic)

    def at_commit(
        self, store: Callable[["Write", list[Item]], Awaitable[None]], item: Item
    ) -> None:
        """Have `store` write `item` with all others like it, as the last thing before the commit.

        However many there are, they take one statement.
        """
        self._to_store.setdefault(store, []).append(item)

    async def finish(self) -> None:
        """Write what was left to the end."""
        while self._to_store:
            store, items = self._to_store.popitem()
            await store(self, items)

    async def execute(self, sql: str, *args: object) -> int:
        """Run `sql` and return how many rows it touched."""
        status: str = await self._executor.execute(sql, *args)
        return int(status.rpartition(" ")[2])

    async def insert(self, sql: str, row: msgspec.Struct, *first: object) -> int:
        """Store `row` with a statement of `insert_into`, behind its `first` parameters.

        Returns how many rows that touched.
        """
        return await self.execute(sql, *first, *msgspec.structs.astuple(row))


class Listing(_Statements):
    """Reads lists, on connections of their own and each within its time."""

    def __init__(self, connections: Connections) -> None:
        super().__init__(_InTime(connections))
        self._connections = connections

    async def close(self) -> None:
        """Close every connection once its statement has ended."""
        await self._connections.close()


class _InTime:
    """Runs statements; raises ListTooLongError for one that is not done in time."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def fetchrow(self, sql: str, *args: object) -> Any:
        return await _in_time(self._connections.fetchrow(sql, *args))

    async def fetch(self, sql: str, *args: object) -> Any:
        return await _in_time(self._connections.fetch(sql, *args))

    async def fetchval(self, sql: str, *args: object) -> Any:
        return await _in_time(self._connections.fetchval(sql, *args))


async def _in_time(query: Coroutine[Any, Any, Any]) -> Any:
    limit = asyncio.timeout(LISTING_SECONDS)
    try:
        async with limit:
            return await query
    except TimeoutError:
        if limit.expired():
            raise ListTooLongError from None
        raise


async def patiently(work: Callable[[], Awaitable[Answer]]) -> Answer:
    """Ask for a part of a list that has begun: again and again while there is no time for it."""
    for _ in range(_TRIES):
        with suppress(ListTooLongError):
            return await work()
    return await work()


class Database(_Statements):
    """The pool: reads go straight to it, writes through `write()`."""

    def __init__(self, connections: Connections, size: int, listing: Listing) -> None:
        super().__init__(connections)
        self._connections = connections
        self._writes = Places(max(1, size - _NOT_FOR_WRITES))
        self._own_listing = listing
        self.listing: Reader = listing
        """Where lists are read: here, or from a replica (`core/replica.py`)."""
        # Whoever has stopped listening is forgotten.
        self._topics: defaultdict[str, WeakSet[asyncio.Event]] = defaultdict(WeakSet)

    def heard(self, topic: str) -> asyncio.Event:
        """Return what is set when a write of this process that announced `topic` has committed.

        Each caller has its own. Other processes are not heard: who must not miss their rows looks
        now and then as well.
        """
        event = asyncio.Event()
        self._topics[topic].add(event)
        return event

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[Write]:
        """Open the request's one transaction; commits at the end, rolls back on any error.

        Raises OutcomeUnknownError when the connection breaks while it commits.
        """
        refuse_inside_write("a second write")
        if not self._writes.take():
            await self._writes.turn()
        mark = _writing.set(True)
        try:
            async with self._connections.lease() as connection:
                transaction = connection.transaction()
                await transaction.start()
                try:
                    write = Write(connection)
                    yield write
                    await write.finish()
                except BaseException:
                    await transaction.rollback()
                    raise
                await _commit(transaction)
        finally:
            _writing.reset(mark)
            self._writes.give()
        for topic in write.announced:
            for event in self._topics[topic]:
                event.set()

    async def close(self) -> None:
        """Close every connection once its statement has ended."""
        await self._own_listing.close()
        await self._connections.close()


async def _commit(transaction: Any) -> None:
    try:
        await transaction.commit()
    except LOST_MEANWHILE as error:
        raise OutcomeUnknownError(type(error).__name__) from error


async def connect(dsn: str, *, size: int = 10) -> Database:
    """Open a pool of at most `size` connections to the PostgreSQL at `dsn`, and one for lists."""
    connections = Connections(await _pool(dsn, size, at_first=1), size)
    listing = Connections(await _pool(dsn, _LISTING_SIZE, at_first=0), _LISTING_SIZE)
    return Database(connections, size, Listing(listing))


async def _pool(dsn: str, size: int, *, at_first: int) -> "asyncpg.Pool[asyncpg.Record]":
    return await asyncpg.create_pool(
        dsn,
        min_size=at_first,
        max_size=size,
        init=_prepare_connection,
        reset=_keep_connection,
        server_settings={"application_name": "hallporter", "timezone": "UTC"},
        command_timeout=STATEMENT_TIMEOUT / SECOND,
        timeout=_CONNECT_SECONDS,
        connect=pooler.connect,
    )


async def _prepare_connection(connection: Any) -> None:
    # JSON columns pass through untouched: what PostgreSQL stored is what the reply carries.
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=_encode_json, decoder=msgspec.Raw
        )


async def _keep_connection(_: Any) -> None:
    """Release without RESET (30-35 µs a request): no statement of ours changes the session."""


def _encode_json(given: object) -> str:
    return msgspec.json.encode(given).decode()


def like_pattern(words: str) -> str:
    """Return an ILIKE pattern that finds `words` anywhere, its wildcards taken literally."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


class Where:
    """The conditions of a list with optional filters; values are always bound, never spliced."""

    def __init__(self, condition: str, *args: object) -> None:
        self._conditions = [condition]
        self.args: list[object] = list(args)

    def add(self, condition: str, value: object) -> None:
        """Add `condition`, its `{}` standing for the bound `value`."""
        self._conditions.append(condition.format(self.bind(value)))

    def bind(self, value: object) -> str:
        """Bind `value` and return its placeholder."""
        self.args.append(value)
        return f"${len(self.args)}"

    @property
    def sql(self) -> str:
        """Everything after `where`."""
        return " and ".join(self._conditions)
