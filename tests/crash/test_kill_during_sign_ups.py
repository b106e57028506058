"""kill -9 at any moment loses no acknowledged sign-up and leaves none half-made.

`KILL_ROUNDS=20 make test ARGS=tests/crash` runs as many rounds as you like.
"""

import os
import random
import threading
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx

from tests.cli.processes import Serving, free_port, ready_data_dir, wait_until
from tests.harness import ORIGIN, PASSWORD, TEST_CODE, new_address

ROUNDS = int(os.environ.get("KILL_ROUNDS", "3"))
VERSION = {"__clerk_api_version": "2026-05-12"}
BROWSERS = 4


def test_every_answered_sign_up_survives_kill_9_and_none_is_half_made() -> None:
    with ready_data_dir() as data_dir, ExitStack() as lifetimes:
        answered: dict[str, str] = {}
        port = free_port()
        for _ in range(ROUNDS):
            answered |= _load_until_killed(_started(data_dir, port, lifetimes))
        _assert_all_there(_started(data_dir, port, lifetimes), answered)


def _started(data_dir: Path, port: int, lifetimes: ExitStack) -> Serving:
    """Start a server on what the one before has left, its PostgreSQL among it."""
    return lifetimes.enter_context(closing(Serving(data_dir, port=port)))


def _load_until_killed(running: Serving) -> dict[str, str]:
    answered: dict[str, str] = {}
    threads = [
        threading.Thread(target=_sign_up_forever, args=(running.url, answered))
        for _ in range(BROWSERS)
    ]
    for thread in threads:
        thread.start()
    # Under way, however busy the machine is; and then at any moment.
    wait_until(lambda: len(answered) > BROWSERS)
    time.sleep(random.uniform(0, 1))
    running.kill()
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


def _assert_all_there(running: Serving, answered: dict[str, str]) -> None:
    headers = {
        "Authorization": f"Bearer {running.keys['secret_key']}",
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
