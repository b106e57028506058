"""Addresses wait until an instance lets them in."""

from typing import Any

import pytest

from hallporter.contract.settings import Settings, SignUpSettings
from tests.conftest import Make
from tests.features.admission.test_invitations import accept
from tests.harness import PASSWORD, Backend, Browser, Clock, Outbox, Tenant

ADDRESS = "ada@example.com"


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance with a waitlist."""
    return make_instance(Settings(test_mode=True, sign_up=SignUpSettings(mode="waitlist")))


def entries(backend: Backend, **query: Any) -> Any:
    return backend.get("/v1/waitlist_entries", **query).ok().json


def test_whoever_waits_is_let_in_by_invitation(
    backend: Backend, browser: Browser, outbox: Outbox, clock: Clock
) -> None:
    reply = browser.post("/v1/client/sign_ups", email_address=ADDRESS)
    assert (reply.status, reply.codes) == (403, ["sign_up_restricted_waitlist"])
    joined = browser.post("/v1/waitlist", email_address=ADDRESS).ok().json
    assert joined.keys() == {"object", "id"}
    assert outbox.messages() == [(ADDRESS, "waitlist_confirmation")]
    entry = entries(backend)["data"][0]
    assert (entry["id"], entry["status"], entry["invitation"]) == (joined["id"], "pending", None)

    clock.advance(seconds=1)
    invited = backend.post(f"/v1/waitlist_entries/{joined['id']}/invite").ok().json
    assert (invited["status"], invited["invitation"]["status"]) == ("invited", "pending")
    assert outbox.messages()[-1] == (ADDRESS, "waitlist_invitation")
    done = accept(browser, outbox.last_variable(ADDRESS, "action_url"), password=PASSWORD).ok().body
    assert done["status"] == "complete"
    entry = entries(backend, status="completed")["data"][0]
    assert entry["invitation"]["status"] == "accepted"
    again = backend.post(f"/v1/waitlist_entries/{joined['id']}/invite")
    assert (again.status, again.codes) == (409, ["waitlist_entry_not_open"])


def test_joining_again_tells_nothing_new(browser: Browser, outbox: Outbox) -> None:
    first = browser.post("/v1/waitlist", email_address=ADDRESS).ok().json
    again = browser.post("/v1/waitlist", email_address=ADDRESS.upper()).ok().json
    assert again == first
    assert len(outbox.messages()) == 1


def test_entry_is_rejected_and_another_deleted(backend: Backend) -> None:
    given = [{"email_address": "a@example.com"}, {"email_address": "b@example.com"}]
    made = backend.request("POST", "/v1/waitlist_entries/bulk", json=given).ok().json
    a, b = (each["id"] for each in made)
    assert backend.post(f"/v1/waitlist_entries/{a}/reject").ok().json["status"] == "rejected"
    assert backend.post(f"/v1/waitlist_entries/{a}/reject").status == 409
    assert backend.delete(f"/v1/waitlist_entries/{a}").status == 409
    assert backend.delete(f"/v1/waitlist_entries/{b}").ok().json["deleted"] is True
    assert backend.delete(f"/v1/waitlist_entries/{b}").status == 404
    found = entries(backend, query="a@", order_by="email_address")
    assert (found["total_count"], found["data"][0]["id"]) == (1, a)


def test_instance_without_a_waitlist_has_none(make_instance: Make) -> None:
    reply = make_instance(Settings()).browser().post("/v1/waitlist", email_address=ADDRESS)
    assert (reply.status, reply.codes) == (403, ["waitlist_not_accepting_entries"])


def test_environment_tells_the_mode(browser: Browser) -> None:
    environment = browser.get("/v1/environment").ok().json["user_settings"]
    assert environment["sign_up"]["mode"] == "waitlist"
