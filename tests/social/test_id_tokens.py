"""Signing in by an id token that a native app received from the provider."""

from collections.abc import Iterator

import pytest

from tests.harness import Browser, Reply, Tenant
from tests.social.browsing import new_name
from tests.social.stand_in import StandIn, standing_in

PROVIDER = "oauth_custom_stand_in"
STRATEGY = "oauth_token_custom_stand_in"
APP_CLIENT_ID = "our app for phones"


@pytest.fixture
def stand_in(instance: Tenant) -> Iterator[StandIn]:
    """A provider that knows our website and our app."""
    with standing_in() as stand_in:
        settings = {**stand_in.settings, "additional_client_ids": [APP_CLIENT_ID]}
        instance.update(**{f"social__{PROVIDER}": settings})
        stand_in.name = new_name()
        yield stand_in


def sign_in(browser: Browser, token: str) -> Reply:
    return browser.post("/v1/client/sign_ins", strategy=STRATEGY, token=token)


def test_a_strangers_token_goes_over_to_a_sign_up(browser: Browser, stand_in: StandIn) -> None:
    begun = sign_in(browser, stand_in.id_token()).ok().body
    assert begun["status"] == "needs_identifier"
    assert begun["first_factor_verification"]["status"] == "transferable"
    done = browser.post("/v1/client/sign_ups", transfer="true").ok().body
    assert done["status"] == "complete"
    user = browser.get("/v1/me").ok().body
    assert [each["provider"] for each in user["external_accounts"]] == [PROVIDER]


def test_a_token_signs_up_and_then_in(
    instance: Tenant, browser: Browser, stand_in: StandIn
) -> None:
    path = "/v1/client/sign_ups"
    done = browser.post(path, strategy=STRATEGY, token=stand_in.id_token()).ok().body
    assert done["status"] == "complete"
    user_id = browser.get("/v1/me").ok().body["id"]
    with instance.browser() as other:
        known = other.post(path, strategy=STRATEGY, token=stand_in.id_token())
        assert known.codes == ["external_account_exists"]
        done = sign_in(other, stand_in.id_token(aud=APP_CLIENT_ID)).ok().body
        assert done["status"] == "complete"
        assert other.get("/v1/me").ok().body["id"] == user_id


def test_a_name_that_no_profile_holds_is_not_taken_over(
    browser: Browser, stand_in: StandIn
) -> None:
    token = stand_in.id_token(given_name="A" * 257, family_name="Lovelace")
    done = browser.post("/v1/client/sign_ups", strategy=STRATEGY, token=token).ok().body
    assert done["status"] == "complete"
    user = browser.get("/v1/me").ok().body
    assert (user["first_name"], user["last_name"]) == (None, "Lovelace")


def test_a_token_of_another_app_opens_nothing(browser: Browser, stand_in: StandIn) -> None:
    refused = sign_in(browser, stand_in.id_token(aud="an app of somebody else's"))
    assert (refused.codes, refused.params) == (["oauth_token_invalid"], ["token"])
    assert sign_in(browser, "no.token.at all").codes == ["oauth_token_invalid"]
    assert sign_in(browser, "").codes == ["form_param_missing"]


def test_a_provider_without_id_tokens_takes_none(
    instance: Tenant, browser: Browser, stand_in: StandIn
) -> None:
    instance.update(social__oauth_github={"client_id": "a", "client_secret": "b"})
    given = {"strategy": "oauth_token_github", "token": stand_in.id_token()}
    assert browser.post("/v1/client/sign_ins", **given).codes == ["oauth_token_invalid"]
    given["strategy"] = "google_one_tap"
    refused = browser.post("/v1/client/sign_ins", **given)
    assert refused.codes == ["oauth_provider_not_enabled"]
