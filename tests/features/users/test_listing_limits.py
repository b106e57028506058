"""Lists take turns and time of their own; who is signed in does not notice them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from hallporter.core.database import LISTING_SECONDS
from tests.harness import Account, Backend, Browser, Harness, Reply, Tenant

CALLERS = 12


@pytest.fixture
def inside(harness: Harness) -> Iterator[psycopg.Connection]:
    """A way into the database that may hold locks."""
    with psycopg.connect(harness.open.config.database_url or "") as connection:
        yield connection


@pytest.fixture
def account(browser: Browser) -> Account:
    return browser.sign_up()


def test_lists_that_take_too_long_are_refused_and_nothing_else_waits(
    inside: psycopg.Connection, backend: Backend, browser: Browser, account: Account
) -> None:
    # As slow as can be: the lists wait for this lock, and nothing else reads this table.
    inside.execute("lock table listed_identifiers in access exclusive mode")
    with ThreadPoolExecutor(CALLERS) as callers:
        requests = [callers.submit(_list_elsewhere, backend.tenant) for _ in range(CALLERS)]
        minted = [browser.token(account.session_id) for _ in range(10)]
        assert not any(each.done() for each in requests)
        refused = [each.result(LISTING_SECONDS * 3) for each in requests]
    inside.rollback()
    assert len(minted) == 10
    assert {reply.status for reply in refused} == {503}
    # Those whose turn came waited for the lock, the others for their turn.
    assert {reply.codes[0] for reply in refused} == {"service_unavailable", "list_too_long"}
    assert all("retry-after" in reply.headers for reply in refused)
    backend.get("/v1/allowlist_identifiers").ok()


def _list_elsewhere(tenant: Tenant) -> Reply:
    with tenant.backend() as backend:
        return backend.get("/v1/allowlist_identifiers")


def test_guesses_at_a_user_whose_row_is_locked_keep_nobody_else_waiting(
    inside: psycopg.Connection, instance: Tenant, browser: Browser, account: Account
) -> None:
    with instance.browser() as other:
        victim = other.sign_up()
    inside.execute("select id from users where id = %s for update", [victim.user_id])
    with ThreadPoolExecutor(CALLERS) as callers:
        guesses = [callers.submit(_guess, instance, victim.email_address) for _ in range(CALLERS)]
        minted = [browser.token(account.session_id) for _ in range(10)]
        assert not any(each.done() for each in guesses)
        statuses = {each.result(30).status for each in guesses}
    inside.rollback()
    assert len(minted) == 10
    assert statuses == {503}
    assert _guess(instance, victim.email_address).codes == ["form_password_incorrect"]


def _guess(tenant: Tenant, address: str) -> Reply:
    with tenant.browser() as browser:
        return browser.sign_in(address, "wrong guess 1")


def test_the_list_of_all_clients_is_whole_and_refused_only_before_it_begins(
    inside: psycopg.Connection, instance: Tenant
) -> None:
    inside.execute("lock table clients in access exclusive mode")
    with instance.backend(None) as backend:
        assert backend.get("/v1/clients").status == 503
        inside.rollback()
        assert backend.get("/v1/clients").ok().json == []
