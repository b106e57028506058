"""Three days after a user was deleted nothing personal of them is left, and all of anybody else."""

import pytest

from hallporter.contract.events import Event
from hallporter.contract.settings import EventSettings, Settings
from tests.cli.processes import wait_until
from tests.conftest import Make
from tests.features.events.written import events
from tests.harness import PASSWORD, Backend, Browser, Clock, Harness, Tenant

AGENT = {"User-Agent": "Mozilla/5.0 (a test)"}
ADDRESS = "ada.lovelace@example.com"


@pytest.fixture
def tenant(make_instance: Make) -> Tenant:
    return make_instance(Settings(events=EventSettings(objects=True)))


def sign_up(tenant: Tenant, browser: Browser, address: str = ADDRESS) -> str:
    """Sign up by the code that is mailed, and return the user's id."""
    path = browser.ask_for_code(address)
    code = tenant.outbox().last_code(address)
    done = browser.post(f"{path}/attempt_verification", strategy="email_code", code=code).ok()
    return done.body["created_user_id"]


def add_address(tenant: Tenant, browser: Browser, address: str) -> str:
    """Give the user another address, proved, and return its path."""
    id = browser.post("/v1/me/email_addresses", email_address=address).ok().body["id"]
    path = f"/v1/me/email_addresses/{id}"
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    code = tenant.outbox().last_code(address)
    browser.post(f"{path}/attempt_verification", code=code).ok()
    return path


def delete(backend: Backend, user_id: str, clock: Clock) -> None:
    """Delete a user, and let the days go by."""
    backend.delete(f"/v1/users/{user_id}").ok()
    clock.advance(days=3)


def erase(harness: Harness, tenant: Tenant) -> None:
    """Have done what is then due."""
    harness.hurry("erase user")
    wait_until(lambda: count(tenant, "erasures") == 0)


def count(tenant: Tenant, table: str) -> int:
    sql = f"select count(*) from {table} where instance_id = $1"
    return tenant.harness.run(tenant.harness.open.db.value(sql, tenant.id))


def test_three_days_after_a_user_was_deleted_nothing_personal_is_left(
    tenant: Tenant, harness: Harness, clock: Clock
) -> None:
    with tenant.browser() as browser, tenant.backend() as backend:
        browser.http.headers.update(AGENT)
        user_id = sign_up(tenant, browser)
        browser.post("/v1/me", _method="PATCH", first_name="Augusta").ok()
        backend.delete(f"/v1/users/{user_id}").ok()
        job = "select due_at - $2 from jobs where instance_id = $1 and kind = 'erase user'"
        waits = harness.run(harness.open.db.value(job, tenant.id, clock.now()))
        assert waits == 3 * 86_400_000
        clock.advance(days=3)
        erase(harness, tenant)
    assert count(tenant, "sign_ups") == 0
    left = events(tenant)
    assert {each.type for each in left} >= {
        *(Event.USER_CREATED, Event.USER_DELETED, Event.EMAIL_CREATED)
    }
    text = repr(left) + repr(tenant.outbox().rows())
    for personal in (ADDRESS, "Augusta", AGENT["User-Agent"]):
        assert personal not in text
    by_server = [each for each in left if each.ip is not None]
    assert {each.type for each in by_server} == {Event.USER_DELETED, Event.SESSION_REVOKED}
    assert {each.cause for each in by_server} == {"secret_key"}
    assert [row.recipient for row in tenant.outbox().rows()] == [""]


def test_messages_to_an_address_that_was_given_up_before_go_too(
    tenant: Tenant, harness: Harness, clock: Clock
) -> None:
    with tenant.browser() as browser, tenant.backend() as backend:
        user_id = sign_up(tenant, browser)
        lost = "lost@example.com"
        path = add_address(tenant, browser, lost)
        browser.post(path, _method="DELETE").ok()
        clock.advance(hours=1)
        # Somebody else has it by now.
        with tenant.browser() as other:
            sign_up(tenant, other, lost)
        clock.advance(hours=1)
        delete(backend, user_id, clock)
        erase(harness, tenant)
    recipients = sorted(row.recipient for row in tenant.outbox().rows())
    assert set(recipients) == {"", lost}
    newer = [row for row in tenant.outbox().rows() if row.recipient == lost]
    assert [row.slug for row in newer] == ["verification_code"]
    assert count(tenant, "former_recipients") == 0
    by_visitors = [
        each
        for each in events(tenant)
        if each.type == Event.EMAIL_CREATED and each.cause == "visitor" and each.ip is not None
    ]
    assert [each.object_id for each in by_visitors] == [newer[0].id]


def test_what_a_server_takes_away_is_noted_as_well(
    tenant: Tenant, harness: Harness, clock: Clock
) -> None:
    with tenant.browser() as browser, tenant.backend() as backend:
        user_id = sign_up(tenant, browser)
        path = add_address(tenant, browser, "lost@example.com")
        backend.delete(path.replace("/me", "")).ok()
        delete(backend, user_id, clock)
        erase(harness, tenant)
    assert {row.recipient for row in tenant.outbox().rows()} == {""}


def test_a_sign_up_that_came_to_nothing_goes_with_its_address(
    tenant: Tenant, harness: Harness, clock: Clock
) -> None:
    with tenant.browser() as other, tenant.browser() as browser, tenant.backend() as backend:
        given = {"email_address": ADDRESS, "password": PASSWORD, "first_name": "Ada"}
        other.post("/v1/client/sign_ups", **given).ok()
        user_id = sign_up(tenant, browser)
        assert count(tenant, "sign_ups") == 2
        backend.delete(f"/v1/users/{user_id}").ok()
        clock.advance(hours=1)
        # Whoever begins now begins anew.
        with tenant.browser() as stranger:
            begun = stranger.post("/v1/client/sign_ups", **given).ok().body["id"]
            clock.advance(days=3)
            erase(harness, tenant)
            assert backend.client(stranger.client_id)["sign_up_id"] == begun
        assert backend.client(other.client_id)["sign_up_id"] is None
    sql = "select id from sign_ups where instance_id = $1"
    assert harness.run(harness.open.db.column(sql, tenant.id)) == [begun]


def test_a_sign_in_by_the_address_before_it_was_anybodys_goes_too(
    make_instance: Make, harness: Harness, clock: Clock
) -> None:
    tenant = make_instance(Settings(enumeration_protection=True))
    with tenant.browser() as other, tenant.browser() as browser, tenant.backend() as backend:
        other.post("/v1/client/sign_ins", identifier=ADDRESS.title()).ok()
        other.post("/v1/client/sign_ins", identifier="grace@example.com").ok()
        user_id = sign_up(tenant, browser)
        delete(backend, user_id, clock)
        erase(harness, tenant)
    sql = "select identifier from sign_ins where instance_id = $1"
    left = harness.run(harness.open.db.column(sql, tenant.id))
    assert left == ["grace@example.com"]
