"""Real faults of a real PostgreSQL: what is answered meanwhile, and that all goes on after."""

import os
import signal
import subprocess
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from clerk_backend_api import Clerk, models

from hallporter.core import embedded
from tests.cli.callers import mint, tenant_of
from tests.cli.databases import (
    family,
    on_another,
    on_its_own,
    postmaster,
    ready_database,
    reconnect_all,
    refuse_writes,
    take_writes,
)
from tests.cli.processes import new_data_dir, ready_data_dir, serving, wait_until
from tests.cutting_proxy import cutting_proxy
from tests.harness import Backend, Reply, new_address

# The client warns of its own fields whenever it compares them.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

RESTARTS = 50
# What a statement may take, and then to be cut off.
ANSWERED_SECONDS = 25


def create(backend: Backend) -> Reply:
    return backend.post("/v1/users", email_address=[new_address()], skip_password_requirement=True)


def test_a_killed_postgresql_is_started_again() -> None:
    with on_its_own() as server, tenant_of(server).backend() as backend:
        create(backend).ok()
        killed = postmaster(server.data_dir)
        os.kill(killed, signal.SIGKILL)
        # Until they notice, those whom it had started still answer.
        wait_until(lambda: _has_another(server.data_dir, killed))
        wait_until(lambda: create(backend).status == 200)
        assert len(backend.get("/v1/users").ok().json) == 2
        assert server.stop() == 0
        assert server.database_is_stopped()


def _has_another(data_dir: Path, before: int) -> bool:
    with suppress(FileNotFoundError, IndexError):
        return postmaster(data_dir) != before
    return False


def test_a_postgresql_that_stands_still_is_answered_503_and_goes_on() -> None:
    with on_its_own() as server, tenant_of(server).browser() as browser:
        account = browser.sign_up()
        stopped = family(postmaster(server.data_dir))
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            assert mint(browser, account.session_id).status == 503
            assert time.monotonic() - began < ANSWERED_SECONDS
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)
        wait_until(lambda: mint(browser, account.session_id).status == 200)


def test_of_a_read_only_database_every_read_works_and_every_write_is_503() -> None:
    with on_another() as (server, inside), tenant_of(server).browser() as browser:
        account = browser.sign_up()
        with browser.tenant.backend() as backend:
            refuse_writes(inside)
            wait_until(lambda: mint(browser, account.session_id).status == 200)
            refused = create(backend)
            assert (refused.status, refused.codes) == (503, ["service_unavailable"])
            assert refused.headers["retry-after"] == "1"
            with browser.tenant.browser() as other:
                assert other.sign_in(account.email_address).status == 503
            backend.get("/v1/users").ok()
            take_writes(inside)
            # No connection is cut by hand: those that met the refusal are left by themselves.
            wait_until(lambda: create(backend).status == 200, 10)
            assert "Traceback" not in server.log


def test_when_all_connections_are_taken_requests_are_503_and_then_go_on() -> None:
    with on_another() as (server, inside), tenant_of(server).backend() as backend:
        inside.execute("alter database hallporter connection limit 1")
        reconnect_all(inside)
        refused = create(backend)
        assert (refused.status, refused.codes) == (503, ["service_unavailable"])
        inside.execute("alter database hallporter connection limit -1")
        wait_until(lambda: create(backend).status == 200, 10)
        assert "Traceback" not in server.log


def test_after_many_restarts_nothing_acknowledged_is_lost_and_mail_goes_on() -> None:
    with ready_data_dir() as data_dir, new_data_dir() as own, ExitStack() as lifetimes:
        database = embedded.start(data_dir)
        lifetimes.callback(lambda: database.stop())
        with (
            serving(own, DATABASE_URL=database.dsn) as server,
            tenant_of(server).backend() as backend,
        ):
            made: set[str] = set()
            for _ in range(RESTARTS):
                database.stop()
                assert create(backend).status == 503
                database = embedded.start(data_dir)
                reply = create(backend)
                if reply.status == 200:
                    made.add(reply.json["id"])
            wait_until(lambda: server.http.get("/v1/health").status_code == 200)
            listed = {user["id"] for user in backend.get("/v1/users", limit=500).ok().json}
            assert made
            assert made <= listed
            with backend.tenant.browser() as browser:
                browser.ask_for_code("grace@example.com")
                wait_until(lambda: "grace@example.com" in server.log)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a disk that is too small")
def test_a_full_disk_is_answered_503_and_all_goes_on_once_there_is_room() -> None:
    with new_data_dir() as data_dir:
        data_dir.mkdir()
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", str(data_dir)], check=True
        )
        try:
            with serving(data_dir) as server, tenant_of(server).backend() as backend:
                made = [create(backend).ok().json["id"] for _ in range(20)]
                _fill_up(data_dir, backend)
                wait_until(lambda: server.http.get("/v1/health").status_code == 200)
                wait_until(lambda: create(backend).status == 200)
                listed = {user["id"] for user in backend.get("/v1/users", limit=500).ok().json}
                assert listed.issuperset(made)
                assert server.stop() == 0
        finally:
            subprocess.run(["umount", "-l", str(data_dir)], check=True)


def _write_for_ever(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(65_536))


def _fill_up(data_dir: Path, backend: Backend) -> None:
    """Leave no room until a write has failed, and give it back."""
    filler = data_dir / "filler"
    with pytest.raises(OSError, match="No space left"):
        _write_for_ever(filler)
    try:
        statuses: set[int] = set()
        until = time.monotonic() + ANSWERED_SECONDS
        while 503 not in statuses and time.monotonic() < until:
            reply = backend.post(
                "/v1/users",
                email_address=[new_address()],
                skip_password_requirement=True,
                private_metadata={"long": os.urandom(3_000).hex()},
            )
            statuses.add(reply.status)
        assert statuses <= {200, 503}
        assert 503 in statuses
    finally:
        filler.unlink()


def test_a_create_whose_commit_was_cut_off_is_made_once_by_clerks_python_sdk() -> None:
    with (
        ready_database() as database,
        new_data_dir() as own,
        cutting_proxy(database.dsn) as proxy,
        serving(own, "--no-deliver", DATABASE_URL=proxy.dsn) as server,
        tenant_of(server).backend() as backend,
    ):
        proxy.cut_after = b"COMMIT"
        refused = create(backend)
        assert (refused.status, refused.codes) == (409, ["outcome_unknown"])
        [user] = backend.get("/v1/users").ok().json
        with Clerk(bearer_auth=backend.tenant.secret_key, server_url=f"{server.url}/v1") as clerk:
            proxy.cut_after = b"COMMIT"
            with pytest.raises(models.SDKError, match="outcome_unknown"):
                clerk.sessions.create(request={"user_id": user["id"]})
        assert len(backend.get("/v1/sessions", user_id=user["id"]).ok().json) == 1
