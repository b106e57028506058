"""A request that crosses a rotation of its client's token on the way."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.handshakes import PAGE, cookies_of
from tests.harness import PASSWORD, Account, Backend, Browser, Clock, Tenant, new_address


@pytest.fixture
def ada(browser: Browser) -> Account:
    """Somebody signed in on `browser`."""
    return browser.sign_up()


@pytest.fixture
def late(instance: Tenant, browser: Browser, ada: Account) -> Iterator[Browser]:
    """The same browser, with the token that another sign-in has just replaced."""
    with instance.browser() as late, instance.browser() as elsewhere:
        late.http.cookies.set("__client", browser.cookie("__client") or "")
        browser.sign_in(elsewhere.sign_up().email_address).ok()
        yield late


# At a 401 clerk-js would fetch its client with the same old token, and sign every tab out; a new
# client's cookie would take the place of the good one.
@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/v1/client/sessions/{id}/tokens", "POST"),
        ("/v1/client/sessions/{id}/touch", "POST"),
        ("/v1/client/sessions/{id}/remove", "POST"),
        ("/v1/client/sessions", "DELETE"),
        ("/v1/client", "GET"),
        ("/v1/client", "PUT"),
        ("/v1/client", "POST"),
        ("/v1/client", "DELETE"),
        ("/v1/client/sign_ins", "POST"),
        ("/v1/client/sign_ups", "POST"),
        ("/v1/dev_browser/set_first_party_cookie", "POST"),
        ("/v1/me", "GET"),
    ],
)
def test_it_is_told_to_come_again_and_changes_nothing(
    backend: Backend, browser: Browser, late: Browser, ada: Account, path: str, method: str
) -> None:
    given: dict[str, Any] = {"email_address": new_address(), "password": PASSWORD}
    if path.endswith("sign_ins"):
        given = {"strategy": "password", "identifier": ada.email_address, "password": PASSWORD}
    before = backend.get("/v1/clients", paginated="true").ok().json["total_count"]
    refused = late.request(method, path.format(id=ada.session_id), data=given)
    assert refused.status == 503
    assert refused.codes == ["client_token_superseded"]
    assert "client" not in refused.json.get("meta", {})
    assert "set-cookie" not in refused.headers
    assert browser.token(ada.session_id)
    assert len(browser.get("/v1/client").body["sessions"]) == 2
    assert backend.get("/v1/clients", paginated="true").ok().json["total_count"] == before


def test_it_is_late_too_when_the_token_was_replaced_twice(
    browser: Browser, late: Browser, ada: Account
) -> None:
    browser.post(f"/v1/client/sessions/{ada.session_id}/end").ok()
    assert late.post("/v1/client", "PUT").codes == ["client_token_superseded"]


def test_with_the_new_token_it_comes_through(browser: Browser, late: Browser, ada: Account) -> None:
    late.http.cookies.set("__client", browser.cookie("__client") or "")
    assert late.token(ada.session_id)


def test_page_that_passes_by_comes_again_by_itself(
    instance: Tenant, browser: Browser, late: Browser, clock: Clock
) -> None:
    refused = late.get("/v1/client/handshake", redirect_url=PAGE, format="nonce")
    assert refused.status == 503
    assert refused.headers["refresh"] == "1"
    assert cookies_of(instance, browser)["__session"]
    clock.advance(seconds=11)
    # Whose browser still has that token then, has no other.
    assert cookies_of(instance, late)["__session"] == ""


def test_after_ten_seconds_it_has_no_client(
    browser: Browser, late: Browser, clock: Clock, ada: Account
) -> None:
    clock.advance(seconds=11)
    assert late.post(f"/v1/client/sessions/{ada.session_id}/tokens").status == 401
    assert late.get("/v1/client").json == {"response": None, "client": None}
    assert browser.token(ada.session_id)


def test_clock_that_was_set_back_keeps_nobody_waiting(late: Browser, clock: Clock) -> None:
    clock.advance(seconds=-60)
    assert late.post("/v1/client", "PUT").ok().body["sessions"] == []
