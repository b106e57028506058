"""The handshake, whole: @clerk/backend redirects, the browser passes by, the SDK resolves."""

import urllib.parse

from tests.harness import Browser, Clock
from tests.sdk.node import APP, Sdk
from tests.sdk.page import Page

SAME_HOST = "http://127.0.0.1:3000"


def test_lost_session_cookie_is_given_back(page: Page) -> None:
    account = page.browser.sign_up()
    page.sign_in(account)
    page.drop("__session")
    state = page.visit()
    assert (state.status, state.user_id) == ("signed-in", account.user_id)
    assert page.reasons == ["client-uat-but-no-session-token", None]


def test_page_is_signed_in_without_a_handshake_after_one(page: Page) -> None:
    account = page.browser.sign_up()
    page.sign_in(account)
    page.drop("__session")
    page.visit()
    assert page.open().user_id == account.user_id
    assert page.cookies[page.suffixed("__client_uat")] == str(page.client_updated_at() // 1000)


def test_expired_token_is_replaced(page: Page, clock: Clock) -> None:
    clock.advance(minutes=-5)
    account = page.browser.sign_up()
    old = page.sign_in(account)
    clock.reset()
    state = page.visit()
    assert (state.status, state.session_id) == ("signed-in", account.session_id)
    assert page.cookies["__session"] != old


def test_token_older_than_the_sessions_is_replaced(page: Page, clock: Clock) -> None:
    clock.advance(seconds=-30)
    account = page.browser.sign_up()
    page.sign_in(account)
    clock.reset()
    second = page.browser.sign_up()
    page.put("__client_uat", str(page.client_updated_at() // 1000))
    state = page.visit()
    assert page.reasons[0] == "session-token-iat-before-client-uat"
    assert state.status == "signed-in"
    assert state.session_id == account.session_id != second.session_id


def test_signed_out_browser_loses_its_cookies(page: Page) -> None:
    account = page.browser.sign_up()
    page.sign_in(account)
    page.browser.post("/v1/client/sessions", _method="DELETE").ok()
    page.drop("__session")
    state = page.visit()
    assert (state.status, state.reason) == ("signed-out", "session-token-missing")
    assert page.cookies["__client_uat"] == page.cookies[page.suffixed("__client_uat")] == "0"
    assert page.open().reason == "session-token-and-uat-missing"


def test_session_ended_by_a_server_is_gone_after_a_handshake(page: Page, clock: Clock) -> None:
    clock.advance(minutes=-5)
    account = page.browser.sign_up()
    page.sign_in(account)
    clock.reset()
    page.sdk.call("sessions.revokeSession", account.session_id)
    assert page.visit().status == "signed-out"
    assert "__session" not in page.cookies


def test_browser_unknown_to_the_server_is_signed_out(page: Page) -> None:
    page.put("__client_uat", "1700000000")
    assert page.visit().status == "signed-out"
    assert page.cookies["__client_uat"] == "0"


def test_session_that_the_old_token_names_is_chosen(page: Page, clock: Clock) -> None:
    clock.advance(minutes=-5)
    first = page.browser.sign_up()
    token = page.browser.token(first.session_id)
    page.browser.sign_up()
    clock.reset()
    page.put("__session", token)
    page.put("__client_uat", "1")
    assert page.visit().session_id == first.session_id


def test_last_active_session_is_chosen_without_a_token(page: Page) -> None:
    page.sign_in(page.browser.sign_up())
    second = page.browser.sign_up()
    page.drop("__session")
    assert page.visit().session_id == second.session_id


def test_nonce_travels_in_a_cookie_where_app_and_server_share_a_host(page: Page) -> None:
    page.origin = SAME_HOST
    account = page.browser.sign_up()
    page.sign_in(account)
    page.drop("__session")
    reply = page.pass_by(page.open("/account").location or "")
    assert reply.headers["location"] == f"{SAME_HOST}/account"
    assert "__clerk_handshake_nonce" in reply.cookies
    assert page.visit("/account").user_id == account.user_id
    assert "__clerk_handshake_nonce" not in page.cookies


def test_page_under_the_instances_domain_is_signed_in_by_cookies_alone(public_page: Page) -> None:
    account = public_page.browser.sign_up()
    public_page.sign_in(account)
    public_page.drop("__session")
    reply = public_page.pass_by(public_page.open("/account").location or "")
    assert reply.headers["location"] == f"{public_page.origin}/account"
    [nonce] = reply.headers.get_list("set-cookie")
    domain = public_page.tenant.host.removeprefix("clerk.")
    assert {f"Domain={domain}", "HttpOnly", "Secure"} <= set(nonce.split("; "))
    assert public_page.visit("/account").user_id == account.user_id
    assert "__clerk_handshake_nonce" not in public_page.cookies


def test_nonce_travels_in_the_address_where_hosts_differ(page: Page) -> None:
    page.sign_in(page.browser.sign_up())
    page.drop("__session")
    reply = page.pass_by(page.open().location or "")
    assert reply.headers["location"].startswith(f"{APP}/?__clerk_handshake_nonce=")


def test_nonce_works_once(page: Page) -> None:
    page.sign_in(page.browser.sign_up())
    page.drop("__session")
    back = page.pass_by(page.open().location or "").headers["location"]
    assert page.open(back).status == "signed-in"
    assert Page(page.sdk, page.browser).open(back).status == "signed-out"


def test_directives_are_read_through_the_clients_api(page: Page) -> None:
    page.sign_in(page.browser.sign_up())
    page.drop("__session")
    back = page.pass_by(page.open().location or "").headers["location"]
    nonce = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["__clerk_handshake_nonce"][0]
    payload = page.sdk.call("clients.getHandshakePayload", {"nonce": nonce})
    names = {line.partition("=")[0] for line in payload["directives"]}
    both = {name for each in ("__session", "__client_uat") for name in (each, page.suffixed(each))}
    assert both | {page.suffixed("__refresh")} <= names


def test_older_sdks_get_a_signed_payload(page: Page) -> None:
    account = page.browser.sign_up()
    page.sign_in(account)
    page.drop("__session")
    location = (page.open().location or "").replace("&format=nonce", "")
    back = page.pass_by(location).headers["location"]
    assert "__clerk_handshake=" in back
    state = page.open(back)
    assert (state.status, state.user_id) == ("signed-in", account.user_id)


def test_older_sdks_on_the_same_host_get_a_signed_payload_in_a_cookie(page: Page) -> None:
    page.origin = SAME_HOST
    account = page.browser.sign_up()
    page.sign_in(account)
    page.drop("__session")
    location = (page.open().location or "").replace("&format=nonce", "")
    reply = page.pass_by(location)
    assert reply.headers["location"] == f"{SAME_HOST}/"
    page.cookies["__clerk_handshake"] = reply.cookies["__clerk_handshake"]
    assert page.open().user_id == account.user_id
    assert "__clerk_handshake" not in page.cookies


def test_organization_that_the_user_is_not_in_leaves_the_session_as_it_is(page: Page) -> None:
    account = page.browser.sign_up()
    page.sign_in(account)
    patterns = {"organizationPatterns": ["/orgs/:slug", "/orgs/:slug/(.*)"]}
    state = page.visit("/orgs/acme", organizationSyncOptions=patterns)
    assert page.reasons[0] == "active-organization-mismatch"
    assert (state.status, state.user_id) == ("signed-in", account.user_id)


def test_development_page_gets_a_dev_browser(dev_page: Page) -> None:
    state = dev_page.visit()
    assert (state.status, state.reason) == ("signed-out", "session-token-and-uat-missing")
    assert dev_page.reasons[0] == "dev-browser-missing"
    token = dev_page.cookies["__clerk_db_jwt"]
    assert dev_page.cookies[dev_page.suffixed("__clerk_db_jwt")] == token
    assert dev_page.browser.get("/v1/client", __clerk_db_jwt=token).ok().body is None


def test_development_page_of_a_signed_in_browser_is_signed_in(dev_page: Page) -> None:
    account = dev_page.browser.sign_up()
    dev_page.sign_in(account)
    state = dev_page.visit()
    assert dev_page.reasons[0] == "dev-browser-missing"
    assert (state.status, state.user_id) == ("signed-in", account.user_id)


def test_development_page_ends_on_a_clean_address(dev_page: Page) -> None:
    dev_page.sign_in(dev_page.browser.sign_up())
    dev_page.visit("/account?tab=1")
    assert dev_page.seen[-2].location == f"{APP}/account?tab=1"


def test_dev_browser_alone_signs_in_where_cookies_do_not_reach(dev_page: Page) -> None:
    token = dev_page.browser.post("/v1/dev_browser").ok().json["id"]
    dev_page.browser.params["__clerk_db_jwt"] = token
    account = dev_page.browser.sign_up()
    dev_page.browser.http.cookies.clear()
    dev_page.put("__clerk_db_jwt", token)
    dev_page.put("__client_uat", str(dev_page.client_updated_at() // 1000))
    state = dev_page.visit()
    assert dev_page.reasons[0] == "client-uat-but-no-session-token"
    assert (state.status, state.user_id) == ("signed-in", account.user_id)


def test_development_page_of_an_older_sdk_is_signed_in(dev_page: Page) -> None:
    account = dev_page.browser.sign_up()
    dev_page.sign_in(account)
    location = (dev_page.open().location or "").replace("&format=nonce", "")
    back = dev_page.pass_by(location).headers["location"]
    assert dev_page.open(back).user_id == account.user_id


def test_handshake_never_leads_to_a_foreign_page(page: Page, browser: Browser, sdk: Sdk) -> None:
    page.sign_in(browser.sign_up())
    page.drop("__session")
    location = page.open().location or ""
    for elsewhere in ("https://evil.example.com/", "//evil.example.com", "javascript:alert(1)"):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
        query["redirect_url"] = elsewhere
        reply = page.pass_by(
            f"{sdk.frontend_url}/v1/client/handshake?{urllib.parse.urlencode(query)}"
        )
        assert reply.status_code == 400
        assert reply.json()["errors"][0]["code"] == "resource_missmatch"
        assert "location" not in reply.headers
