"""Case 51: a flood of sign-ins is answered in bounds; who is signed in notices nothing."""

import base64
import threading
import time
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from hallporter.contract.settings import Settings
from hallporter.core import threads
from hallporter.core.threads import HASHES, PICTURES, Pool
from hallporter.features.users import pictures
from tests.cli.processes import wait_until
from tests.concurrency import at_once
from tests.conftest import Make
from tests.harness import Account, Backend, Browser, Reply, Tenant, new_address
from tests.pictures import PATH, encoded, upload

_FLOOD = 24


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody who is signed in when the flood begins."""
    return browser.sign_up()


@contextmanager
def no_thread_free(instance: Tenant, kept: Pool = HASHES) -> Generator[None]:
    """Keep every thread for hashes, or for pictures, busy, as a flood would."""
    is_over = threading.Event()
    busy = threading.Semaphore(0)

    def hold() -> None:
        busy.release()
        is_over.wait(30)

    count = kept.thread_count
    with ThreadPoolExecutor(count) as pool:
        for _ in range(count):
            pool.submit(instance.harness.run, kept.do("keeping a thread busy", hold))
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


def test_case_51_pictures_and_sign_ins_do_not_wait_for_each_other(
    instance: Tenant, browser: Browser, account: Account
) -> None:
    with no_thread_free(instance, HASHES):
        assert upload(browser, encoded()).status == 200
    with no_thread_free(instance, PICTURES):
        assert instance.browser().sign_in(account.email_address).status == 200


def wait_for_upload(account: Account) -> None:
    """Return when a picture of the user is under way."""
    wait_until(lambda: pictures.is_uploading(account.user_id))


def test_case_51_a_user_uploads_one_picture_at_a_time(
    instance: Tenant, browser: Browser, account: Account
) -> None:
    with instance.browser() as elsewhere, ThreadPoolExecutor(1) as pool:
        elsewhere.sign_in(account.email_address).ok()
        with no_thread_free(instance, PICTURES):
            first = pool.submit(upload, browser, encoded())
            wait_for_upload(account)
            refused = upload(elsewhere, encoded())
            assert (refused.status, refused.codes) == (429, ["too_many_requests"])
            assert refused.headers["retry-after"] == str(threads.PATIENCE_SECONDS)
        assert first.result(30).status == 200
        assert upload(elsewhere, encoded()).status == 200


class Slow:
    """Users who send half of a picture each, and the rest when all of them are told to."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self.go_on = threading.Event()

    def begin(self, tenant: Tenant) -> Future[Reply]:
        """Send another half; return when it is being received."""
        browser = tenant.browser()
        account = browser.sign_up()
        begun = self._pool.submit(browser.request, "POST", PATH, content=self._halves())
        wait_for_upload(account)
        return begun

    def _halves(self) -> Iterator[bytes]:
        content = base64.b64encode(encoded())
        yield content[:40]
        self.go_on.wait(30)
        yield content[40:]


@pytest.fixture
def slow() -> Iterator[Slow]:
    """Nobody yet."""
    with ThreadPoolExecutor(4) as pool:
        slow = Slow(pool)
        yield slow
        slow.go_on.set()


def test_case_51_who_sends_slowly_keeps_nobody_out(
    instance: Tenant,
    browser: Browser,
    account: Account,
    slow: Slow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "MOST_INCOMING", 2)
    begun = [slow.begin(instance) for _ in range(2)]
    assert upload(browser, encoded()).status == 200
    slow.go_on.set()
    # Whoever has been at it the longest has given their place up; the other is done.
    replies = [each.result(30) for each in begun]
    assert [reply.status for reply in replies] == [429, 200]
    assert replies[0].codes == ["too_many_requests"]


def test_case_51_the_users_of_one_instance_take_no_place_of_another(
    instance: Tenant, make_instance: Make, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_INCOMING", 3)
    quiet = make_instance(Settings(test_mode=True))
    first = slow.begin(quiet)
    begun = [slow.begin(instance) for _ in range(3)]
    slow.go_on.set()
    assert first.result(30).status == 200
    assert [each.result(30).status for each in begun] == [429, 200, 200]


def test_case_51_the_pictures_of_one_instance_leave_places_to_others(
    instance: Tenant,
    make_instance: Make,
    browser: Browser,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pictures, "MOST_DRAWN", 1)
    with (
        instance.browser() as second,
        make_instance(Settings(test_mode=True)).browser() as elsewhere,
        ThreadPoolExecutor(2) as pool,
    ):
        second.sign_up()
        other = elsewhere.sign_up()
        with no_thread_free(instance, PICTURES):
            begun = [pool.submit(upload, browser, encoded())]
            wait_for_upload(account)
            begun.append(pool.submit(upload, elsewhere, encoded()))
            wait_for_upload(other)
            assert upload(second, encoded()).status == 429
        assert [each.result(30).status for each in begun] == [200, 200]
        assert upload(second, encoded()).status == 200


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
    with ThreadPoolExecutor(3) as pool, no_thread_free(instance):
        # The right password, a wrong one, and nobody's: none is told from another.
        pending: list[Future[Reply]] = [
            pool.submit(instance.browser().sign_in, known),
            pool.submit(instance.browser().sign_in, known, "not the password"),
            pool.submit(instance.browser().sign_in, new_address()),
        ]
        until = time.monotonic() + 10
        while not all(each.done() for each in pending) and time.monotonic() < until:
            assert browser.token(account.session_id)
        # They are told at the limit, not when at last a thread has time to tell them.
        replies = [each.result(0) for each in pending]
    assert [reply.status for reply in replies] == [429] * 3
    assert {tuple(reply.codes) for reply in replies} == {("too_many_requests",)}
    assert {reply.headers["retry-after"] for reply in replies} == {"1"}
    monkeypatch.undo()
    assert instance.browser().sign_in(known).status == 200
