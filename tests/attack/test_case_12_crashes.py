"""Case 12: what was revoked and answered stays revoked, though everything is killed at once."""

import os
import signal
import threading
from contextlib import suppress

import httpx

from tests.cli import callers
from tests.cli.databases import family, postmaster
from tests.cli.processes import Serving, ready_data_dir, serving, wait_until
from tests.harness import Backend

_SESSIONS = 60
# Some are answered before everything dies, some are under way, some are not asked for any more.
_KILLED_AFTER = 15


def kill_everything(server: Serving) -> None:
    """End the server and its PostgreSQL as a power cut would."""
    postgres = family(postmaster(server.data_dir))
    server.process.kill()
    # Stopped first, or it would take its leave of them, and write what they had not.
    for name in (signal.SIGSTOP, signal.SIGKILL):
        for pid in postgres:
            os.kill(pid, name)
    server.process.wait()


def test_case_12_answered_revocations_survive_kill_9() -> None:
    with ready_data_dir() as data_dir:
        with serving(data_dir) as server:
            key = server.keys["secret_key"]
            tenant = callers.tenant_of(server, key)
            backend = tenant.backend()
            user = backend.create_user()
            banned = backend.create_user()
            sessions = [open_session(backend, user["id"]) for _ in range(_SESSIONS)]
            of_banned = open_session(backend, banned["id"])
            backend.post(f"/v1/users/{banned['id']}/ban").ok()
            old = server.run("keys", "rotate", "default")
            new_key = old.stdout.strip()
            assert server.run("keys", "revoke", "default-old").returncode == 0
            caller = tenant.backend(secret_key=new_key)
            wait_until(lambda: caller.get("/v1/users").status == 200)
            answered: list[str] = []
            worker = threading.Thread(target=revoke_all, args=(caller, sessions, answered))
            worker.start()
            wait_until(lambda: len(answered) >= _KILLED_AFTER)
            kill_everything(server)
            worker.join()
        assert len(answered) < _SESSIONS
        with serving(data_dir) as server:
            again = callers.tenant_of(server, new_key)
            with again.backend() as backend, again.backend(secret_key=key) as leaked:
                statuses = {id: status_of(backend, id) for id in answered}
                assert set(statuses.values()) == {"revoked"}
                assert status_of(backend, of_banned) not in ("active", "pending")
                assert backend.get(f"/v1/users/{banned['id']}").json["banned"]
                assert leaked.get("/v1/users").status == 401


def open_session(backend: Backend, user_id: str) -> str:
    """Open a session for a user, as a server does in tests."""
    return backend.post("/v1/sessions", user_id=user_id).ok().json["id"]


def status_of(backend: Backend, session_id: str) -> str:
    """Return what is told of a session."""
    return backend.get(f"/v1/sessions/{session_id}").ok().json["status"]


def revoke_all(backend: Backend, sessions: list[str], answered: list[str]) -> None:
    """Revoke sessions until nobody answers any more."""
    with suppress(httpx.HTTPError):
        for id in sessions:
            if backend.post(f"/v1/sessions/{id}/revoke").status == 200:
                answered.append(id)
