"""Case 20: what was proved before a way in was changed or taken away opens nothing afterwards."""

import asyncio
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from hallporter.contract.ids import InstanceId, UserId
from hallporter.core import passwords
from hallporter.core.database import Write
from hallporter.features.credentials import store as credential_store
from hallporter.features.users import store as user_store
from tests import links
from tests.cli.processes import wait_until
from tests.conftest import Make
from tests.factors import App, add_app
from tests.harness import (
    PASSWORD,
    TEST_CODE,
    Account,
    Backend,
    Browser,
    Clock,
    Harness,
    Reply,
    Tenant,
    new_address,
)

NEW = "an altogether new one"
_WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
Change = Callable[[Tenant, Browser, Backend, Account], object]


@pytest.fixture
def account(instance: Tenant, browser: Browser) -> Account:
    """Somebody who signs in with two factors, and is here."""
    instance.update(reverification=False)
    return browser.sign_up()


@pytest.fixture
def app(instance: Tenant, account: Account) -> App:
    return add_app(instance, account.user_id)


def waiting(browser: Browser, account: Account, password: str = PASSWORD) -> str:
    """Give the password and return the path of the sign-in that waits for the second factor."""
    begun = browser.sign_in(account.email_address, password).ok()
    assert begun.body["status"] == "needs_second_factor"
    return f"/v1/client/sign_ins/{begun.body['id']}"


def second(browser: Browser, path: str, app: App) -> Reply:
    return browser.post(f"{path}/attempt_second_factor", strategy="totp", code=app.code(1))


def change(_: Tenant, browser: Browser, __: Backend, ___: Account) -> object:
    given = {"current_password": PASSWORD, "new_password": NEW}
    return browser.post("/v1/me/change_password", **given).ok()


def set_by_server(_: Tenant, __: Browser, backend: Backend, account: Account) -> object:
    return backend.patch(f"/v1/users/{account.user_id}", password=NEW).ok()


def say_compromised(_: Tenant, __: Browser, backend: Backend, account: Account) -> object:
    return backend.post(f"/v1/users/{account.user_id}/password/set_compromised").ok()


def ban_for_a_while(_: Tenant, __: Browser, backend: Backend, account: Account) -> object:
    backend.post(f"/v1/users/{account.user_id}/ban").ok()
    return backend.post(f"/v1/users/{account.user_id}/unban").ok()


def begun_reset(browser: Browser, account: Account) -> str:
    strategy = "reset_password_email_code"
    begun = browser.post(
        "/v1/client/sign_ins", identifier=account.email_address, strategy=strategy
    ).ok()
    path = f"/v1/client/sign_ins/{begun.body['id']}"
    proved = browser.post(f"{path}/attempt_first_factor", strategy=strategy, code=TEST_CODE).ok()
    assert proved.body["status"] == "needs_new_password"
    return path


@pytest.mark.parametrize("overtake", [change, set_by_server, say_compromised, ban_for_a_while])
def test_case_20_who_is_half_way_in_is_out(
    instance: Tenant,
    browser: Browser,
    backend: Backend,
    account: Account,
    app: App,
    clock: Clock,
    overtake: Change,
) -> None:
    with instance.browser() as other:
        path = waiting(other, account)
        clock.advance(seconds=1)
        overtake(instance, browser, backend, account)
        clock.advance(seconds=1)
        refused = second(other, path, app)
        assert refused.codes == ["client_state_invalid"]
        assert other.get("/v1/client").ok().body["sign_in"] is None
        assert other.get(path).ok().body["status"] == "abandoned"
        again = second(other, path, app)
        assert again.codes == ["client_state_invalid"]
        assert other.get("/v1/me").status == 401


def test_case_20_a_reset_ends_what_another_has_begun(
    instance: Tenant, account: Account, app: App, clock: Clock
) -> None:
    with instance.browser() as other, instance.browser() as owner:
        path = waiting(other, account)
        clock.advance(minutes=1)
        own = begun_reset(owner, account)
        owner.post(f"{own}/reset_password", password=NEW).ok()
        clock.advance(minutes=1)
        # Nothing is changed by the mailbox alone, and so nothing void.
        assert (
            owner.post(f"{own}/attempt_second_factor", strategy="totp", code=app.code())
            .ok()
            .body["status"]
            == "complete"
        )
        clock.advance(minutes=2)
        assert second(other, path, app).codes == ["client_state_invalid"]


def test_case_20_a_password_chosen_elsewhere_ends_a_reset(
    instance: Tenant, browser: Browser, backend: Backend, account: Account, clock: Clock
) -> None:
    with instance.browser() as other:
        path = begun_reset(other, account)
        clock.advance(seconds=1)
        change(instance, browser, backend, account)
        refused = other.post(f"{path}/reset_password", password="yet another one")
        assert refused.codes == ["client_state_invalid"]
        assert other.sign_in(account.email_address, NEW).status == 200


def test_case_20_an_address_that_goes_takes_what_it_has_proved_along(
    instance: Tenant, browser: Browser, account: Account, app: App, clock: Clock
) -> None:
    lost = new_address()
    added = browser.post("/v1/me/email_addresses", email_address=lost).ok().body["id"]
    path = f"/v1/me/email_addresses/{added}"
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    browser.post(f"{path}/attempt_verification", code=TEST_CODE).ok()
    with instance.browser() as other:
        begun = other.post("/v1/client/sign_ins", identifier=lost, strategy="email_code").ok()
        sign_in = f"/v1/client/sign_ins/{begun.body['id']}"
        proved = other.post(
            f"{sign_in}/attempt_first_factor", strategy="email_code", code=TEST_CODE
        ).ok()
        assert proved.body["status"] == "needs_second_factor"
        clock.advance(seconds=1)
        browser.post(path, _method="DELETE").ok()
        assert second(other, sign_in, app).codes == ["client_state_invalid"]


def test_case_20_a_new_browser_that_waits_to_be_trusted_is_out_too(
    instance: Tenant, browser: Browser, backend: Backend, account: Account, clock: Clock
) -> None:
    instance.update(client_trust=True)
    with instance.browser() as other:
        begun = other.sign_in(account.email_address).ok()
        assert begun.body["status"] == "needs_client_trust"
        clock.advance(seconds=1)
        change(instance, browser, backend, account)
        path = f"/v1/client/sign_ins/{begun.body['id']}"
        refused = other.post(f"{path}/prepare_second_factor", strategy="email_code")
        assert refused.codes == ["client_state_invalid"]


def test_case_20_a_link_that_was_opened_before_signs_nobody_in(
    make_instance: Make, clock: Clock
) -> None:
    tenant = make_instance(links.settings(require_same_client=False))
    address = new_address()
    with tenant.backend() as backend, tenant.browser() as waits, tenant.browser() as reads:
        user_id = backend.create_user(email_address=[address])["id"]
        path = links.begin_sign_in(waits, address)
        links.follow(reads, links.mailed(tenant.outbox(), address))
        clock.advance(seconds=1)
        backend.patch(f"/v1/users/{user_id}", password=NEW).ok()
        clock.advance(seconds=1)
        for _ in range(2):
            assert waits.get(path).ok().body["status"] == "abandoned"
        assert waits.get("/v1/me").status == 401


def test_case_20_what_is_proved_afterwards_goes_on(
    instance: Tenant,
    browser: Browser,
    backend: Backend,
    account: Account,
    app: App,
    clock: Clock,
) -> None:
    with instance.browser() as other:
        begun = other.post("/v1/client/sign_ins", identifier=account.email_address).ok()
        clock.advance(seconds=1)
        change(instance, browser, backend, account)
        clock.advance(seconds=1)
        path = f"/v1/client/sign_ins/{begun.body['id']}"
        other.post(f"{path}/attempt_first_factor", strategy="password", password=NEW).ok()
        assert second(other, path, app).ok().body["status"] == "complete"


@contextmanager
def held_hashing(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> Generator[Callable[[], bool]]:
    """Have whoever makes a hash wait until the end; yields what tells that somebody does."""
    hash_password, going_on, waits = passwords.hash_password, asyncio.Event(), threading.Event()

    async def wait(password: str) -> str:
        waits.set()
        await going_on.wait()
        return await hash_password(password)

    async def go_on() -> None:
        going_on.set()

    monkeypatch.setattr(passwords, "hash_password", wait)
    try:
        yield waits.is_set
    finally:
        harness.run(go_on())


@pytest.mark.parametrize("overtake", [change, set_by_server])
def test_case_20_the_old_password_given_while_the_new_one_is_set_opens_nothing(
    instance: Tenant,
    browser: Browser,
    backend: Backend,
    account: Account,
    app: App,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    overtake: Change,
) -> None:
    with instance.browser() as other, ThreadPoolExecutor(1) as thread:
        with held_hashing(instance.harness, monkeypatch) as is_waited:
            changed = thread.submit(overtake, instance, browser, backend, account)
            wait_until(is_waited)
            clock.advance(seconds=1)
            path = waiting(other, account)
        changed.result()
        clock.advance(seconds=1)
        assert second(other, path, app).codes == ["client_state_invalid"]
        assert second(other, waiting(other, account, NEW), app).status == 200


def test_case_20_a_change_that_ends_late_makes_nothing_good_again(
    instance: Tenant,
    browser: Browser,
    backend: Backend,
    account: Account,
    app: App,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with instance.browser() as other, ThreadPoolExecutor(1) as thread:
        with held_hashing(instance.harness, monkeypatch) as is_waited:
            changed = thread.submit(set_by_server, instance, browser, backend, account)
            wait_until(is_waited)
            clock.advance(seconds=1)
            path = waiting(other, account)
            clock.advance(seconds=1)
            say_compromised(instance, browser, backend, account)
        changed.result()
        assert second(other, path, app).codes == ["client_state_invalid"]


def test_case_20_what_is_proved_in_the_same_moment_is_told_apart(
    instance: Tenant, browser: Browser, backend: Backend, account: Account, app: App
) -> None:
    with instance.browser() as before, instance.browser() as after:
        path = waiting(before, account)
        change(instance, browser, backend, account)
        assert second(before, path, app).codes == ["client_state_invalid"]
        assert second(after, waiting(after, account, NEW), app).status == 200


@contextmanager
def changing_password(harness: Harness, tenant: Tenant, user_id: str) -> Generator[None]:
    """Have a write under way that changes a password, and commit it at the end."""
    ids, done, held = (InstanceId(tenant.id), UserId(user_id)), asyncio.Event(), asyncio.Event()

    async def write(tx: Write) -> None:
        await user_store.lock_user(tx, *ids)
        held.set()
        await done.wait()
        await credential_store.set_password(tx, *ids, "$argon2id$other", harness.clock.now() + 1)

    async def hold() -> None:
        async with harness.open.db.write() as tx:
            await write(tx)

    async def begin() -> "asyncio.Task[None]":
        task = asyncio.create_task(hold())
        await held.wait()
        return task

    async def end() -> None:
        done.set()
        await task

    task = harness.run(begin())
    try:
        yield
    finally:
        harness.run(end())


@pytest.mark.parametrize("is_second_factor_asked_for", [True, False])
def test_case_20_a_password_changed_while_it_is_judged_opens_nothing(
    harness: Harness,
    instance: Tenant,
    account: Account,
    clock: Clock,
    is_second_factor_asked_for: bool,
) -> None:
    if is_second_factor_asked_for:
        add_app(instance, account.user_id)
    with instance.browser() as other, ThreadPoolExecutor(1) as thread:
        with changing_password(harness, instance, account.user_id):
            reply = thread.submit(other.sign_in, account.email_address)
            wait_until(lambda: harness.run(harness.open.db.value(_WAITING)) == 1)
        assert reply.result().codes == ["client_state_invalid"]
        assert other.get("/v1/client").ok().body is None
