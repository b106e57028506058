"""The master key is replaced under load, by a command that is killed twice on its way."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.cli import callers
from tests.cli.databases import ready_database, running_database
from tests.cli.processes import (
    Serving,
    environment,
    hallporter,
    new_data_dir,
    ready_data_dir,
    serving,
    wait_until,
)
from tests.cli.steady_load import steady_load, wrong
from tests.harness import Account, Backend, Browser

_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_LEAST_OF_EACH = 10
_USERS = 20
_MORE = 6_000


@dataclass
class App:
    """What goes on while the key changes: reads of what was sealed, and writes of more."""

    backend: Backend
    browser: Browser
    account: Account
    user_ids: list[str]

    def mints(self) -> str | None:
        """Mint a session token: its key was opened when the process read it last."""
        return wrong(callers.mint(self.browser, self.account.session_id))

    def seals(self) -> str | None:
        """Make a user whose authenticator app has a secret."""
        # Without a password, whose hash would cost more than all else.
        given = {"password": None, "skip_password_requirement": True}
        self.user_ids.append(self.backend.create_user(totp_secret=_SECRET, **given)["id"])
        return None

    def opens(self) -> str | None:
        """Open the secret of a user, the oldest and the newest in turn."""
        self.user_ids.append(self.user_ids.pop(0))
        # Only the secret tells that the code is wrong.
        reply = self.backend.post(f"/v1/users/{self.user_ids[0]}/verify_totp", code="000000")
        return None if reply.status < 500 else f"{reply.status} {reply.text}"


def app_of(server: Serving) -> App:
    """Return an application of a server, with users who have a second factor."""
    tenant = callers.tenant_of(server)
    browser = tenant.browser()
    app = App(tenant.backend(), browser, browser.sign_up(), [])
    for _ in range(_USERS):
        app.seals()
    return app


def killed_when(sight: str, dsn: str, data_dir: Path) -> None:
    """Begin to replace the master key, and be killed as soon as a query finds something."""
    command = [sys.executable, "-m", "hallporter", "keys", "rotate", "--master"]
    process = subprocess.Popen(
        [*command, "--data-dir", str(data_dir)],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with psycopg.connect(dsn, autocommit=True) as connection:
        wait_until(lambda: connection.execute(sight.encode()).fetchone())
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def fill(dsn: str) -> None:
    """Store so much more that is sealed that it takes seconds to do anew."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "insert into handshakes (nonce_hash, instance_id, directives_encrypted, expire_at) "
            "select 'n' || n, instance_id, key_encrypted, 0 from secret_keys, "
            "generate_series(1, %s) as n",
            [_MORE],
        )


def roles(dsn: str) -> list[str]:
    """Return how far the key on its way is."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        rows = connection.execute("select role from sealed_master_keys order by role").fetchall()
    return [row[0] for row in rows]


def sealed_under(dsn: str, key_id: str) -> dict[str, int]:
    """Return how many rows of each table hold something that this key sealed."""
    found: dict[str, int] = {}
    with psycopg.connect(dsn, autocommit=True) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'public'"
        ).fetchall()
        for (table,) in tables:
            query = sql.SQL("select count(*) from {table} as t where t::text like {text}").format(
                table=sql.Identifier(table), text=sql.Literal(f"%{key_id}.gAAAA%")
            )
            row = connection.execute(query).fetchone()
            assert row is not None
            if row[0]:
                found[table] = row[0]
    return found


def fingerprint(server: Serving) -> str:
    """Return the ids of the master key, as `keys list` tells them."""
    return server.run("keys", "list").stdout.split()[-1]


def test_master_key_is_replaced_under_load() -> None:
    with ready_data_dir() as data_dir, running_database(data_dir) as database:
        _replace_under_load(data_dir, database.dsn)


def _replace_under_load(data_dir: Path, dsn: str) -> None:
    with serving(data_dir, "--workers", "2") as server:
        app = app_of(server)
        assert server.instance("update", "default", "mail.password=hunter22").returncode == 0
        fill(dsn)
        old, old_text = fingerprint(server), (data_dir / "master.key").read_text()
        assert sealed_under(dsn, old)["credentials"] == _USERS
        assert "instances" in sealed_under(dsn, old)
        with steady_load(mints=app.mints, seals=app.seals, opens=app.opens) as load:
            load.until_busy(_LEAST_OF_EACH)
            killed_when("select 1 from sealed_master_keys", dsn, data_dir)
            assert roles(dsn) == ["coming", "kept"]
            killed_when(
                f"select 1 from handshakes where directives_encrypted not like '{old}.%' limit 1",
                dsn,
                data_dir,
            )
            assert roles(dsn) == ["kept", "sealing"]
            assert 0 < sealed_under(dsn, old)["handshakes"] < _MORE
            # A server may start meanwhile, and knows the key before only.
            with (
                new_data_dir() as elsewhere,
                serving(elsewhere, DATABASE_URL=dsn, HALLPORTER_MASTER_KEY=old_text) as other,
            ):
                bearer = {"Authorization": app.backend.http.headers["Authorization"]}
                reply = other.http.get("/v1/users", headers=bearer)
                assert reply.status_code == 200
                done = server.run("keys", "rotate", "--master")
                assert done.returncode == 0, done.stderr
                assert other.http.get("/v1/users", headers=bearer).status_code == 200
            load.until_busy(_LEAST_OF_EACH)
        assert load.failed == []
        assert sealed_under(dsn, old) == {}
        assert set(roles(dsn)) == {"kept"}
        new, root = fingerprint(server).split(",")
        assert root == old != new
        assert (data_dir / "master.key").stat().st_mode & 0o777 == 0o600
        server.stop()
        both = hallporter("keys", "--data-dir", str(data_dir), HALLPORTER_MASTER_KEY=old_text)
        assert "hold different master keys" in " ".join(both.stderr.split())
        with serving(data_dir) as again:
            callers.turn_to(again, app.browser)
            callers.turn_to(again, app.backend)
            assert app.mints() is None
            assert app.opens() is None


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_master_key_in_the_environment_is_put_in_place_by_its_operator() -> None:
    with ready_database() as database, new_data_dir() as elsewhere:
        old_text = "A" * 43
        environment: dict[str, Any] = {
            "DATABASE_URL": database.dsn,
            "HALLPORTER_MASTER_KEY": old_text,
        }
        with serving(elsewhere, **environment) as server:
            app = app_of(server)
            early = server.run("keys", "rotate", "--master", "--finish")
            assert "No master key is being replaced" in early.stderr
            done = server.run("keys", "rotate", "--master")
            assert done.returncode == 0, done.stderr
            early = server.run("keys", "rotate", "--master", "--finish")
            assert "the old master key is still in use" in " ".join(early.stderr.split())
            assert app.opens() is None
        new_file = elsewhere / "master.key.new"
        assert new_file.stat().st_mode & 0o777 == 0o600
        environment["HALLPORTER_MASTER_KEY"] = new_file.read_text()
        with serving(elsewhere, **environment) as server:
            assert server.run("keys", "rotate", "--master", "--finish").returncode == 0
            assert not new_file.exists()
            # Neither the table of keys nor anything else is of use to who has the old one.
            environment["HALLPORTER_MASTER_KEY"] = old_text
            refused = hallporter("keys", "--data-dir", str(elsewhere), **environment)
            assert refused.returncode == 1
            assert "is encrypted under master key" in refused.stderr
