"""What a server does all the time survives whatever the database does, or ends the process."""

import json
import os
import signal
from collections.abc import Generator
from contextlib import ExitStack, contextmanager

import psycopg

from tests.cli.callers import tenant_of
from tests.cli.databases import (
    on_another,
    on_its_own,
    postmaster,
    ready_database,
    reconnect_all,
    refuse_writes,
    take_writes,
)
from tests.cli.processes import Serving, hallporter, new_data_dir, serving, wait_until

# A bundled PostgreSQL is tried for a minute, a task for half of it.
GIVEN_UP_SECONDS = 180


def test_mail_goes_on_after_a_while_of_a_read_only_database() -> None:
    with on_another() as (server, inside):
        refuse_writes(inside)
        wait_until(lambda: server.log.count("jobs: waiting for the database") > 1)
        take_writes(inside)
        reconnect_all(inside)
        wait_until(lambda: server.http.get("/v1/health").status_code == 200)
        with tenant_of(server).browser() as browser:
            browser.ask_for_code("ada@example.com")
        wait_until(lambda: "ada@example.com" in server.log)


def test_what_cannot_go_on_fails_health_and_ends_the_process() -> None:
    with ExitStack() as lifetimes:
        # Beside each other: each is given its time.
        servers = {"the bundled PostgreSQL": lifetimes.enter_context(on_its_own())}
        tables = {table: lifetimes.enter_context(on_another()) for table in ("instances", "jobs")}
        lifetimes.enter_context(without_its_database(servers["the bundled PostgreSQL"]))
        for table, (_, inside) in tables.items():
            inside.execute(f"alter table {table} rename to {table}_elsewhere".encode())
        for table, (server, _) in tables.items():
            wait_until(lambda of=server: of.http.get("/v1/health").status_code == 503, 20)
            refused = server.http.get("/v1/health").json()["errors"][0]
            assert table in refused["message"] or table in refused["long_message"]
            servers[table] = server
        for name, server in servers.items():
            assert server.process.wait(GIVEN_UP_SECONDS) == 1
            assert f"this does not go on any more: {name}" in server.log


@contextmanager
def without_its_database(server: Serving) -> Generator[None]:
    """Kill a server's PostgreSQL, which cannot be started again before this ends."""
    version = server.data_dir / "postgres" / "data" / "PG_VERSION"
    hidden = version.rename(version.with_suffix(".hidden"))
    os.kill(postmaster(server.data_dir), signal.SIGKILL)
    try:
        yield
    finally:
        hidden.rename(version)


def test_an_instance_that_cannot_be_read_keeps_no_other_from_starting() -> None:
    with ready_database() as database, new_data_dir() as own:
        for slug in ("default", "broken", "beyond"):
            made = hallporter(
                "instance", "create", slug, "--data-dir", str(own), DATABASE_URL=database.dsn
            )
            assert made.returncode == 0, made.stderr
        with psycopg.connect(database.dsn, autocommit=True) as inside:
            inside.execute("update instances set settings = '3' where slug = 'broken'")
            inside.execute(
                "update instances set settings = jsonb_set(settings, '{mail,port}', '70000')"
                " where slug = 'beyond'"
            )
        with serving(own, DATABASE_URL=database.dsn) as server:
            assert "Instance broken cannot be read" in server.log
            for slug, status in (("default", 200), ("beyond", 200), ("broken", 400)):
                assert server.http.get(f"/~{slug}/v1/environment").status_code == status
            shown = server.run("keys", "beyond", "--json")
            assert json.loads(shown.stdout)["secret_key"], shown.stderr
