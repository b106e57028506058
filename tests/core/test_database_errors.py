"""What PostgreSQL's errors mean here: away for a moment, a fault of ours, or nobody knows."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from hallporter.core import database
from hallporter.core.database import Database
from hallporter.core.database_errors import UNREACHABLE, OutcomeUnknownError
from tests.cutting_proxy import cutting_proxy
from tests.harness import Harness

RAISE = "do $$ begin raise exception 'on purpose' using errcode = '{code}'; end $$"
AWAY = {
    "08006": "connection failure",
    "25006": "read-only",
    "25P03": "idle in a transaction for too long",
    "25P04": "transaction for too long",
    "26000": "prepared elsewhere",
    "28P01": "password changed",
    "3D000": "no such database just now",
    "40001": "conflict with recovery",
    "40P01": "deadlock",
    "42P05": "prepared already",
    "53100": "disk full",
    "53200": "out of memory",
    "53300": "too many connections",
    "55000": "takes no connections",
    "55P03": "lock not available",
    "57014": "cut off",
    "57P01": "shut down",
    "57P02": "crashed",
    "57P03": "starting",
    "58030": "input or output failed",
    "F0000": "configuration broken",
    "XX000": "internal error",
    "XX001": "data corrupted",
    "ZZ999": "made up by a pooler",
}
OURS = {
    "22003": "number out of range",
    "23505": "taken",
    "25P02": "transaction failed already",
    "42501": "not allowed",
    "42601": "no SQL",
    "42P01": "no such table",
    "P0001": "raised",
}


@pytest.fixture
def dsn(harness: Harness) -> str:
    assert harness.open.config.database_url is not None
    return harness.open.config.database_url


def _with(dsn: str, work: Callable[[Database], Awaitable[None]], size: int = 1) -> None:
    async def run() -> None:
        db = await database.connect(dsn, size=size)
        try:
            await work(db)
        finally:
            await asyncio.wait_for(db.close(), 5)

    asyncio.run(run())


@pytest.mark.parametrize("code", [*AWAY, *OURS])
def test_an_error_is_away_or_ours(dsn: str, code: str) -> None:
    async def work(db: Database) -> None:
        with pytest.raises(Exception, match="on purpose") as raised:
            await db.value(RAISE.format(code=code))
        assert isinstance(raised.value, UNREACHABLE) == (code in AWAY)
        # Whatever it was, the next statement finds a connection.
        assert await db.value("select 7") == 7

    _with(dsn, work)


def test_no_server_that_takes_writes_is_away(dsn: str) -> None:
    async def connect() -> None:
        await database.connect(f"{dsn}&target_session_attrs=standby")

    with pytest.raises(UNREACHABLE) as raised:
        asyncio.run(connect())
    assert isinstance(raised.value, asyncpg.InternalClientError)


def test_after_a_read_only_server_all_connections_are_new(dsn: str) -> None:
    async def pids(db: Database) -> set[int]:
        return set(await asyncio.gather(*[_pid_slowly(db) for _ in range(4)]))

    async def work(db: Database) -> None:
        before = await pids(db)
        assert len(before) == 4
        busy = asyncio.create_task(_pid_slowly(db))
        await asyncio.sleep(0.05)
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await db.value(RAISE.format(code="25006"))
        after = await pids(db)
        # One that was in use meanwhile ends its statement first.
        assert await busy in before
        assert before.isdisjoint(after)

    _with(dsn, work, size=4)


async def _pid_slowly(db: Database) -> int:
    return await db.value("select pg_backend_pid() from pg_sleep(0.2)")


def test_one_that_stays_read_only_is_not_connected_to_anew_each_time(dsn: str) -> None:
    async def work(db: Database) -> None:
        pids = set[int]()
        for _ in range(20):
            with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
                await db.value(RAISE.format(code="25006"))
            pids.add(await db.value("select pg_backend_pid()"))
        assert len(pids) <= 2

    _with(dsn, work)


def test_a_commit_that_was_cut_off_is_unknown_and_an_earlier_cut_is_not(dsn: str) -> None:
    async def insert(db: Database, mark: str) -> None:
        async with db.write() as tx:
            await tx.execute("insert into committed values ($1)", mark)

    with cutting_proxy(dsn) as proxy:

        async def work(db: Database) -> None:
            async with db.write() as tx:
                await tx.value("create table committed (mark text)")
            try:
                proxy.cut_after = b"COMMIT"
                with pytest.raises(OutcomeUnknownError):
                    await insert(db, "at commit")
                proxy.cut_after = b"earlier"
                with pytest.raises(UNREACHABLE) as raised:
                    await insert(db, "earlier")
                assert not isinstance(raised.value, OutcomeUnknownError)
                assert await db.column("select mark from committed") == ["at commit"]
            finally:
                async with db.write() as tx:
                    await tx.value("drop table committed")

        _with(proxy.dsn, work)


@pytest.mark.parametrize(
    ("sql", "is_unknown"),
    [
        ("/* cut */ select 1", False),
        ("/* cut */ select id from instances for update", False),
        ("/* cut */ delete from instances where id = 'nobody' returning id", True),
    ],
)
def test_a_statement_that_was_cut_off_is_unknown_if_it_changes_something(
    dsn: str, sql: str, is_unknown: bool
) -> None:
    with cutting_proxy(dsn) as proxy:

        async def work(db: Database) -> None:
            proxy.cut_after = b"/* cut */"
            with pytest.raises(UNREACHABLE) as raised:
                await db.value(sql)
            assert isinstance(raised.value, OutcomeUnknownError) == is_unknown

        _with(proxy.dsn, work)
