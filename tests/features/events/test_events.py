"""What happens is written down with what makes it happen: what, to whom, by whom, from where."""

import re
from typing import Any

import msgspec
import pytest
from pyotp.totp import TOTP

from hallporter.contract.events import Event
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import EventSettings, Settings, SignUpSettings
from hallporter.core.database import Write
from hallporter.features.events import users as user_events
from tests.conftest import Make
from tests.contract import published
from tests.features.events.written import events, types
from tests.features.messages.sending import written
from tests.harness import PASSWORD, Backend, Browser, Clock, Tenant, new_address

AGENT = {"User-Agent": "Mozilla/5.0 (a test)"}


def of_last(tenant: Tenant, event: Event) -> Any:
    return [each for each in events(tenant) if each.type == event][-1]


def test_the_catalogue_is_clerks() -> None:
    folder = published.folder()
    if folder is None:
        pytest.skip(published.ABSENT)
    document = (folder / "webhooks-2025-04-15.yml").read_text()
    named = re.findall(r"^      operationId: (\w+\.\w+)$", document, re.MULTILINE)
    assert len(named) == 45
    assert sorted(named) == sorted(each.value for each in Event)
    assert Event.SESSION_CREATED.carries == "session"


def test_a_server_makes_changes_and_deletes_a_user(instance: Tenant, backend: Backend) -> None:
    id = backend.create_user(external_id="ext_1")["id"]
    backend.patch(f"/v1/users/{id}", first_name="Ada").ok()
    backend.delete(f"/v1/users/{id}").ok()
    assert types(instance) == ["user.created", "user.deleted", "user.updated"]
    for each in events(instance):
        assert (each.object_id, each.user_id, each.ip) == (id, id, "127.0.0.1")
        assert (each.cause, each.cause_session_id) == ("secret_key", "")
        assert each.cause_id.startswith("sk_")
    kept = [each.object for each in events(instance) if each.object is not None]
    assert [msgspec.json.decode(each) for each in kept] == [{"external_id": "ext_1"}]


def test_a_sign_up_is_one_user_and_one_session(instance: Tenant, browser: Browser) -> None:
    browser.http.headers.update(AGENT)
    account = browser.sign_up()
    assert types(instance) == ["session.created", "user.created"]
    session = of_last(instance, Event.SESSION_CREATED)
    assert (session.object_id, session.user_id) == (account.session_id, account.user_id)
    assert (session.cause, session.user_agent) == ("visitor", AGENT["User-Agent"])
    browser.post("/v1/me", _method="PATCH", first_name="Ada").ok()
    updated = of_last(instance, Event.USER_UPDATED)
    assert (updated.cause, updated.cause_id) == ("user", account.user_id)
    assert updated.cause_session_id == account.session_id


@pytest.mark.parametrize(
    ("path", "more", "event"),
    [
        ("/{}/end", {}, "session.ended"),
        ("/{}/remove", {}, "session.removed"),
        ("", {"_method": "DELETE"}, "session.removed"),
    ],
)
def test_how_a_session_ended_is_told(
    instance: Tenant, browser: Browser, path: str, more: dict[str, str], event: str
) -> None:
    account = browser.sign_up()
    browser.post("/v1/client/sessions" + path.format(account.session_id), **more).ok()
    assert types(instance) == sorted(["session.created", "user.created", event])
    assert of_last(instance, Event(event)).object_id == account.session_id


def test_a_ban_revokes_every_session(instance: Tenant, backend: Backend, browser: Browser) -> None:
    account = browser.sign_up()
    backend.post(f"/v1/users/{account.user_id}/ban").ok()
    assert of_last(instance, Event.SESSION_REVOKED).object_id == account.session_id
    assert of_last(instance, Event.USER_UPDATED).object_id == account.user_id


def test_a_pending_session_is_created_once_it_is_active(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    instance.update(require_multi_factor=True)
    account = browser.sign_up()
    assert "session.pending" in types(instance)
    assert "session.created" not in types(instance)
    secret = browser.post("/v1/me/totp").ok().body["secret"]
    code = TOTP(secret).at(clock.now() // 1_000)
    browser.post("/v1/me/totp/attempt_verification", code=code).ok()
    assert of_last(instance, Event.SESSION_CREATED).object_id == account.session_id


def test_mail_and_sms_are_told(instance: Tenant, backend: Backend, browser: Browser) -> None:
    instance.update(
        attributes__phone_number__enabled=True,
        attributes__phone_number__used_for_first_factor=True,
    )
    backend.post("/v1/invitations", email_address="ada@example.com").ok()
    mail = instance.outbox().rows()[-1]
    assert of_last(instance, Event.EMAIL_CREATED).object_id == mail.id
    begun = browser.post("/v1/client/sign_ups", phone_number="+12025550123").ok()
    path = f"/v1/client/sign_ups/{begun.body['id']}/prepare_verification"
    instance.update(test_mode=False)
    browser.post(path, strategy="phone_code").ok()
    # All in one moment of a clock that stands still: in any order.
    [sms] = [row for row in instance.outbox().rows() if row.channel == "sms"]
    assert of_last(instance, Event.SMS_CREATED).object_id == sms.id


def test_the_waitlist_is_told(make_instance: Make) -> None:
    tenant = make_instance(Settings(test_mode=True, sign_up=SignUpSettings(mode="waitlist")))
    address = new_address()
    with tenant.browser() as browser, tenant.backend() as backend:
        id = browser.post("/v1/waitlist", email_address=address).ok().body["id"]
        assert of_last(tenant, Event.WAITLIST_ENTRY_CREATED).object_id == id
        browser.post("/v1/waitlist", email_address=address).ok()
        assert types(tenant).count("waitlistEntry.created") == 1
        backend.post(f"/v1/waitlist_entries/{id}/invite").ok()
        assert of_last(tenant, Event.WAITLIST_ENTRY_UPDATED).object_id == id


def test_what_did_not_happen_is_not_told(instance: Tenant, browser: Browser) -> None:
    account = browser.sign_up()
    before = types(instance)
    with instance.browser() as other:
        assert other.sign_in(account.email_address, "wrong horse battery").status == 422
    assert types(instance) == before


def test_of_what_happens_to_one_object_at_once_nothing_is_told_twice(instance: Tenant) -> None:
    async def create_and_change(tx: Write, scope: Scope) -> None:
        for _ in range(2):
            user_events.changed(tx, scope, UserId("user_1"))
            user_events.changed(tx, scope, UserId("user_2"))
        user_events.created(tx, scope, UserId("user_1"))

    written(instance, create_and_change)
    assert sorted((str(each.type), each.object_id) for each in events(instance)) == [
        ("user.created", "user_1"),
        ("user.updated", "user_2"),
    ]


def test_guesses_are_told_when_they_lock_the_account(instance: Tenant, browser: Browser) -> None:
    instance.update(lockout__max_attempts=2)
    account = browser.sign_up()
    with instance.browser() as other:
        for _ in range(2):
            other.sign_in(account.email_address, "wrong horse battery")
    assert of_last(instance, Event.USER_UPDATED).object_id == account.user_id


def test_a_backup_code_that_a_server_spends_is_told(instance: Tenant, backend: Backend) -> None:
    id = backend.create_user(totp_secret="A" * 32, backup_codes=["code-number-one"])["id"]
    backend.post(f"/v1/users/{id}/verify_totp", code="code-number-one").ok()
    assert of_last(instance, Event.USER_UPDATED).object_id == id
    assert backend.get(f"/v1/users/{id}").ok().json["backup_code_enabled"] is False


def test_objects_are_kept_as_they_were_where_that_is_wanted(make_instance: Make) -> None:
    tenant = make_instance(Settings(test_mode=True, events=EventSettings(objects=True)))
    with tenant.backend() as backend:
        id = backend.create_user(first_name="Ada", private_metadata={"plan": "a"})["id"]
        backend.patch(f"/v1/users/{id}", first_name="Grace").ok()
    created, updated = (msgspec.json.decode(each.object or b"") for each in events(tenant))
    assert sorted([created["first_name"], updated["first_name"]]) == ["Ada", "Grace"]
    assert created["private_metadata"] == {"plan": "a"}
    assert PASSWORD not in repr(created)
    assert "password_hash" not in created
    with tenant.browser() as browser:
        account = browser.sign_up()
    session = msgspec.json.decode(of_last(tenant, Event.SESSION_CREATED).object)
    assert session["session"]["id"] == account.session_id
    assert session["user"]["id"] == account.user_id
