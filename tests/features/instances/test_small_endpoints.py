"""The small endpoints of the Frontend API: where to, what apps, forget everything."""

import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.harness import ORIGIN, Browser, Tenant

FINGERPRINT = ":".join(["AB"] * 32)


def test_redirect_leads_to_pages_of_the_instance_and_home_without_one(
    instance: Tenant, browser: Browser
) -> None:
    reply = browser.get("/v1/redirect", redirect_url=f"{ORIGIN}/somewhere?a=b")
    assert (reply.status, reply.headers["location"]) == (307, f"{ORIGIN}/somewhere?a=b")
    home = browser.get("/v1/redirect", redirect_url="").headers["location"]
    assert home == browser.get("/v1/redirect").headers["location"]
    assert browser.get(home.removeprefix(f"http://{instance.host}") + "/v1/health").status == 200
    instance.update(display__home_url="https://home.example/")
    assert browser.get("/v1/redirect").headers["location"] == "https://home.example/"


def test_home_of_a_public_instance_is_its_domain(make_instance: Make) -> None:
    tenant = make_instance(Settings(), frontend_host="clerk.smalldoors.example")
    reply = tenant.browser(origin=None).get("/v1/redirect")
    assert reply.headers["location"] == "https://smalldoors.example"


def test_browser_forgets_everything_when_its_user_asks(browser: Browser) -> None:
    assert browser.get("/v1/clear-site-data").ok().headers["clear-site-data"] == '"*"'
    assert "clear-site-data" not in browser.get("/v1/client").headers


def test_account_portal_is_not_there_and_says_so(instance: Tenant, browser: Browser) -> None:
    instance.update(display__after_sign_in_url="/welcome")
    portal = browser.get("/v1/account_portal").ok().json
    assert (portal["object"], portal["allowed"], portal["enabled"]) == (
        "account_portal",
        False,
        False,
    )
    assert portal["after_sign_in_url"] == "/welcome"


def test_apps_are_told_of(instance: Tenant, browser: Browser) -> None:
    assert browser.get("/.well-known/assetlinks.json").ok().json == []
    apple = "/.well-known/apple-app-site-association"
    assert browser.get(apple).ok().json == {"webcredentials": {"apps": []}}
    android = {"package_name": "com.example.app", "sha256_cert_fingerprints": [FINGERPRINT]}
    instance.update(native_apps__android=[android], native_apps__apple=["ABCDE12345.com.example"])
    (link,) = browser.get("/.well-known/assetlinks.json").ok().json
    assert link["target"] == {"namespace": "android_app", **android}
    assert browser.get(apple).json["webcredentials"]["apps"] == ["ABCDE12345.com.example"]
    assert browser.get(apple).headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "changes",
    [
        {"native_apps__apple": ["com.example"]},
        {"native_apps__android": [{"package_name": "app", "sha256_cert_fingerprints": ["AB"]}]},
        {"native_apps__android": [{"package_name": "a.b"}]},
    ],
)
def test_apps_that_cannot_be_are_refused(instance: Tenant, changes: dict[str, object]) -> None:
    with pytest.raises(Exception, match="native_apps"):
        instance.update(**changes)


def test_what_this_server_is_not_it_does_not_claim(browser: Browser) -> None:
    assert browser.get("/.well-known/oauth-authorization-server").status == 404
    provider = browser.get("/.well-known/openid-configuration").ok().json
    assert {"issuer", "jwks_uri"} <= provider.keys()
    assert not provider.keys() & {"authorization_endpoint", "token_endpoint", "userinfo_endpoint"}
