"""The silent refresh: an expired token and `__refresh` renew each other without the browser."""

import pytest

from tests.harness import Account, Clock
from tests.sdk.node import SdkError
from tests.sdk.page import Page


def signed_in_by_handshake(page: Page, clock: Clock) -> Account:
    """Sign in five minutes ago, by way of a handshake, and return to the present."""
    clock.advance(minutes=-5)
    account = page.browser.sign_up()
    page.sign_in(account)
    page.drop("__session")
    back = page.pass_by(page.open().location or "").headers["location"]
    nonce = back.partition("__clerk_handshake_nonce=")[2]
    payload = page.sdk.call("clients.getHandshakePayload", {"nonce": nonce})
    page.keep(payload["directives"])
    clock.reset()
    return account


def test_expired_token_is_renewed_by_the_apps_server(page: Page, clock: Clock) -> None:
    account = signed_in_by_handshake(page, clock)
    old = page.cookies["__session"]
    state = page.open()
    assert (state.status, state.session_id) == ("signed-in", account.session_id)
    assert page.cookies["__session"] == page.cookies[page.suffixed("__session")] != old


def test_refresh_token_is_replaced_each_time(page: Page, clock: Clock) -> None:
    signed_in_by_handshake(page, clock)
    spent = dict(page.cookies)
    assert page.open().status == "signed-in"
    name = page.suffixed("__refresh")
    assert page.cookies[name] != spent[name]
    page.cookies = spent
    clock.advance(seconds=11)
    state = page.open()
    assert state.status == "handshake"
    assert state.reason == "session-token-expired-refresh-refresh_token_not_found"


def test_requests_of_one_page_are_all_renewed(page: Page, clock: Clock) -> None:
    account = signed_in_by_handshake(page, clock)
    before, kept = dict(page.cookies), set[str]()
    for _ in range(4):
        # As they were sent: none has seen the answer to another.
        page.cookies = dict(before)
        state = page.open()
        assert (state.status, state.session_id) == ("signed-in", account.session_id)
        kept.add(page.cookies[page.suffixed("__refresh")])
    assert len(kept) == 1


def test_renewed_token_names_the_apps_origin(page: Page, clock: Clock) -> None:
    signed_in_by_handshake(page, clock)
    page.open()
    claims = page.sdk.verify_by_jwks(page.cookies["__session"], authorizedParties=[page.origin])
    assert claims["azp"] == page.origin


def test_refresh_of_a_revoked_session_ends_signed_out(page: Page, clock: Clock) -> None:
    account = signed_in_by_handshake(page, clock)
    page.sdk.call("sessions.revokeSession", account.session_id)
    assert page.visit().status == "signed-out"


def test_refresh_is_tried_for_pages_only(page: Page, clock: Clock) -> None:
    signed_in_by_handshake(page, clock)
    state = page.open(method="POST")
    assert state.status == "signed-out"
    assert state.reason == "session-token-expired-refresh-non-eligible-non-get"


def test_made_up_refresh_token_is_refused(page: Page, clock: Clock) -> None:
    account = signed_in_by_handshake(page, clock)
    given = {
        "format": "cookie",
        "expired_token": page.cookies["__session"],
        "refresh_token": "made up",
        "request_origin": page.origin,
    }
    with pytest.raises(SdkError) as refused:
        page.sdk.call("sessions.refreshSession", account.session_id, given)
    assert refused.value.status == 401
    assert refused.value.codes == ["refresh_token_not_found"]


def test_development_page_is_renewed_too(dev_page: Page, clock: Clock) -> None:
    account = signed_in_by_handshake(dev_page, clock)
    assert dev_page.open().user_id == account.user_id
