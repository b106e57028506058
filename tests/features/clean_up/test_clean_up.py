"""What is over is deleted after its time, by itself, and nothing that anybody still has."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from hallporter.contract.events import Event
from hallporter.contract.ids import InstanceId
from hallporter.contract.settings import RetentionSettings, SessionSettings, Settings
from hallporter.core.clock import DAY
from hallporter.features.browsers import store as browser_store
from tests import links
from tests.cli.processes import wait_until
from tests.conftest import Make
from tests.devices import App, Device, enrol
from tests.features.events.written import events
from tests.features.sign_ins.test_agent_tasks import given_for
from tests.handshakes import cookies_of
from tests.harness import PASSWORD, Backend, Browser, Clock, Harness, Tenant, new_address

_COUNT = "select count(*) from {table} where instance_id = $1"
_TABLES = (
    *("handshakes", "refresh_tokens", "dev_browsers", "clients", "sessions", "sign_ins"),
    *("sign_ups", "verifications", "email_links", "messages", "external_verifications"),
)
_UNDER_WAY = """
    select count(*) from jobs
    where kind = 'clean up instance' or kind = 'clean up' and (due_at = 0 or attempts > 0)
"""
_MANY = """
    with many as (
        insert into handshakes
        select 'h' || n, $1, '', n from generate_series(1, $2) n
        returning 1
    )
    select count(*) from many
"""
_LONG = SessionSettings(lifetime_seconds=400 * 86_400)


def rows(tenant: Tenant, *tables: str) -> dict[str, int]:
    """Return how many rows of the instance each table has, of those that have any."""
    db, found = tenant.harness.open.db, dict[str, int]()
    for table in tables or _TABLES:
        found[table] = tenant.harness.run(db.value(_COUNT.format(table=table), tenant.id))
    return {table: count for table, count in found.items() if count}


def clean_up(harness: Harness) -> None:
    """Have everything cleaned up as the hour brings it, and wait for it."""
    harness.hurry("clean up instance")
    harness.hurry("clean up")
    wait_until(lambda: harness.run(harness.open.db.value(_UNDER_WAY)) == 0)


def leave_things_behind(tenant: Tenant) -> None:
    """Do all that leaves a row which nobody comes back for."""
    with tenant.browser() as other:
        other.ask_for_code("grace@example.com")
        address = new_address()
        with tenant.backend() as backend:
            backend.create_user(email_address=[address])
        begun = other.post("/v1/client/sign_ins", identifier=address).ok()
        path = f"/v1/client/sign_ins/{begun.body['id']}"
        other.post(f"{path}/prepare_first_factor", strategy="email_code").ok()
    with tenant.browser() as other:
        other.post("/v1/dev_browser").ok()
    with tenant.browser() as other:
        other.get("/v1/client/handshake", redirect_url="http://localhost:3000/", format="nonce")


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance whose sessions live for longer than these tests."""
    return make_instance(Settings(test_mode=True, session=_LONG), environment_type="development")


def test_after_a_month_nothing_is_left_of_what_nobody_came_back_for(
    instance: Tenant, browser: Browser, harness: Harness, clock: Clock
) -> None:
    account = browser.sign_up()
    cookies_of(instance, browser)
    clock.advance(days=1)
    clean_up(harness)
    with_somebody = rows(instance)
    stays = {"clients": 1, "sessions": 1, "refresh_tokens": 1, "dev_browsers": 1}
    for _ in range(3):
        leave_things_behind(instance)
    left = rows(instance)
    assert left.keys() == {*with_somebody, "handshakes", "sign_ins", "messages"}
    assert all(left[table] >= with_somebody.get(table, 0) + 3 for table in ("sign_ins", "messages"))
    clock.advance(days=34)
    clean_up(harness)
    assert rows(instance) == stays
    assert browser.get("/v1/client").ok().body["sessions"][0]["id"] == account.session_id
    clean_up(harness)
    assert rows(instance) == stays


def test_until_then_it_stays(instance: Tenant, harness: Harness, clock: Clock) -> None:
    leave_things_behind(instance)
    before = rows(instance)
    clock.advance(days=29)
    clean_up(harness)
    after = rows(instance)
    # A handshake lives for minutes.
    assert before.pop("handshakes") > 0
    assert after == before


def test_a_message_stays_for_its_days_whatever_time_a_test_has_made_it(
    instance: Tenant, backend: Backend, harness: Harness, clock: Clock
) -> None:
    backend.post("/v1/testing/clock", action="advance", by=40 * DAY).ok()
    backend.post("/v1/invitations", email_address="ada@example.com").ok()
    wait_until(lambda: [row.status for row in instance.outbox().rows()] == ["sent"])
    clean_up(harness)
    assert len(instance.outbox().rows()) == 1


def test_tickets_go_after_they_expired_taken_or_not(
    instance: Tenant, backend: Backend, harness: Harness, clock: Clock
) -> None:
    tables = ("sign_in_tokens", "actor_tokens", "agent_tasks")
    instance.update(retention__attempts_days=5)
    account = instance.browser().sign_up()
    user_id = account.user_id
    backend.post("/v1/sign_in_tokens", user_id=user_id, expires_in_seconds=86_400).ok()
    backend.post(
        "/v1/actor_tokens", user_id=user_id, actor={"sub": "support"}, expires_in_seconds=86_400
    ).ok()
    backend.post("/v1/agents/tasks", **given_for(account)).ok()
    made = rows(instance, *tables)
    assert made == dict.fromkeys(tables, 1)
    clock.advance(days=4)
    clean_up(harness)
    assert rows(instance, *tables) == made
    clock.advance(days=3)
    clean_up(harness)
    assert rows(instance, *tables) == {}


def test_a_link_goes_with_the_proof_that_makes_room_for_others(
    make_instance: Make, clock: Clock
) -> None:
    tenant = make_instance(links.settings())
    with tenant.browser() as browser:
        for _ in range(3):
            links.begin_sign_up(browser, new_address(), password=PASSWORD)
        clock.advance(days=2)
        links.begin_sign_up(browser, new_address(), password=PASSWORD)
        assert rows(tenant, "verifications", "email_links") == {
            "verifications": 1,
            "email_links": 1,
        }
        # Each browser has twenty at a time.
        for _ in range(25):
            clock.advance(minutes=2)
            links.begin_sign_up(browser, new_address(), password=PASSWORD)
        found = rows(tenant, "verifications", "email_links")
        assert found["email_links"] == found["verifications"] == 20


def test_from_where_a_message_was_asked_for_goes_with_it(
    instance: Tenant, harness: Harness, clock: Clock
) -> None:
    with instance.browser() as other:
        other.ask_for_code("grace@example.com")
    clock.advance(days=29)
    clean_up(harness)
    [mail] = [each for each in events(instance) if each.type == Event.EMAIL_CREATED]
    assert mail.ip is not None
    clock.advance(days=2)
    clean_up(harness)
    assert "messages" not in rows(instance)
    [mail] = [each for each in events(instance) if each.type == Event.EMAIL_CREATED]
    assert (mail.ip, mail.user_agent) == (None, "")


def test_where_a_user_was_written_to_is_known_for_as_long_as_what_was_written(
    instance: Tenant, browser: Browser, harness: Harness, clock: Clock
) -> None:
    account = browser.sign_up()
    with instance.backend() as backend:
        given = {"user_id": account.user_id, "email_address": "lost@example.com", "verified": True}
        added = backend.post("/v1/email_addresses", **given).ok().json["id"]
        backend.delete(f"/v1/email_addresses/{added}").ok()
    clock.advance(days=31)
    clean_up(harness)
    assert rows(instance, "former_recipients") == {"former_recipients": 1}
    clock.advance(days=2)
    clean_up(harness)
    assert rows(instance, "former_recipients") == {}


def test_an_old_client_stays_while_somebody_is_about_to_come_in(
    instance: Tenant, harness: Harness, clock: Clock
) -> None:
    address = new_address()
    with instance.backend() as backend:
        backend.create_user(email_address=[address])
    with instance.browser() as signing_in, instance.browser() as signing_up:
        signing_in.post("/v1/client/sign_ins", identifier=address).ok()
        signing_up.post("/v1/client/sign_ups", email_address=new_address()).ok()
        ids = {signing_in.client_id, signing_up.client_id}
        clock.advance(days=40)
        again = signing_in.post("/v1/client/sign_ins", identifier=address).ok()
        signing_up.post("/v1/client/sign_ups", email_address=new_address()).ok()
        clean_up(harness)
        assert {signing_in.client_id, signing_up.client_id} == ids
        path = f"/v1/client/sign_ins/{again.body['id']}/attempt_first_factor"
        signing_in.post(path, strategy="password", password="correct horse battery").ok()
        assert signing_in.client_id in ids


def test_a_client_forgets_an_attempt_that_is_gone(
    instance: Tenant, backend: Backend, harness: Harness, clock: Clock
) -> None:
    instance.update(retention__clients_days=100)
    with instance.browser() as other:
        other.post("/v1/client/sign_ups", email_address=new_address()).ok()
        id = other.client_id
        assert backend.client(id)["sign_up_id"] is not None
        clock.advance(days=32)
        clean_up(harness)
        assert backend.client(id)["sign_up_id"] is None
        assert other.get("/v1/client").ok().body["sign_up"] is None


def test_a_phone_whose_key_signs_in_keeps_its_client(
    instance: Tenant, harness: Harness, clock: Clock
) -> None:
    instance.update(trusted_device__sign_in=True, retention__sessions_days=1)
    with App(instance) as app:
        app.sign_up()
        device = Device()
        enrol(app, device)
        app.sign_out()
        clock.advance(days=60)
        clean_up(harness)
        clean_up(harness)
        assert rows(instance) == {"clients": 1}


def test_sessions_go_after_their_retention_and_then_their_clients(
    instance: Tenant, backend: Backend, browser: Browser, harness: Harness, clock: Clock
) -> None:
    instance.update(retention__sessions_days=90)
    account = browser.sign_up()
    browser.post("/v1/client/sessions", _method="DELETE").ok()
    clock.advance(days=89)
    clean_up(harness)
    ended = backend.get(f"/v1/sessions/{account.session_id}").ok().json
    assert ended["status"] == "removed"
    clock.advance(days=2)
    clean_up(harness)
    assert backend.get(f"/v1/sessions/{account.session_id}").status == 404
    # It is unused from now on: the next time it goes.
    clean_up(harness)
    assert rows(instance) == {}


def test_a_session_that_time_ended_goes_as_well(
    make_instance: Make, harness: Harness, clock: Clock
) -> None:
    settings = Settings(test_mode=True, retention=RetentionSettings(sessions_days=10))
    tenant = make_instance(settings)
    tenant.browser().sign_up()
    # It lives for a week.
    clock.advance(days=16)
    clean_up(harness)
    assert rows(tenant)["sessions"] == 1
    clock.advance(days=2)
    clean_up(harness)
    assert "sessions" not in rows(tenant)


def test_many_go_five_hundred_at_a_time(instance: Tenant, harness: Harness, clock: Clock) -> None:
    harness.run(harness.open.db.value(_MANY, instance.id, 1_234))
    gone = harness.run(
        browser_store.delete_expired_handshakes(
            harness.open.db, InstanceId(instance.id), clock.now()
        )
    )
    assert gone == 500
    clean_up(harness)
    assert rows(instance) == {}


@contextmanager
def locked(harness: Harness, sql: str, *args: object) -> Generator[None]:
    """Hold rows meanwhile, as a request does."""
    done, held = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with harness.open.db.write() as tx:
            await tx.column(sql, *args)
            held.set()
            await done.wait()

    async def end() -> None:
        done.set()
        await holding

    async def begin() -> "asyncio.Task[None]":
        task = asyncio.create_task(hold())
        await held.wait()
        return task

    holding = harness.run(begin())
    try:
        yield
    finally:
        harness.run(end())


def test_what_a_request_holds_is_left_for_the_next_time(
    instance: Tenant, harness: Harness, clock: Clock
) -> None:
    for _ in range(3):
        leave_things_behind(instance)
    clock.advance(days=34)
    one = "select id from sign_ins where instance_id = $1 order by id limit 1 for update"
    with locked(harness, one, instance.id):
        clean_up(harness)
        assert rows(instance)["sign_ins"] == 1
    clean_up(harness)
    assert rows(instance) == {}


def test_an_instance_ahead_of_time_is_cleaned_up_by_its_own_time(
    instance: Tenant, backend: Backend, harness: Harness, clock: Clock
) -> None:
    leave_things_behind(instance)
    forty_days = 40 * 86_400_000
    backend.post("/v1/testing/clock", action="advance", by=forty_days).ok()
    clean_up(harness)
    assert "sign_ups" not in rows(instance)


def test_how_long_is_a_setting(instance: Tenant, harness: Harness, clock: Clock) -> None:
    instance.update(retention__messages_days=3, retention__attempts_days=60)
    leave_things_behind(instance)
    clock.advance(days=4)
    clean_up(harness)
    assert "messages" not in rows(instance)
    clock.advance(days=50)
    clean_up(harness)
    assert rows(instance)["sign_ups"] == 1
