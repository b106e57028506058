"""`authenticateRequest` of @clerk/backend, case by case: what an app's server sees."""

import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.harness import Browser, Clock
from tests.sdk.node import APP, DOCUMENT, Node, Sdk
from tests.sdk.page import Page

FETCH = {"Accept": "application/json", "Sec-Fetch-Dest": "empty"}


def test_request_without_cookies_is_signed_out(page: Page) -> None:
    state = page.open()
    assert (state.status, state.reason) == ("signed-out", "session-token-and-uat-missing")


def test_fresh_cookies_are_signed_in(page: Page) -> None:
    account = page.browser.sign_up()
    page.sign_in(account)
    state = page.open()
    assert (state.status, state.user_id) == ("signed-in", account.user_id)
    assert state.session_id == account.session_id


def test_cookies_set_by_the_server_itself_are_signed_in(page: Page) -> None:
    account = page.browser.sign_up()
    page.put("__session", page.browser.token(account.session_id))
    for name in ("__client_uat", page.suffixed("__client_uat")):
        page.cookies[name] = page.browser.cookie(name) or ""
    assert page.open().user_id == account.user_id


def test_plain_cookies_alone_are_signed_in(page: Page) -> None:
    account = page.browser.sign_up()
    page.sign_in(account)
    plain = {name: page.cookies[name] for name in ("__session", "__client_uat")}
    state = page.sdk.authenticate(cookies=plain)
    assert (state.status, state.user_id) == ("signed-in", account.user_id)


def test_bearer_token_is_signed_in(sdk: Sdk, browser: Browser) -> None:
    account = browser.sign_up()
    token = browser.token(account.session_id)
    state = sdk.authenticate(headers={"Authorization": f"Bearer {token}"})
    assert (state.status, state.user_id) == ("signed-in", account.user_id)


def test_page_with_an_expired_bearer_token_needs_a_handshake(
    sdk: Sdk, browser: Browser, clock: Clock
) -> None:
    clock.advance(minutes=-5)
    token = browser.token(browser.sign_up().session_id)
    state = sdk.authenticate(headers={"Authorization": f"Bearer {token}", **DOCUMENT})
    assert state.status == "handshake"
    assert state.reason == "session-token-expired-refresh-non-eligible-no-refresh-cookie"


def test_session_without_uat_needs_a_handshake(page: Page) -> None:
    page.sign_in(page.browser.sign_up())
    page.drop("__client_uat")
    state = page.open()
    assert (state.status, state.reason) == ("handshake", "session-token-but-no-client-uat")


def test_uat_without_session_needs_a_handshake(page: Page) -> None:
    page.sign_in(page.browser.sign_up())
    page.drop("__session")
    state = page.open()
    assert (state.status, state.reason) == ("handshake", "client-uat-but-no-session-token")


def test_fetch_that_needs_a_handshake_is_signed_out(page: Page) -> None:
    page.sign_in(page.browser.sign_up())
    page.drop("__session")
    state = page.open(headers=FETCH)
    assert (state.status, state.reason) == ("signed-out", "client-uat-but-no-session-token")


def test_token_older_than_the_sessions_needs_a_handshake(page: Page, clock: Clock) -> None:
    clock.advance(seconds=-30)
    page.sign_in(page.browser.sign_up())
    clock.reset()
    page.browser.sign_in(page.browser.sign_up().email_address)
    page.put("__client_uat", str(page.client_updated_at() // 1000))
    state = page.open()
    assert (state.status, state.reason) == ("handshake", "session-token-iat-before-client-uat")


def test_expired_token_needs_a_handshake(page: Page, clock: Clock) -> None:
    clock.advance(minutes=-5)
    page.sign_in(page.browser.sign_up())
    state = page.open()
    assert state.status == "handshake"
    assert state.reason == "session-token-expired-refresh-non-eligible-no-refresh-cookie"


def test_unauthorized_party_is_signed_out(page: Page) -> None:
    page.sign_in(page.browser.sign_up())
    state = page.open(authorizedParties=["https://elsewhere.example.com"])
    assert (state.status, state.reason) == ("signed-out", "token-invalid-authorized-parties")


def test_cross_origin_navigation_needs_a_handshake(page: Page) -> None:
    page.sign_in(page.browser.sign_up())
    state = page.open(headers={**DOCUMENT, "Referer": "https://satellite.example.com/"})
    assert (state.status, state.reason) == ("handshake", "primary-domain-cross-origin-sync")


def test_third_redirect_in_a_row_ends_signed_out(page: Page) -> None:
    page.sign_in(page.browser.sign_up())
    page.drop("__session")
    page.cookies["__clerk_redirect_count"] = "3"
    state = page.open()
    assert (state.status, state.reason) == ("signed-out", "client-uat-but-no-session-token")


def test_plain_cookies_of_another_instance_do_not_sign_in(
    page: Page, node: Node, make_instance: Make
) -> None:
    page.sign_in(page.browser.sign_up())
    plain = {name: page.cookies[name] for name in ("__session", "__client_uat")}
    other = Sdk(node, make_instance(Settings(test_mode=True)))
    assert other.authenticate(cookies=plain).status == "signed-out"


def test_development_page_without_a_dev_browser_needs_a_handshake(dev_page: Page) -> None:
    state = dev_page.open()
    assert (state.status, state.reason) == ("handshake", "dev-browser-missing")


def test_development_page_with_a_dev_browser_is_decided_like_any(dev_page: Page) -> None:
    dev_page.put("__clerk_db_jwt", dev_page.browser.post("/v1/dev_browser").ok().json["id"])
    state = dev_page.open()
    assert (state.status, state.reason) == ("signed-out", "session-token-and-uat-missing")
    account = dev_page.browser.sign_up()
    dev_page.sign_in(account)
    assert dev_page.open().user_id == account.user_id


def test_dev_browser_in_the_address_needs_a_handshake(dev_page: Page) -> None:
    token = dev_page.browser.post("/v1/dev_browser").ok().json["id"]
    state = dev_page.open(f"/?__clerk_db_jwt={token}")
    assert (state.status, state.reason) == ("handshake", "dev-browser-sync")


@pytest.mark.parametrize("path", ["/", "/deep/page?x=1&y=%2Fz"])
def test_handshake_asks_to_come_back_to_the_same_page(page: Page, path: str) -> None:
    page.sign_in(page.browser.sign_up())
    page.drop("__session")
    page.open(path)
    reply = page.pass_by(page.seen[-1].location or "")
    assert reply.status_code == 307
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["location"].startswith(APP + path)
