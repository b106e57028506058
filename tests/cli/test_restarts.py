"""Starts after the first: fast, after any kind of end, with workers, TLS and other databases."""

import os
import signal
import socket
import ssl
import sys
import time
from collections.abc import Generator
from pathlib import Path

import httpx
import psycopg
import pytest

from hallporter.core import embedded
from tests.cli.databases import ready_database, reconnect_all
from tests.cli.processes import (
    free_port,
    hallporter,
    new_data_dir,
    ready_data_dir,
    serving,
    wait_until,
)


@pytest.fixture(scope="module")
def data_dir() -> Generator[Path]:
    """A directory in which a server has been before, with an instance named acme."""
    with ready_data_dir() as directory:
        made = hallporter("instance", "create", "acme", "--data-dir", str(directory))
        assert made.returncode == 0, made.stderr
        yield directory


def cpu_seconds(pid: int) -> float:
    """Return how long a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_later_start_is_quick_and_prints_no_secret(data_dir: Path) -> None:
    with serving(data_dir) as running:
        # Not the clock on the wall: other tests run beside this one. Alone it takes 0.6 s.
        assert cpu_seconds(running.process.pid) < 2
        wait_until(lambda: "hallporter is ready" in running.printed, 5)
        assert running.keys["publishable_key"] in running.printed
        assert "sk_live_" not in running.printed


def test_after_kill_9_all_that_was_acknowledged_is_there(data_dir: Path) -> None:
    with serving(data_dir) as running:
        bearer = {"Authorization": f"Bearer {running.keys['secret_key']}"}
        user = {"email_address": ["grace@example.com"], "password": "correct horse battery"}
        made = running.http.post("/v1/users", headers=bearer, json=user)
        assert made.status_code == 200
        running.kill()
        assert not running.database_is_stopped()
    with serving(data_dir) as again:
        found = again.http.get(f"/v1/users/{made.json()['id']}", headers=bearer)
        assert found.status_code == 200
        assert again.stop() == 0
        assert again.database_is_stopped()


def test_while_the_database_is_away_the_server_waits_for_it(data_dir: Path) -> None:
    def name() -> str:
        settings = running.http.get("/v1/environment").json()["display_config"]
        return settings["application_name"]

    with serving(data_dir) as running:
        database = embedded.start(data_dir)
        with psycopg.connect(database.dsn, autocommit=True) as inside:
            inside.execute("alter database hallporter connection limit 0")
            reconnect_all(inside)
            wait_until(lambda: "instances: waiting for the database" in running.log, 10)
            inside.execute("alter database hallporter connection limit -1")
        database.stop()
        changed = running.instance("update", "acme", "display.application_name=Night desk")
        assert changed.returncode == 0, changed.stderr
        wait_until(lambda: name() == "Night desk", 2)


def test_several_servers_may_start_for_the_first_time_at_once() -> None:
    with (
        new_data_dir() as data_dir,
        serving(data_dir, wait=False) as one,
        serving(data_dir, wait=False) as other,
    ):
        for each in (one, other):
            wait_until(lambda each=each: "hallporter is ready" in each.printed)
        printed = one.printed + other.printed
        assert printed.count("Secret key") == 1


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_during_the_start_leaves_no_database(data_dir: Path, name: signal.Signals) -> None:
    with serving(data_dir, wait=False) as running:
        wait_until(lambda: not running.database_is_stopped())
        running.process.send_signal(name)
        assert running.process.wait(30) == 0
        assert running.database_is_stopped()
        assert "Traceback" not in running.log


def test_the_keys_and_no_other_open_the_database(data_dir: Path) -> None:
    arguments = ("serve", "--port", str(free_port()), "--data-dir", str(data_dir))
    refused = hallporter(*arguments, HALLPORTER_MASTER_KEY="A" * 43)
    assert refused.returncode == 1
    assert "hold different master keys" in refused.stderr
    hidden = (data_dir / "master.key").rename(data_dir / "hidden")
    try:
        missing = hallporter(*arguments)
        wrong = hallporter(*arguments, HALLPORTER_MASTER_KEY="A" * 43)
    finally:
        hidden.rename(data_dir / "master.key")
    for each in (missing, wrong):
        assert each.returncode == 1
        assert each.stderr.startswith("The database is encrypted")
        assert "Traceback" not in each.stderr
    assert not (data_dir / "postgres" / "data" / "postmaster.pid").exists()


def test_two_workers_answer_are_replaced_and_end_with_their_parent(data_dir: Path) -> None:
    def workers() -> set[int]:
        return {pid for pid, line in running.children().items() if "spawn_main" in line}

    with serving(data_dir, "--workers", "2") as running:
        wait_until(lambda: "hallporter is ready" in running.printed)
        before = workers()
        assert len(before) == 2
        os.kill(min(before), signal.SIGKILL)
        wait_until(lambda: len(workers()) == 2 and workers() != before)
        assert running.http.get("/v1/health").status_code == 200
        orphans = workers()
        running.kill()
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in orphans))
    with serving(data_dir, "--workers", "2", port=running.port) as again:
        assert again.stop() == 0
        assert again.database_is_stopped()


def test_tls_auto_answers_https_under_its_own_authority(data_dir: Path) -> None:
    with serving(data_dir, "--tls", "auto", wait=False) as running:
        wait_until(lambda: "hallporter is ready" in running.printed)
        authority = data_dir / "tls" / "ca.pem"
        trusting = ssl.create_default_context(cafile=str(authority))
        url = f"https://localhost:{running.port}"
        assert httpx.get(f"{url}/v1/health", verify=trusting).status_code == 200
        assert running.keys["frontend_api_url"].startswith(url)
        assert str(authority) in running.printed
        assert (data_dir / "tls" / "server.pem").stat().st_mode & 0o777 == 0o600


def test_another_postgresql_is_used_when_told() -> None:
    with ready_database() as elsewhere, new_data_dir() as own:
        with serving(own, DATABASE_URL=elsewhere.dsn) as running:
            assert running.stop() == 0
        assert not (own / "postgres").exists()
        listed = hallporter("instance", "list", "--data-dir", str(own), DATABASE_URL=elsewhere.dsn)
        assert "default" in listed.stdout


def test_a_request_in_flight_is_finished_and_the_database_stopped(data_dir: Path) -> None:
    with serving(data_dir) as running:
        body = b"email_address=ada%40example.com&password=correct-horse"
        head = (
            f"POST /v1/client/sign_ups HTTP/1.1\r\nHost: localhost:{running.port}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", running.port), timeout=30) as slow:
            slow.sendall(head.encode() + body[:10])
            time.sleep(0.3)
            running.process.terminate()
            time.sleep(0.5)
            assert running.process.poll() is None
            slow.sendall(body[10:])
            assert slow.recv(64).startswith(b"HTTP/1.1 200")
        assert running.process.wait(30) == 0
        assert running.database_is_stopped()
        assert "Traceback" not in running.log


def test_backend_api_on_a_port_of_its_own(data_dir: Path) -> None:
    backend_port = free_port()
    with serving(data_dir, "--backend-port", str(backend_port)) as running:
        keys = running.keys
        bearer = {"Authorization": f"Bearer {keys['secret_key']}"}
        assert keys["backend_api_url"] == f"http://localhost:{backend_port}"
        assert keys["frontend_api_url"] == f"http://localhost:{running.port}"
        there = httpx.get(f"{keys['backend_api_url']}/v1/users", headers=bearer)
        assert there.status_code == 200
        assert running.http.get("/v1/users", headers=bearer).status_code == 404
        assert httpx.get(f"{keys['backend_api_url']}/v1/environment").status_code == 404
