"""kill -9 at any moment loses no acknowledged sign-up and leaves none half-made.

`KILL_ROUNDS=20 make test ARGS=tests/crash` runs as many rounds as you like.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from tests.house import ORIGIN, PASSWORD, TEST_CODE, new_address

ROUNDS = int(os.environ.get("KILL_ROUNDS", "3"))
VERSION = {"__clerk_api_version": "2026-05-12"}
BROWSERS = 4


class Running:
    """A server in a process of its own."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "hallporter", "serve"]
        self.process = subprocess.Popen(
            [*command, "--data-dir", str(data_dir), "--port", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 30
        while not self._answers():
            assert time.monotonic() < deadline, "the server did not come back"
            assert self.process.poll() is None, "the server refused to start"
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/v1/health").status_code == 200
        except httpx.HTTPError:
            return False


def test_every_answered_sign_up_survives_kill_9_and_none_is_half_made() -> None:
    with tempfile.TemporaryDirectory(prefix="hallporter-crash-") as folder:
        data_dir, port = Path(folder), _free_port()
        answered: dict[str, str] = {}
        running = Running(data_dir, port)
        for _ in range(ROUNDS):
            answered |= _load_until_killed(running)
            running = Running(data_dir, port)
        try:
            _assert_all_there(running, data_dir, answered)
        finally:
            running.process.send_signal(signal.SIGTERM)
            running.process.wait(20)


def _load_until_killed(running: Running) -> dict[str, str]:
    answered: dict[str, str] = {}
    threads = [
        threading.Thread(target=_sign_up_forever, args=(running.url, answered))
        for _ in range(BROWSERS)
    ]
    for thread in threads:
        thread.start()
    time.sleep(random.uniform(0.6, 1.6))
    running.process.kill()
    running.process.wait()
    for thread in threads:
        thread.join()
    return answered


def _sign_up_forever(url: str, answered: dict[str, str]) -> None:
    while True:
        address = new_address()
        try:
            with httpx.Client(base_url=url, params=VERSION, headers={"Origin": ORIGIN}) as browser:
                answered[address] = _sign_up(browser, address)
        except (httpx.HTTPError, KeyError):
            return


def _sign_up(browser: httpx.Client, address: str) -> str:
    form = {"email_address": address, "password": PASSWORD}
    begun = browser.post("/v1/client/sign_ups", data=form).json()["response"]
    path = f"/v1/client/sign_ups/{begun['id']}"
    browser.post(f"{path}/prepare_verification", data={"strategy": "email_code"})
    code = {"strategy": "email_code", "code": TEST_CODE}
    done = browser.post(f"{path}/attempt_verification", data=code).json()["response"]
    return str(done["created_user_id"])


def _assert_all_there(running: Running, data_dir: Path, answered: dict[str, str]) -> None:
    assert len(answered) > ROUNDS, "the load was too small to prove anything"
    headers = {
        "Authorization": f"Bearer {_secret_key(data_dir)}",
        "Clerk-API-Version": "2026-05-12",
    }
    users: dict[str, list[str]] = {}
    sessions = 0
    with httpx.Client(base_url=running.url, headers=headers) as backend:
        for user in _all(backend, "/v1/users"):
            users[user["id"]] = [each["email_address"] for each in user["email_addresses"]]
            assert user["password_enabled"]
            assert user["primary_email_address_id"] is not None
        sessions = len(_all(backend, "/v1/sessions"))
    for address, user_id in answered.items():
        assert users.get(user_id) == [address]
    # A user comes to be in one write with its session: as many of one as of the other.
    assert len(users) == sessions


def _all(backend: httpx.Client, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = backend.get(path, params={"limit": 500, "offset": len(found)}).json()
        if not page:
            return found
        found += page


def _secret_key(data_dir: Path) -> str:
    command = [sys.executable, "-m", "hallporter", "keys", "--json", "--data-dir", str(data_dir)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: str = json.loads(printed)["secret_key"]
    return found


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
