"""A server goes on while the release after it adds columns to every table that it reads."""

import asyncio
from collections.abc import Generator

import asyncpg
import pytest

from hallporter.contract.api_version import NEWEST
from tests.cli.steady_load import Step, steady_load, wrong
from tests.contract.recording import Recorded
from tests.contract.walk import SETTINGS, walk
from tests.harness import Browser, Harness, running_harness

_TABLES = """
    select relname::text from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and relname !~ 'yoyo'
"""
# One that may be missing, one that every row has; names that a statement may have for something.
_COMING = """
    alter table "{table}"
        add column coming jsonb,
        add column position bigint not null default 1
"""


@pytest.fixture
def own_harness() -> Generator[Harness]:
    """A server whose tables nobody else needs as they are."""
    with running_harness() as harness:
        yield harness


def test_columns_that_come_fail_no_request(own_harness: Harness) -> None:
    before = _walked(own_harness)
    tenant = own_harness.make_instance(SETTINGS)
    with (
        tenant.browser() as browser,
        tenant.browser() as reader,
        steady_load(mint=_minting(browser), read=_reading(reader)) as load,
    ):
        asyncio.run(_add_columns(own_harness.open.config.database_url or ""))
        after = _walked(own_harness)
    assert load.failed == []
    assert min(load.made.values()) > 10
    assert after == before


async def _add_columns(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        tables = [record[0] for record in await connection.fetch(_TABLES)]
        assert {"clients", "sessions", "users"} <= set(tables)
        for table in tables:
            await connection.execute(_COMING.format(table=table))
    finally:
        await connection.close()


def _walked(harness: Harness) -> list[tuple[str, int]]:
    """Return which operations were called in a walk past all of them, and the statuses."""
    # Providers' tokens are judged by real time.
    harness.clock.reset()
    replies = walk(harness.make_instance(SETTINGS), NEWEST)
    return [_shape(each) for each in replies]


def _shape(reply: Recorded) -> tuple[str, int]:
    return str(reply.operation.path), reply.status


def _minting(browser: Browser) -> Step:
    account = browser.sign_up()
    return lambda: wrong(browser.post(f"/v1/client/sessions/{account.session_id}/tokens"))


def _reading(browser: Browser) -> Step:
    browser.sign_up()
    return lambda: wrong(browser.get("/v1/client"))
