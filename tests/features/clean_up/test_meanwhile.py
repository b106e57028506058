"""What clean-up has just found gone may be there again by the time that it locks its row."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

import asyncpg

from hallporter.features.clients import store as client_store
from tests.cli.processes import wait_until
from tests.harness import Backend, Browser, Harness, Tenant

# Whoever reads clients here waits for a lock: after the snapshot of the statement, before it locks
# a row.
_STOP_WHILE_READING = """
    create function pg_temp.wait() returns boolean language plpgsql volatile as $$
    begin
        perform pg_advisory_xact_lock_shared(26);
        return true;
    end $$;
    create temp view clients as select * from public.clients where pg_temp.wait();
"""
_WAITS = "select count(*) from pg_locks where locktype = 'advisory' and objid = 26 and not granted"


@contextmanager
def stopped(harness: Harness, sql: str, instance_id: str, client_id: str) -> Generator[None]:
    """Run a statement about a client, and do what is within while it has only read."""
    dsn = harness.open.config.database_url

    async def begin() -> tuple["asyncpg.Connection[asyncpg.Record]", "asyncio.Task[str]"]:
        lock, one = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
        await lock.execute("select pg_advisory_lock(26)")
        await one.execute(_STOP_WHILE_READING)

        async def run() -> str:
            try:
                return await one.execute(sql, instance_id, [client_id])
            finally:
                await one.close()

        return lock, asyncio.create_task(run())

    async def go_on() -> None:
        await lock.close()
        await statement

    lock, statement = harness.run(begin())
    try:
        wait_until(lambda: harness.run(harness.open.db.value(_WAITS)) == 1)
        yield
    finally:
        harness.run(go_on())


def run(harness: Harness, sql: str, *args: object) -> None:
    async def write() -> None:
        async with harness.open.db.write() as tx:
            await tx.execute(sql, *args)

    harness.run(write())


def of_client(harness: Harness, column: str, instance_id: str, id: str) -> object:
    """Return a column as it is stored: a client is shown with whatever is open on it."""
    sql = f"select {column} from clients where instance_id = $1 and id = $2"
    return harness.run(harness.open.db.value(sql, instance_id, id))


def test_who_signs_in_meanwhile_keeps_the_session(
    harness: Harness, instance: Tenant, browser: Browser
) -> None:
    account = browser.sign_up()
    browser.post("/v1/client/sessions", _method="DELETE").ok()
    id = browser.client_id
    run(harness, "delete from sessions where instance_id = $1", instance.id)
    with stopped(harness, client_store.FORGET_GONE_SESSIONS, instance.id, id):
        session_id = browser.sign_in(account.email_address).ok().body["created_session_id"]
    for column, kept in (
        ("last_active_session_id", session_id),
        ("last_authentication_strategy", "password"),
    ):
        assert of_client(harness, column, instance.id, id) == kept
    run(harness, "delete from sessions where instance_id = $1", instance.id)
    run(harness, client_store.FORGET_GONE_SESSIONS, instance.id, [id])
    assert of_client(harness, "last_active_session_id", instance.id, id) is None


def test_who_begins_to_sign_in_meanwhile_keeps_the_sign_in(
    harness: Harness, instance: Tenant, backend: Backend, browser: Browser
) -> None:
    account = browser.sign_up()
    browser.post("/v1/client/sessions", _method="DELETE").ok()
    browser.post("/v1/client/sign_ins", identifier=account.email_address).ok()
    id = browser.client_id
    run(harness, "delete from sign_ins where instance_id = $1", instance.id)
    with stopped(harness, client_store.FORGET_GONE_ATTEMPTS, instance.id, id):
        begun = browser.post("/v1/client/sign_ins", identifier=account.email_address).ok()
    assert backend.client(id)["sign_in_id"] == begun.body["id"]
    run(harness, "delete from sign_ins where instance_id = $1", instance.id)
    run(harness, client_store.FORGET_GONE_ATTEMPTS, instance.id, [id])
    assert backend.client(id)["sign_in_id"] is None
