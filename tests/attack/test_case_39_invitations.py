"""Case 39: an invitation is for one address, once, and only while it stands."""

import pytest

from hallporter.contract.settings import Settings, SignUpSettings
from tests.concurrency import at_once
from tests.conftest import Make
from tests.factors import add_app
from tests.features.admission.test_invitations import accept, ticket_of
from tests.harness import PASSWORD, Backend, Browser, Clock, Reply, Tenant

ADDRESS = "ada@example.com"


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that takes only who is invited."""
    return make_instance(Settings(test_mode=True, sign_up=SignUpSettings(mode="restricted")))


@pytest.fixture
def url(backend: Backend) -> str:
    """The link of an invitation."""
    return backend.post("/v1/invitations", email_address=ADDRESS).ok().json["url"]


def sign_in(browser: Browser, url: str) -> Reply:
    """Sign in with an invitation: its address has an account."""
    return browser.post("/v1/client/sign_ins", strategy="ticket", ticket=ticket_of(url))


def add_user(backend: Backend, address: str = ADDRESS) -> str:
    """Make a user; return the id."""
    given = {"email_address": [address], "password": PASSWORD}
    return backend.post("/v1/users", **given).ok().json["id"]


def test_case_39_invitation_is_for_its_address(browser: Browser, url: str) -> None:
    reply = accept(browser, url, email_address="eve@example.com", password=PASSWORD)
    assert (reply.codes, reply.params) == (["form_param_value_invalid"], ["email_address"])
    begun = accept(browser, url).ok().body
    path = f"/v1/client/sign_ups/{begun['id']}"
    changed = browser.post(
        path, _method="PATCH", email_address="eve@example.com", password=PASSWORD
    )
    assert (changed.codes, changed.params) == (["form_param_value_invalid"], ["email_address"])
    assert browser.get(path).ok().body["email_address"] == ADDRESS
    emptied = browser.post(path, _method="PATCH", email_address="", password=PASSWORD)
    assert emptied.codes == ["form_param_value_invalid"]


def test_case_39_invitation_works_once(instance: Tenant, browser: Browser, url: str) -> None:
    assert accept(browser, url, password=PASSWORD).ok().body["status"] == "complete"
    reply = accept(instance.browser(), url, password=PASSWORD)
    assert (reply.status, reply.codes) == (400, ["invitation_already_accepted"])


def test_case_39_of_many_at_once_one_accepts(instance: Tenant, backend: Backend, url: str) -> None:
    browsers = [instance.browser() for _ in range(5)]
    replies = at_once(5, lambda number: accept(browsers[number], url, password=PASSWORD))
    assert [each.status for each in replies].count(200) == 1
    assert all(each.status < 500 for each in replies)
    assert len(backend.get("/v1/users").ok().json) == 1


def test_case_39_revoked_invitation_opens_nothing(
    instance: Tenant, backend: Backend, browser: Browser, url: str
) -> None:
    begun = accept(browser, url).ok().body
    (row,) = backend.get("/v1/invitations").ok().json
    backend.post(f"/v1/invitations/{row['id']}/revoke").ok()
    reply = accept(instance.browser(), url, password=PASSWORD)
    assert (reply.status, reply.codes) == (400, ["revoked_invitation"])
    # Also what had begun before does not end well.
    path = f"/v1/client/sign_ups/{begun['id']}"
    assert browser.post(path, _method="PATCH", password=PASSWORD).codes == ["revoked_invitation"]
    assert backend.get("/v1/users").ok().json == []


def test_case_39_expired_or_foreign_ticket_opens_nothing(
    make_instance: Make, browser: Browser, url: str, clock: Clock
) -> None:
    other = make_instance(Settings(test_mode=True)).browser()
    assert accept(other, url, password=PASSWORD).codes == ["ticket_invalid_code"]
    clock.advance(days=30)
    assert accept(browser, url, password=PASSWORD).codes == ["ticket_expired_code"]


def test_case_39_database_does_not_hold_the_ticket(instance: Tenant, url: str) -> None:
    ticket = url.partition("ticket=")[2]
    db = instance.harness.open.db
    for table in ("invitations", "messages"):
        found = instance.harness.run(
            db.value(f"select count(*) from {table} t where t::text like $1", f"%{ticket}%")
        )
        assert found == 0


def test_case_39_invitation_signs_in_nobody_but_who_has_its_address(
    instance: Tenant, backend: Backend, browser: Browser, url: str
) -> None:
    add_user(backend, "eve@example.com")
    refused = sign_in(browser, url)
    assert (refused.status, refused.codes) == (400, ["invitation_account_not_exists"])
    user_id = add_user(backend)
    assert accept(browser, url).codes == ["invitation_account_exists"]
    session_id = sign_in(browser, url).ok().body["created_session_id"]
    assert backend.get(f"/v1/sessions/{session_id}").ok().json["user_id"] == user_id
    assert sign_in(instance.browser(), url).codes == ["invitation_already_accepted"]


def test_case_39_invitation_signs_in_once_of_many(
    instance: Tenant, backend: Backend, url: str
) -> None:
    add_user(backend)
    replies = at_once(20, lambda _: sign_in(instance.browser(), url))
    assert sorted(reply.status for reply in replies) == [200] + [400] * 19


def test_case_39_invitation_is_no_second_factor(
    instance: Tenant, backend: Backend, browser: Browser, url: str
) -> None:
    add_app(instance, add_user(backend))
    begun = sign_in(browser, url).ok().body
    assert (begun["status"], begun["created_session_id"]) == ("needs_second_factor", None)


def test_case_39_unproved_address_is_nobodys_to_sign_in(
    instance: Tenant, backend: Backend, browser: Browser, url: str
) -> None:
    user_id = add_user(backend, "eve@example.com")
    given = {"user_id": user_id, "email_address": ADDRESS, "verified": False}
    backend.post("/v1/email_addresses", **given).ok()
    assert sign_in(browser, url).codes == ["invitation_account_not_exists"]


def test_case_39_revoked_or_expired_invitation_signs_nobody_in(
    backend: Backend, browser: Browser, url: str, clock: Clock
) -> None:
    add_user(backend)
    other = backend.post("/v1/invitations", email_address=ADDRESS, ignore_existing=True)
    backend.post(f"/v1/invitations/{other.ok().json['id']}/revoke").ok()
    assert sign_in(browser, other.json["url"]).codes == ["revoked_invitation"]
    clock.advance(days=31)
    assert sign_in(browser, url).codes == ["ticket_expired_code"]
