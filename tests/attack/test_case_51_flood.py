"""Case 51: a flood of sign-ins is answered in bounds; who is signed in notices nothing."""

import threading
import time
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from hallporter.core import threads
from tests.crowd import at_once
from tests.house import Account, Backend, Browser, Reply, Tenant, new_address

_FLOOD = 24


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody who is signed in when the flood begins."""
    return browser.sign_up()


@contextmanager
def no_thread_free(instance: Tenant) -> Generator[None]:
    """Keep every thread for hashes busy, as a flood would."""
    is_over = threading.Event()
    busy = threading.Semaphore(0)

    def hold() -> None:
        busy.release()
        is_over.wait(30)

    count = threads.thread_count()
    with ThreadPoolExecutor(count) as pool:
        for _ in range(count):
            pool.submit(instance.house.run, threads.aside("keeping a thread busy", hold))
        for _ in range(count):
            assert busy.acquire(timeout=30)
        try:
            yield
        finally:
            is_over.set()


def test_case_51_a_flood_is_answered_and_mints_go_on(
    instance: Tenant, backend: Backend, browser: Browser, account: Account
) -> None:
    known = new_address()
    backend.create_user(email_address=[known])

    def knock(number: int) -> Reply:
        with instance.browser() as stranger:
            if number % 3 == 0:
                return stranger.sign_in(known)
            return stranger.sign_in(new_address() if number % 3 == 1 else account.email_address)

    with ThreadPoolExecutor(1) as pool:
        flood = pool.submit(at_once, _FLOOD, knock)
        minted = [browser.token(account.session_id)]
        while not flood.done():
            minted.append(browser.token(account.session_id))
    assert {reply.status for reply in flood.result()} <= {200, 422, 429}
    assert all(minted)


def test_case_51_who_cannot_be_served_in_time_is_told_when_to_come_back(
    instance: Tenant,
    backend: Backend,
    browser: Browser,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = new_address()
    backend.create_user(email_address=[known])
    monkeypatch.setattr(threads, "PATIENCE_SECONDS", 1)
    with ThreadPoolExecutor(3) as pool:
        with no_thread_free(instance):
            # The right password, a wrong one, and nobody's: none is told from another.
            asked: list[Future[Reply]] = [
                pool.submit(instance.browser().sign_in, known),
                pool.submit(instance.browser().sign_in, known, "not the password"),
                pool.submit(instance.browser().sign_in, new_address()),
            ]
            until = time.monotonic() + threads.PATIENCE_SECONDS + 2
            while time.monotonic() < until:
                assert browser.token(account.session_id)
        replies = [each.result(30) for each in asked]
    assert [reply.status for reply in replies] == [429] * 3
    assert {tuple(reply.codes) for reply in replies} == {("too_many_requests",)}
    assert {reply.headers["retry-after"] for reply in replies} == {"1"}
    monkeypatch.undo()
    assert instance.browser().sign_in(known).status == 200
