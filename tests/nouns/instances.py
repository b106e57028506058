"""Instances: what is public of them."""

from tests.harness import (
    ORIGIN,
)
from tests.nouns.part import Part
from tests.nouns.walker import Walker


def walk(walker: Walker) -> None:
    browser, backend = walker.browser(), walker.backend
    for path in (
        "/v1/environment",
        "/.well-known/jwks.json",
        "/.well-known/openid-configuration",
        "/.well-known/assetlinks.json",
        "/.well-known/apple-app-site-association",
        "/v1/account_portal",
        "/v1/clear-site-data",
        "/v1/health",
    ):
        browser.get(path).ok()
    assert browser.get("/v1/redirect", redirect_url=ORIGIN).status == 307
    browser.post("/v1/environment", _method="PATCH").ok()
    through_a_proxy = {
        "Clerk-Proxy-Url": f"{ORIGIN}/__clerk",
        "Clerk-Secret-Key": walker.tenant.secret_key,
        "X-Forwarded-For": "203.0.113.9",
    }
    query = {"domain_id": "dmn_1"}
    browser.request("GET", "/v1/proxy-health", params=query, headers=through_a_proxy).ok()
    backend.get("/v1/jwks").ok()


PART = Part((walk,))
