"""POST /v1/clients/verify: whose token is this, at this moment?"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.harness import Account, Backend, Browser, Clock, Tenant

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody signed in on `browser`."""
    return browser.sign_up()


@pytest.fixture
def token(browser: Browser, account: Account) -> str:
    """The account's session token."""
    return browser.token(account.session_id)


def test_session_token_answers_its_live_client(
    backend: Backend, browser: Browser, token: str
) -> None:
    found = backend.post("/v1/clients/verify", token=token).ok().json
    assert found == backend.client(browser.client_id)


def test_client_token_answers_its_client(backend: Backend, browser: Browser, token: str) -> None:
    found = backend.post("/v1/clients/verify", token=browser.cookie("__client")).ok().json
    assert found["id"] == browser.client_id


def test_body_is_read_as_what_it_is_whatever_its_content_type_says(
    instance: Tenant, token: str
) -> None:
    bodies = [f'{{"token": "{token}"}}', f' \n{{"token":"{token}"}}', f"token={token}"]
    with instance.backend(version=None) as backend:
        for content_type in (JSON, FORM, "text/plain", "image/png", None):
            headers = {} if content_type is None else {"Content-Type": content_type}
            for body in bodies:
                reply = backend.request(
                    "POST", "/v1/clients/verify", content=body.encode(), headers=headers
                )
                assert reply.status == 200, (content_type, body[:10])


def test_trailing_slash_verifies_too(backend: Backend, token: str) -> None:
    assert backend.post("/v1/clients/verify/", token=token).status == 200


def test_verified_client_is_that_of_the_named_version(instance: Tenant, token: str) -> None:
    with instance.backend(version=None) as undated, instance.backend("2021-02-05") as dated:
        old = undated.post("/v1/clients/verify", token=token).ok().json
        new = dated.post("/v1/clients/verify", token=token).ok().json
    assert "sign_in_attempt_id" in old
    assert "sign_in_attempt_id" not in new
    assert old["created_at"] == new["created_at"] // 1000


def test_expired_token_is_told_apart(backend: Backend, token: str, clock: Clock) -> None:
    clock.advance(seconds=66)
    reply = backend.post("/v1/clients/verify", token=token)
    assert (reply.status, reply.codes) == (401, ["token_expired"])


def test_missing_token_is_a_missing_parameter(backend: Backend) -> None:
    reply = backend.post("/v1/clients/verify")
    assert (reply.status, reply.codes, reply.params) == (422, ["form_param_missing"], ["token"])


def test_misspelt_parameter_is_told(backend: Backend, token: str) -> None:
    reply = backend.post("/v1/clients/verify", tokn=token)
    assert reply.codes == ["form_param_unknown", "form_param_missing"]


def test_token_that_is_no_text_is_refused(backend: Backend) -> None:
    values: list[Any] = [None, 1, True, ["a"], {"a": 1}]
    for value in values:
        reply = backend.post("/v1/clients/verify", token=value)
        assert (reply.status, reply.params) == (422, ["token"]), value


End = Callable[[Browser, Backend, Account, Clock], object]
ENDS: dict[str, End] = {
    "ended": lambda browser, _b, who, _c: browser.post(
        f"/v1/client/sessions/{who.session_id}/end"
    ).ok(),
    "removed": lambda browser, _b, who, _c: browser.post(
        f"/v1/client/sessions/{who.session_id}/remove"
    ).ok(),
    "signed out": lambda browser, _b, _w, _c: browser.post(
        "/v1/client/sessions", _method="DELETE"
    ).ok(),
    "revoked": lambda _br, backend, who, _c: backend.post(
        f"/v1/sessions/{who.session_id}/revoke"
    ).ok(),
    "expired": lambda _br, _b, _w, clock: clock.advance(days=7),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_session_that_is_over_leaves_the_client_at_once(
    end: End, backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    client_id = browser.client_id
    end(browser, backend, account, clock)
    client = backend.client(client_id)
    assert client["session_ids"] == []
    assert client["sessions"] == []
    assert client["last_active_session_id"] is None


@pytest.mark.parametrize("end", list(ENDS.values())[:4], ids=list(ENDS)[:4])
def test_token_of_a_session_that_is_over_answers_no_client(
    end: End, backend: Backend, browser: Browser, account: Account, clock: Clock, token: str
) -> None:
    end(browser, backend, account, clock)
    reply = backend.post("/v1/clients/verify", token=token)
    assert (reply.status, reply.codes) == (404, ["resource_not_found"])


def test_next_most_recent_session_takes_over(
    instance: Tenant, backend: Backend, browser: Browser, account: Account, clock: Clock
) -> None:
    other = instance.browser().sign_up()
    clock.advance(seconds=1)
    browser.sign_in(other.email_address).ok()
    newest = backend.client(browser.client_id)["last_active_session_id"]
    assert newest != account.session_id
    backend.post(f"/v1/sessions/{newest}/revoke").ok()
    client = backend.client(browser.client_id)
    assert client["session_ids"] == [account.session_id]
    assert client["last_active_session_id"] == account.session_id
