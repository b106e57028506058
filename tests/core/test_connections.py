"""Connections that stay borrowed: lost ones are replaced, cut-off ones are not handed on."""

import asyncio
from typing import Any

import asyncpg
import pytest

from hallporter.core import connections, database
from hallporter.core.connections import Connections
from hallporter.core.database import Database
from tests.harness import Harness


@pytest.fixture
def dsn(harness: Harness) -> str:
    assert harness.open.config.database_url is not None
    return harness.open.config.database_url


async def _backend(db: Database) -> int:
    return await db.value("select pg_backend_pid()")


async def _with(dsn: str, work: Any, size: int = 1) -> Any:
    db = await database.connect(dsn, size=size)
    try:
        return await work(db)
    finally:
        await asyncio.wait_for(db.close(), 5)


def test_the_next_statement_finds_the_same_connection(dsn: str) -> None:
    async def work(db: Database) -> None:
        assert await _backend(db) == await _backend(db)

    asyncio.run(_with(dsn, work, size=3))


def test_a_connection_lost_while_idle_is_replaced(dsn: str) -> None:
    async def work(db: Database) -> None:
        lost = await _backend(db)
        other = await database.connect(dsn, size=1)
        await other.value("select pg_terminate_backend($1)", lost)
        await other.close()
        await asyncio.sleep(0.1)
        assert await _backend(db) != lost

    asyncio.run(_with(dsn, work))


def test_a_connection_that_has_lost_what_was_prepared_is_replaced(dsn: str) -> None:
    async def work(db: Database) -> None:
        lost = await _backend(db)
        with pytest.raises(asyncpg.InvalidSQLStatementNameError):
            await db.value("execute hallporter_nobody")
        assert await _backend(db) != lost

    asyncio.run(_with(dsn, work))


def test_a_cut_off_statement_leaves_no_connection_half_read(dsn: str) -> None:
    async def work(db: Database) -> None:
        slow = asyncio.create_task(db.value("select pg_sleep(30)"))
        await asyncio.sleep(0.1)
        slow.cancel()
        # The one place is free again, and what it is given to answers its own question.
        assert await asyncio.wait_for(db.value("select 7"), 5) == 7
        assert slow.cancelled() or slow.done()

    asyncio.run(_with(dsn, work))


def test_a_refused_statement_keeps_its_connection(dsn: str) -> None:
    async def work(db: Database) -> None:
        before = await _backend(db)
        with pytest.raises(Exception, match="division by zero"):
            await db.value("select 1 / 0")
        assert await _backend(db) == before

    asyncio.run(_with(dsn, work))


def test_no_more_than_its_size_are_open(dsn: str) -> None:
    async def work(db: Database) -> None:
        found = await asyncio.gather(*[_backend(db) for _ in range(20)])
        assert len(set(found)) <= 2

    asyncio.run(_with(dsn, work, size=2))


def test_what_nobody_needs_goes_back(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(db: Database) -> None:
        await asyncio.gather(*[db.value("select pg_sleep(0.05)") for _ in range(3)])
        kept: Connections = db._connections  # pyright: ignore[reportPrivateUsage]  # what it holds
        assert len(kept._free) == 3  # pyright: ignore[reportPrivateUsage]
        monkeypatch.setattr(connections, "_KEPT_SECONDS", 0.0)
        for _ in range(4):
            await db.value("select 1")
            await asyncio.sleep(0.01)
        assert len(kept._free) == 1  # pyright: ignore[reportPrivateUsage]

    asyncio.run(_with(dsn, work, size=3))


def test_who_gives_up_waiting_takes_no_place_along(dsn: str) -> None:
    async def work(db: Database) -> None:
        async with db.write():
            waiting = [asyncio.create_task(db.value("select $1::int", n)) for n in range(3)]
            await asyncio.sleep(0)
            waiting[0].cancel()
        # The place was the second's the moment it came free: cancelled now, it passes it on.
        waiting[1].cancel()
        assert await asyncio.wait_for(waiting[2], 5) == 2
        assert await asyncio.wait_for(db.value("select 7"), 5) == 7

    asyncio.run(_with(dsn, work))
