"""An instance invites somebody, who signs up by the link."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from hallporter.contract.settings import DisplaySettings, Settings, SignUpSettings
from tests.conftest import Make
from tests.harness import ORIGIN, PASSWORD, Backend, Browser, Clock, Outbox, Reply, Tenant

ADDRESS = "ada@example.com"


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that takes only who is invited."""
    return make_instance(
        Settings(
            test_mode=True,
            sign_up=SignUpSettings(mode="restricted"),
            display=DisplaySettings(sign_up_url=f"{ORIGIN}/up", sign_in_url=f"{ORIGIN}/in"),
        )
    )


def invite(backend: Backend, **given: Any) -> Any:
    return backend.post("/v1/invitations", **{"email_address": ADDRESS, **given}).ok().json


def open_ticket(browser: Browser, url: str) -> tuple[str, dict[str, str]]:
    """Open the link of an invitation; return the page that it leads to, and what that is told."""
    parts = urlsplit(url)
    request = browser.http.build_request("GET", f"{parts.path}?{parts.query}")
    del request.headers["Origin"]
    opened = Reply(browser.http.send(request))
    assert opened.status == 303, opened.text
    to = urlsplit(opened.headers["location"])
    expected = {name: values[0] for name, values in parse_qs(to.query).items()}
    return f"{to.scheme}://{to.netloc}{to.path}", expected


def ticket_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["ticket"][0]


def accept(browser: Browser, url: str, **given: str) -> Reply:
    return browser.post("/v1/client/sign_ups", strategy="ticket", ticket=ticket_of(url), **given)


def test_invited_signs_up_without_a_code(
    backend: Backend, browser: Browser, outbox: Outbox
) -> None:
    made = invite(backend, public_metadata={"role": "editor"})
    assert (made["status"], made["email_address"], made["revoked"]) == ("pending", ADDRESS, False)
    assert outbox.messages() == [(ADDRESS, "invitation")]
    url = outbox.last_variable(ADDRESS, "action_url")
    assert url == made["url"]

    page, query = open_ticket(browser, url)
    assert page == f"{ORIGIN}/up"
    assert query == {"__clerk_status": "sign_up", "__clerk_ticket": ticket_of(url)}
    begun = accept(browser, url).ok().body
    assert begun["email_address"] == ADDRESS
    assert (begun["missing_fields"], begun["unverified_fields"]) == (["password"], [])
    proof = begun["verifications"]["email_address"]
    assert (proof["object"], proof["status"]) == ("verification_ticket", "verified")
    path = f"/v1/client/sign_ups/{begun['id']}"
    done = browser.post(path, _method="PATCH", password=PASSWORD).ok().body
    assert done["status"] == "complete"

    user = backend.get(f"/v1/users/{done['created_user_id']}").ok().json
    assert user["public_metadata"] == {"role": "editor"}
    (address,) = user["email_addresses"]
    assert address["verification"]["strategy"] == "ticket"
    (listed,) = backend.get("/v1/invitations").ok().json
    assert listed["status"] == "accepted"
    assert "url" not in listed
    page, query = open_ticket(browser, url)
    assert (page, query["__clerk_status"]) == (f"{ORIGIN}/in", "sign_in")


def test_who_is_not_invited_is_refused(browser: Browser) -> None:
    reply = browser.post("/v1/client/sign_ups", email_address=ADDRESS, password=PASSWORD)
    assert (reply.status, reply.codes) == (403, ["sign_up_mode_restricted"])


def test_invitation_leads_where_it_says(backend: Backend, browser: Browser) -> None:
    made = invite(backend, redirect_url=f"{ORIGIN}/welcome?plan=pro")
    page, query = open_ticket(browser, made["url"])
    assert (page, query["plan"]) == (f"{ORIGIN}/welcome", "pro")
    reply = backend.post(
        "/v1/invitations", email_address="b@example.com", redirect_url="https://evil.example/"
    )
    assert (reply.status, reply.codes) == (400, ["resource_missmatch"])


def test_nobody_is_told_who_need_not_be(backend: Backend, outbox: Outbox) -> None:
    invite(backend, notify=False)
    assert outbox.messages() == []


def test_second_invitation_needs_to_be_asked_for(backend: Backend) -> None:
    invite(backend)
    reply = backend.post("/v1/invitations", email_address=ADDRESS.upper())
    assert (reply.status, reply.codes) == (400, ["duplicate_record"])
    invite(backend, ignore_existing=True)
    assert len(backend.get("/v1/invitations").ok().json) == 2


def test_user_is_not_invited(backend: Backend) -> None:
    backend.create_user(email_address=[ADDRESS])
    reply = backend.post("/v1/invitations", email_address=ADDRESS)
    assert (reply.status, reply.codes) == (422, ["form_identifier_exists"])


def test_several_are_invited_or_none(backend: Backend, outbox: Outbox) -> None:
    given = [{"email_address": f"ada{number}@example.com"} for number in range(3)]
    made = backend.request("POST", "/v1/invitations/bulk", json=given).ok().json
    assert [each["email_address"] for each in made] == [each["email_address"] for each in given]
    assert len(outbox.messages()) == 3
    bad = [{"email_address": "new@example.com"}, given[0]]
    assert backend.request("POST", "/v1/invitations/bulk", json=bad).status == 400
    assert len(backend.get("/v1/invitations").ok().json) == 3
    wrongs: list[list[dict[str, str]]] = [[], given * 4, [{}]]
    for wrong in wrongs:
        assert backend.request("POST", "/v1/invitations/bulk", json=wrong).status == 422
    assert backend.request("POST", "/v1/invitations", json=given).codes == ["request_body_invalid"]


def test_invitations_are_listed(backend: Backend, clock: Clock) -> None:
    old = invite(backend, email_address="old@example.com", expires_in_days=1)
    clock.advance(days=2)
    revoked = invite(backend, email_address="revoked@example.com")
    backend.post(f"/v1/invitations/{revoked['id']}/revoke").ok()
    clock.advance(seconds=1)
    open_one = invite(backend, email_address="pending@example.com")

    def ids(**query: Any) -> list[str]:
        return [each["id"] for each in backend.get("/v1/invitations", **query).ok().json]

    assert ids() == [open_one["id"], revoked["id"], old["id"]]
    assert ids(order_by="email_address") == [old["id"], open_one["id"], revoked["id"]]
    assert ids(status="expired") == [old["id"]]
    assert ids(status="pending") == [open_one["id"]]
    assert ids(status="revoked") == [revoked["id"]]
    assert ids(query="pending@") == [open_one["id"]]
    assert ids(query=old["id"]) == [old["id"]]
    page = backend.get("/v1/invitations", paginated="true", limit=1).ok().json
    assert (page["total_count"], len(page["data"])) == (3, 1)
    assert backend.get("/v1/invitations", order_by="token_hash").codes == [
        "form_param_value_invalid"
    ]


def test_revoked_invitation_cannot_be_revoked_again(backend: Backend) -> None:
    made = invite(backend)
    path = f"/v1/invitations/{made['id']}/revoke"
    done = backend.post(path).ok().json
    assert (done["status"], done["revoked"]) == ("revoked", True)
    assert backend.post(path).codes == ["invitation_already_revoked"]
    assert backend.post("/v1/invitations/inv_nothing/revoke").status == 404
