"""Behind PgBouncer in transaction mode, where each transaction may run on another connection."""

import asyncio
import uuid
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass

import psycopg
import pytest

from hallporter.core import pooler
from tests.cli.callers import tenant_of
from tests.cli.databases import running_database
from tests.cli.pgbouncer import in_front_of, tracks_statements
from tests.cli.processes import Serving, new_data_dir, ready_data_dir, serving
from tests.harness import Account, Tenant

CONCURRENT = 8
ROUNDS = 4
# Only newer ones can be told to keep track of prepared statements.
MAX_PREPARED_STATEMENTS = (0, 200) if tracks_statements() else (None,)


@dataclass(frozen=True)
class Pooled:
    """A server that knows PostgreSQL only through PgBouncer, and both addresses."""

    server: Serving
    tenant: Tenant
    direct_dsn: str
    pooled_dsn: str
    keeps_names: bool


@pytest.fixture(scope="module", params=MAX_PREPARED_STATEMENTS)
def pooled(request: pytest.FixtureRequest) -> Generator[Pooled]:
    number: int | None = request.param
    settings = {} if number is None else {"max_prepared_statements": number}
    with (
        new_data_dir() as data_dir,
        new_data_dir() as own,
        running_database(data_dir) as database,
        in_front_of(database.dsn, data_dir, **settings) as dsn,
        serving(own, DATABASE_URL=dsn) as server,
    ):
        yield Pooled(server, tenant_of(server), database.dsn, dsn, bool(number))


@pytest.fixture(scope="module", params=MAX_PREPARED_STATEMENTS)
def on_one_connection(request: pytest.FixtureRequest) -> Generator[tuple[Serving, Serving]]:
    """Two servers whose transactions all meet on one connection to PostgreSQL."""
    number: int | None = request.param
    settings = {} if number is None else {"max_prepared_statements": number}
    with (
        # Who migrates needs two connections.
        ready_data_dir() as data_dir,
        new_data_dir() as own,
        running_database(data_dir) as database,
        in_front_of(database.dsn, data_dir, connections=1, **settings) as dsn,
        serving(own, DATABASE_URL=dsn) as one,
        serving(own, DATABASE_URL=dsn) as other,
    ):
        yield one, other


def test_two_processes_on_one_connection_do_not_mix_their_statements_up(
    on_one_connection: tuple[Serving, Serving],
) -> None:
    one, other = on_one_connection
    tenants = [tenant_of(each, one.keys["secret_key"]) for each in (one, other)]
    with ThreadPoolExecutor(CONCURRENT) as pool:
        accounts = list(pool.map(_visit, tenants * (CONCURRENT // 2)))
    assert len({account.user_id for account in accounts}) == CONCURRENT
    for server in (one, other):
        assert "Traceback" not in server.log
        assert "database away" not in server.log


def test_the_start_has_migrated_and_left_no_lock(pooled: Pooled) -> None:
    with psycopg.connect(pooled.direct_dsn) as inside:
        (applied,) = inside.execute("select count(*) from _yoyo_migration").fetchone() or (0,)
        locks = inside.execute("select * from pg_locks where locktype = 'advisory'").fetchall()
    assert applied > 0
    assert locks == []


def test_many_users_sign_up_mint_touch_and_are_listed(pooled: Pooled) -> None:
    with ThreadPoolExecutor(CONCURRENT) as pool:
        accounts = list(pool.map(_visit, [pooled.tenant] * CONCURRENT))
    assert len({account.user_id for account in accounts}) == CONCURRENT
    assert "Traceback" not in pooled.server.log


def _visit(tenant: Tenant) -> Account:
    with tenant.browser() as browser, tenant.backend(None) as backend:
        account = browser.sign_up()
        for _ in range(ROUNDS):
            browser.token(account.session_id)
            browser.post(f"/v1/client/sessions/{account.session_id}/touch").ok()
            # The undated API streams all clients from a cursor.
            clients = [client["id"] for client in backend.get("/v1/clients").ok().json]
            assert browser.client_id in clients
        browser.post("/v1/client", _method="DELETE").ok()
        assert browser.sign_in(account.email_address).ok().body["status"] == "complete"
        return account


def test_statements_have_names_only_where_none_is_lost(pooled: Pooled) -> None:
    assert asyncio.run(_has_names(pooled.direct_dsn))
    assert asyncio.run(_has_names(pooled.pooled_dsn)) == pooled.keeps_names


def test_a_table_that_changed_is_read_as_it_is_now(pooled: Pooled) -> None:
    asyncio.run(_change_and_read(pooled))


async def _change_and_read(pooled: Pooled) -> None:
    name = f"changing_{uuid.uuid4().hex}"
    async with AsyncExitStack() as connections:

        async def connected() -> pooler.Connection:
            connection = await pooler.connect(pooled.pooled_dsn)
            connections.push_async_callback(connection.close)
            return connection

        early = await connected()
        await early.execute(f"create table {name} as select 1 as one")
        assert await _row(early, name) == [1]
        await early.execute(f"alter table {name} add column other int default 2")
        late = await connected()
        assert await _row(late, name) == await _row(early, name) == [1, 2]


async def _row(connection: pooler.Connection, table: str) -> list[int]:
    return list(await connection.fetchrow(f"select * from {table}") or ())


async def _has_names(dsn: str) -> bool:
    connection = await pooler.connect(dsn)
    try:
        return (await connection.prepare("select 1")).get_name() != ""
    finally:
        await connection.close()
