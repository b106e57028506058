"""Case 61: a web page gains nothing by calling itself a native app."""

import pytest

from tests.harness import PASSWORD, Account, Browser, Tenant

NATIVE = {"_is_native": "1"}


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody signed in on `browser`."""
    return browser.sign_up()


def test_case_61_page_gets_no_token_that_its_scripts_could_carry_away(
    instance: Tenant, browser: Browser, account: Account
) -> None:
    # Even a web origin that the operator has allowed: for its cookies.
    instance.update(allowed_origins=["https://partner.test"])
    for origin in ("http://localhost:3000", "https://partner.test"):
        browser.http.headers["Origin"] = origin
        given = {"strategy": "password", "identifier": account.email_address, "password": PASSWORD}
        for reply in (
            browser.request("POST", "/v1/client", params=NATIVE),
            browser.request("POST", "/v1/client/sign_ins", params=NATIVE, data=given),
            browser.request("GET", "/v1/client", params=NATIVE),
        ):
            assert (reply.status, reply.codes) == (400, ["origin_authorization_headers_conflict"])
            assert "authorization" not in reply.headers
            assert "client" not in reply.json.get("meta", {})


def test_case_61_foreign_page_is_foreign_with_a_token_too(
    instance: Tenant, browser: Browser, account: Account
) -> None:
    token = browser.cookie("__client")
    assert token is not None
    evil = instance.browser(origin="https://evil.test")
    for headers in ({}, {"Authorization": token}, {"Authorization": f"Bearer {token}"}):
        for path in ("/v1/client", "/v1/me"):
            reply = evil.request("GET", path, params=NATIVE, headers=headers)
            assert reply.codes == ["origin_invalid"]
            assert "access-control-allow-origin" not in reply.headers


def test_case_61_cookie_becomes_no_header_token(browser: Browser, account: Account) -> None:
    # A link, an image, a form of another site: cookies, and no Origin where none is sent.
    del browser.http.headers["Origin"]
    for path in ("/v1/client", f"/v1/client/sessions/{account.session_id}/end"):
        reply = browser.request("POST", path, params=NATIVE)
        assert "set-cookie" not in reply.headers
        if "authorization" in reply.headers:
            assert reply.body["sessions"] == []
    assert browser.get("/v1/me").ok().body["id"] == account.user_id


def test_case_61_header_counts_for_nothing_without_the_flag(
    instance: Tenant, browser: Browser, account: Account
) -> None:
    token = browser.cookie("__client")
    stranger = instance.browser()
    for value in ("0", "true", "2", ""):
        reply = stranger.request(
            "GET", "/v1/me", params={"_is_native": value}, headers={"Authorization": f"{token}"}
        )
        assert reply.status == 401


def test_case_61_odd_tokens_are_nobodys(instance: Tenant, browser: Browser) -> None:
    browser.sign_up()
    token = browser.cookie("__client") or ""
    app = instance.browser(origin=None)
    for shown in ("", "Bearer", "Bearer ", f"Basic {token}", f"{token}x", f"Bearer Bearer {token}"):
        headers = {"Authorization": shown.strip()}
        assert app.request("GET", "/v1/me", params=NATIVE, headers=headers).status == 401, shown
