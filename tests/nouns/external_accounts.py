"""Accounts at other providers."""

from urllib.parse import parse_qsl, urlsplit

from tests.harness import (
    ORIGIN,
    Browser,
    Reply,
)
from tests.nouns.part import Part
from tests.nouns.victim import Victim
from tests.nouns.walker import Walker
from tests.social.stand_in import StandIn, standing_in


def walk(walker: Walker) -> None:
    back = {"strategy": "oauth_custom_mock", "redirect_url": f"{ORIGIN}/back"}
    # It stood still since the walk began: to it, a provider's tokens would be from the future.
    walker.tenant.harness.clock.reset()
    with standing_in() as provider:
        walker.tenant.update(social__oauth_custom_mock=provider.settings)
        walker.browser().get("/v1/environment").ok()
        browser = walker.browser()
        _visit(browser, provider, browser.post("/v1/client/sign_ins", **back).ok())
        browser.get("/v1/client").ok()
        browser.post("/v1/client/sign_ups", transfer="true").ok()
        account = browser.get("/v1/me").ok().body["external_accounts"][0]
        path = f"/v1/me/external_accounts/{account['id']}"
        renewed = browser.post(f"{path}/reauthorize", _method="PATCH", **back).ok()
        _visit(browser, provider, renewed)
        user_id = browser.get("/v1/me").ok().body["id"]
        held = f"/v1/users/{user_id}/oauth_access_tokens/oauth_custom_mock"
        walker.backend.get(held).ok()
        browser.post(f"{path}/tokens", _method="DELETE").ok()
        browser.post(path, _method="DELETE").ok()
        _visit(browser, provider, browser.post("/v1/me/external_accounts", **back).ok())
        account = browser.get("/v1/me").ok().body["external_accounts"][0]
        walker.backend.delete(f"/v1/users/{user_id}/external_accounts/{account['id']}").ok()
        other = walker.browser()
        other.post("/v1/client/sign_ups", **back).ok()
        other.get("/v1/oauth_callback", state="made up", code="made up")
        other.post("/v1/oauth_callback", state="made up", error="access_denied")


def _visit(browser: Browser, provider: StandIn, begun: Reply) -> None:
    body = begun.body
    visit = body.get("first_factor_verification") or body["verification"]
    location = provider.answer(visit["external_verification_redirect_url"])
    query = dict(parse_qsl(urlsplit(location).query))
    assert browser.get("/v1/oauth_callback", **query).status == 303


def ids(victim: Victim) -> dict[str, str]:
    """An account that waits for its provider, which is not asked for that."""
    given = {"client_id": "us", "client_secret": "a secret"}
    victim.tenant.update(social__oauth_github=given)
    back = {"strategy": "oauth_github", "redirect_url": ORIGIN}
    begun = victim.browser.post("/v1/me/external_accounts", **back).ok().body
    return {"external_account_id": begun["id"], "provider": "oauth_github"}


PART = Part((walk,), ids)
