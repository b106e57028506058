"""The app's own proxy in front of the Frontend API (Clerk-Proxy-Url and its company)."""

import uuid

import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.harness import PASSWORD, TEST_CODE, Browser, Tenant, new_address

END_USER = "203.0.113.9"


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that browsers reach through its app only."""
    host = f"clerk.t{uuid.uuid4().hex[:8]}.example"
    return make_instance(Settings(test_mode=True), frontend_host=host)


@pytest.fixture
def browser(instance: Tenant) -> Browser:
    """A browser on a page of the app, whose requests come through the app's proxy."""
    browser = instance.browser(origin=url_of(instance).removesuffix("/__clerk"))
    browser.http.headers.update(through(instance))
    return browser


def url_of(instance: Tenant) -> str:
    """Return where browsers reach the proxy."""
    return f"https://app.{instance.host.removeprefix('clerk.')}/__clerk"


def through(instance: Tenant) -> dict[str, str]:
    """Return what a proxy adds to a request."""
    return {
        "Clerk-Proxy-Url": url_of(instance),
        "Clerk-Secret-Key": instance.secret_key,
        "X-Forwarded-For": END_USER,
    }


def test_sessions_have_the_visitors_address(instance: Tenant) -> None:
    app = instance.browser(origin=None)
    app.params["_is_native"] = "1"
    app.http.headers.update(through(instance))
    address = new_address()
    begun = app.post("/v1/client/sign_ups", email_address=address, password=PASSWORD).ok()
    app.http.headers["Authorization"] = begun.headers["authorization"]
    path = f"/v1/client/sign_ups/{begun.body['id']}"
    app.post(f"{path}/prepare_verification", strategy="email_code").ok()
    done = app.post(f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE).ok()
    app.http.headers["Authorization"] = done.headers["authorization"]
    (session,) = app.get("/v1/me/sessions/active").ok().json
    assert session["latest_activity"]["ip_address"] == END_USER


def test_proxy_that_is_set_up_well_is_healthy(browser: Browser) -> None:
    reply = browser.get("/v1/proxy-health", domain_id="dmn_1")
    assert (reply.status, reply.json) == (
        200,
        {"status": "healthy", "x_forwarded_for": END_USER},
    )


def test_cookies_are_the_proxys_own(browser: Browser) -> None:
    cookies = browser.post("/v1/client").ok().response.headers.get_list("set-cookie")
    client = next(each for each in cookies if each.startswith("__client="))
    assert "Path=/__clerk" in client
    assert all("Secure" in each for each in cookies)
    assert not any("domain=" in each.lower() for each in cookies)


def test_key_finds_the_instance_whatever_host_the_proxy_calls(browser: Browser) -> None:
    keys = browser.get("/.well-known/jwks.json").ok().json
    browser.http.headers["Host"] = "frontend-api.example"
    assert browser.get("/.well-known/jwks.json").ok().json == keys


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ("Clerk-Proxy-Url", "Send Clerk-Proxy-Url"),
        ("X-Forwarded-For", "Send X-Forwarded-For"),
        ("Clerk-Secret-Key", "not one of this instance's"),
    ],
)
def test_health_says_what_a_proxy_leaves_out(browser: Browser, missing: str, reason: str) -> None:
    del browser.http.headers[missing]
    reply = browser.get("/v1/proxy-health", domain_id="dmn_1")
    assert (reply.status, reply.json["status"]) == (503, "unhealthy")
    assert reason in reply.json["message"]


def test_health_without_a_proxy_says_so(instance: Tenant) -> None:
    reply = instance.browser().get("/v1/proxy-health", domain_id="dmn_1")
    assert reply.status == 400
    reply = instance.browser(origin=None).get("/v1/proxy-health", domain_id="dmn_1")
    assert reply.status == 503
    assert "came through no proxy" in reply.json["message"]
    assert instance.browser(origin=None).get("/v1/proxy-health").codes == ["form_param_missing"]
