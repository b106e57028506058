"""What a server does all the time survives whatever the database does, or ends the process."""

import json
import time
from collections.abc import Generator
from contextlib import contextmanager

import psycopg
import pytest

from hallporter.core import embedded, lifelong
from tests.cli.processes import Serving, hallporter, new_data_dir, serving, wait_until
from tests.cli.visitors import tenant_of

READ_ONLY_SECONDS = 4


@contextmanager
def on_a_database() -> Generator[tuple[Serving, psycopg.Connection]]:
    """Yield a server and a way into its database, which is not its own."""
    with new_data_dir() as data_dir, new_data_dir() as own:
        database = embedded.start(data_dir)
        try:
            with (
                psycopg.connect(database.dsn, autocommit=True) as inside,
                serving(own, DATABASE_URL=database.dsn) as server,
            ):
                yield server, inside
        finally:
            database.stop()


def _reconnect_all(inside: psycopg.Connection) -> None:
    inside.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = 'hallporter' and pid <> pg_backend_pid()"
    )


def test_mail_goes_on_after_a_while_of_a_read_only_database() -> None:
    with on_a_database() as (server, inside):
        inside.execute("alter database hallporter set default_transaction_read_only = on")
        _reconnect_all(inside)
        time.sleep(READ_ONLY_SECONDS)
        inside.execute("set default_transaction_read_only = off")
        inside.execute("alter database hallporter set default_transaction_read_only = off")
        _reconnect_all(inside)
        wait_until(lambda: server.http.get("/v1/health").status_code == 200)
        with tenant_of(server, server.keys["secret_key"]).browser() as browser:
            begun = browser.post("/v1/client/sign_ups", email_address="ada@example.com").ok()
            browser.post(
                f"/v1/client/sign_ups/{begun.body['id']}/prepare_verification",
                strategy="email_code",
            ).ok()
        wait_until(lambda: "ada@example.com" in server.log)


@pytest.mark.parametrize("table", ["instances", "messages"])
def test_what_cannot_go_on_fails_health_and_ends_the_process(table: str) -> None:
    with on_a_database() as (server, inside):
        inside.execute(f"alter table {table} rename to {table}_elsewhere".encode())
        wait_until(lambda: server.http.get("/v1/health").status_code == 503, 20)
        refused = server.http.get("/v1/health").json()["errors"][0]
        assert table in refused["message"] or table in refused["long_message"]
        assert server.process.wait(lifelong.GIVE_UP_AFTER_SECONDS + 30) == 1
        assert f"this does not go on any more: {table}" in server.log


def test_an_instance_that_cannot_be_read_keeps_no_other_from_starting() -> None:
    with new_data_dir() as data_dir, new_data_dir() as own:
        database = embedded.start(data_dir)
        try:
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
                told = server.run("keys", "beyond", "--json")
                assert json.loads(told.stdout)["secret_key"], told.stderr
        finally:
            database.stop()
