"""Cases 32 and 33: a foreign page neither acts with a user's cookies nor reads with them."""

import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.harness import Account, Backend, Browser

FOREIGN = [
    "https://evil.test",
    "http://evil.test",
    "null",
    "",
    "file://",
    "https://localhost.evil.test",
    "https://evil.test:3000",
    "http://localhost:3000@evil.test",
    "http://localhost:3000/",
    "http://localhost:3000/path",
    "http://user@localhost:3000",
    "ftp://localhost:3000",
    "chrome-extension://abc",
    "http://[",
    "http://[::1",
    "http://localhost:port",
    "http://127.0.0.1.evil.test",
    "localhost:3000",
    "http://localhost:3000 http://evil.test",
]


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody signed in on `browser`."""
    return browser.sign_up()


def from_page(browser: Browser, origin: str) -> Browser:
    """Send what follows from a page of `origin`, with the user's cookies."""
    browser.http.headers["Origin"] = origin
    return browser


def test_case_32_foreign_page_changes_nothing(
    backend: Backend, browser: Browser, account: Account
) -> None:
    client_id = browser.client_id
    before = backend.client(client_id)
    for origin in FOREIGN:
        foreign = from_page(browser, origin)
        for reply in (
            foreign.post(f"/v1/client/sessions/{account.session_id}/end"),
            foreign.post("/v1/client/sessions", _method="DELETE"),
            foreign.post("/v1/client", _method="DELETE"),
            foreign.post("/v1/client/sign_ins", identifier=account.email_address),
        ):
            assert (reply.status, reply.codes) == (400, ["origin_invalid"]), origin
            assert "access-control-allow-origin" not in reply.headers
            assert "set-cookie" not in reply.headers
    assert backend.client(client_id) == before


def test_case_32_foreign_page_clears_nothing(browser: Browser) -> None:
    # An image of our address in somebody's page: cookies and no Origin.
    del browser.http.headers["Origin"]
    path = "/v1/clear-site-data"
    reply = browser.request("GET", path, headers={"Sec-Fetch-Site": "cross-site"})
    assert (reply.status, reply.codes) == (403, ["cross_site_request"])
    assert "clear-site-data" not in reply.headers
    browser.http.headers["Origin"] = "https://evil.test"
    assert browser.get(path).codes == ["origin_invalid"]


def test_case_32_json_in_disguise_changes_nothing(
    backend: Backend, browser: Browser, account: Account
) -> None:
    foreign = from_page(browser, "https://evil.test")
    reply = foreign.request(
        "POST",
        "/v1/client/sessions",
        params={"_method": "DELETE"},
        content=b'{"a": 1}',
        headers={"Content-Type": "text/plain"},
    )
    assert reply.codes == ["origin_invalid"]
    assert backend.get(f"/v1/sessions/{account.session_id}").json["status"] == "active"


def test_case_32_method_is_tunnelled_through_post_only(
    backend: Backend, browser: Browser, account: Account
) -> None:
    # A link or an image makes a GET with cookies and without an Origin.
    del browser.http.headers["Origin"]
    for path in ("/v1/client", "/v1/client/sessions"):
        reply = browser.get(path, _method="DELETE")
        assert reply.status in (200, 405)
    reply = browser.get(f"/v1/client/sessions/{account.session_id}/end", _method="POST")
    assert (reply.status, reply.codes) == (405, ["method_not_allowed"])
    assert backend.get(f"/v1/sessions/{account.session_id}").json["status"] == "active"


def test_case_32_tunnel_leads_to_real_methods_only(browser: Browser) -> None:
    for method in ("GET", "TRACE", "OPTIONS", "CONNECT", "", "../DELETE", "DELETE\0"):
        reply = browser.post("/v1/environment", _method=method)
        assert (reply.status, reply.codes) == (405, ["method_not_allowed"])
    assert browser.post("/v1/environment", _method="patch").status == 200


def test_case_33_own_page_may_read_with_cookies(browser: Browser) -> None:
    for reply in (
        browser.get("/v1/client"),
        browser.get("/v1/me"),
        browser.get("/v1/nowhere"),
        browser.request("DELETE", "/v1/environment"),
    ):
        assert reply.headers["access-control-allow-origin"] == "http://localhost:3000"
        assert reply.headers["access-control-allow-credentials"] == "true"
        assert "Origin" in reply.headers["vary"]
        assert "Authorization" in reply.headers["access-control-expose-headers"]


def test_case_33_foreign_page_may_read_nothing(browser: Browser, account: Account) -> None:
    for origin in FOREIGN:
        foreign = from_page(browser, origin)
        for path in ("/v1/client", "/v1/me", "/v1/environment", "/v1/nowhere"):
            reply = foreign.get(path)
            assert reply.status in (400, 404), origin
            assert "access-control-allow-origin" not in reply.headers


def preflight(browser: Browser, origin: str, path: str = "/v1/client") -> str | None:
    """Ask as a browser does before an unusual request; return whom the answer lets read."""
    reply = browser.request(
        "OPTIONS",
        path,
        headers={"Origin": origin, "Access-Control-Request-Method": "PATCH"},
    )
    return reply.headers.get("access-control-allow-origin")


def test_case_33_preflight_lets_own_pages_ask_and_no_others(browser: Browser) -> None:
    own = "http://localhost:3000"
    assert preflight(browser, own) == own
    assert preflight(browser, own, "/v1/client/sessions/sess_x/touch") == own
    for origin in FOREIGN:
        assert preflight(browser, origin) is None


def test_case_33_backend_api_is_not_for_pages(browser: Browser) -> None:
    assert preflight(browser, "http://localhost:3000", "/v1/clients") is None
    reply = browser.request(
        "GET", "/v1/clients", headers={"Authorization": f"Bearer {browser.tenant.secret_key}"}
    )
    assert reply.status == 200
    assert "access-control-allow-origin" not in reply.headers


def test_case_33_domain_lets_its_subdomains_read_and_no_lookalikes(make_instance: Make) -> None:
    home = "casethirtythree.example"
    tenant = make_instance(Settings(), frontend_host=f"clerk.{home}")
    tenant.update(allowed_origins=["https://partner.test"])
    for origin in (f"https://{home}", f"https://app.{home}", "https://partner.test"):
        assert tenant.browser(origin=origin).get("/v1/client").status == 200, origin
    for origin in (
        f"http://app.{home}",
        f"https://app.{home}:8443",
        f"https://evil{home}",
        f"https://{home}.evil.test",
        "https://a.partner.test",
        "http://localhost:3000",
        "https://APP.EVIL.TEST",
        f"https://app.{home}.",
    ):
        assert tenant.browser(origin=origin).get("/v1/client").codes == ["origin_invalid"], origin
