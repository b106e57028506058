"""Google's own button: an id token without a visit, for who is known and who is not."""

from collections.abc import Iterator

import pytest

from tests.factors import add_app
from tests.harness import Backend, Browser, Reply, Tenant
from tests.social.browsing import new_name
from tests.social.stand_in import (
    StandIn,
    signed_by_another,
    signed_by_nobody,
    signed_with_our_secret,
    standing_in,
)

ONE_TAP = "google_one_tap"
GOOGLE = "oauth_google"


@pytest.fixture
def google(instance: Tenant) -> Iterator[StandIn]:
    """Who stands in for Google."""
    with standing_in() as google:
        given = {"client_id": "us", "client_secret": "a secret of ours", "base_url": google.url}
        instance.update(social__oauth_google=given)
        google.name = new_name()
        yield google


def sign_in(browser: Browser, token: str, strategy: str = ONE_TAP) -> Reply:
    return browser.post("/v1/client/sign_ins", strategy=strategy, token=token)


def sign_up(browser: Browser, token: str, **more: str) -> Reply:
    return browser.post("/v1/client/sign_ups", **{"strategy": ONE_TAP, "token": token, **more})


def test_a_stranger_is_told_to_sign_up_and_does(browser: Browser, google: StandIn) -> None:
    token = google.id_token()
    unknown = sign_in(browser, token)
    assert (unknown.status, unknown.codes) == (404, ["external_account_not_found"])
    done = sign_up(browser, token).ok()
    assert done.body["status"] == "complete"
    assert done.client["last_authentication_strategy"] == GOOGLE
    user = browser.get("/v1/me").ok().body
    (account,) = user["external_accounts"]
    assert account["provider"] == GOOGLE
    assert account["provider_user_id"] == google.name
    (address,) = user["email_addresses"]
    assert address["email_address"] == f"{google.name}@example.com"
    assert address["verification"]["status"] == "verified"


def test_somebody_known_is_signed_in(instance: Tenant, browser: Browser, google: StandIn) -> None:
    sign_up(browser, google.id_token()).ok()
    user_id = browser.get("/v1/me").ok().body["id"]
    other = instance.browser()
    known = sign_up(other, google.id_token())
    assert known.codes == ["external_account_exists"]
    done = sign_in(other, google.id_token()).ok()
    assert done.body["status"] == "complete"
    assert done.body["first_factor_verification"]["object"] == "verification_google_one_tap"
    assert done.client["last_authentication_strategy"] == GOOGLE
    assert done.client["sessions"][0]["user"]["id"] == user_id


def test_an_account_of_the_proved_address_is_signed_in(
    backend: Backend, browser: Browser, google: StandIn
) -> None:
    user = backend.create_user(email_address=[f"{google.name}@example.com"])
    done = sign_in(browser, google.id_token()).ok()
    assert done.client["sessions"][0]["user"]["id"] == user["id"]
    assert backend.get(f"/v1/users/{user['id']}").ok().json["external_accounts"]


def test_what_a_sign_up_lacks_is_asked_for(
    instance: Tenant, browser: Browser, google: StandIn
) -> None:
    instance.update(attributes__username={"enabled": True, "required": True})
    begun = sign_up(browser, google.id_token()).ok().body
    assert (begun["status"], begun["missing_fields"]) == ("missing_requirements", ["username"])
    path = f"/v1/client/sign_ups/{begun['id']}"
    done = browser.post(path, _method="PATCH", username=new_name().replace(".", "_")).ok().body
    assert done["status"] == "complete"


def test_the_second_factor_is_asked_for_all_the_same(
    instance: Tenant, browser: Browser, google: StandIn
) -> None:
    sign_up(browser, google.id_token()).ok()
    app = add_app(instance, browser.get("/v1/me").ok().body["id"])
    other = instance.browser()
    begun = sign_in(other, google.id_token()).ok().body
    assert (begun["status"], begun["created_session_id"]) == ("needs_second_factor", None)
    path = f"/v1/client/sign_ins/{begun['id']}/attempt_second_factor"
    assert other.post(path, strategy="totp", code=app.code()).ok().body["status"] == "complete"


def test_phones_bring_googles_token_too(instance: Tenant, google: StandIn) -> None:
    with instance.browser(origin=None) as app:
        app.params["_is_native"] = "1"
        given = {"strategy": "oauth_token_google", "token": google.id_token()}
        begun = app.post("/v1/client/sign_ins", **given).ok()
        assert begun.body["first_factor_verification"]["status"] == "transferable"
        app.http.headers["Authorization"] = begun.headers["authorization"]
        done = app.post("/v1/client/sign_ups", transfer="true").ok()
        assert done.body["status"] == "complete"
    with instance.browser(origin=None) as another:
        another.params["_is_native"] = "1"
        done = another.post("/v1/client/sign_ins", **given).ok()
        assert done.body["status"] == "complete"
        assert done.headers["authorization"]


@pytest.mark.parametrize("path", ["/v1/client/sign_ins", "/v1/client/sign_ups"])
def test_case_28_tokens_that_google_did_not_give_us_open_nothing(
    browser: Browser, google: StandIn, path: str
) -> None:
    tokens = [
        google.id_token(aud="an app of somebody else's"),
        google.id_token(iss="https://accounts.example"),
        google.id_token(exp=1),
        "no.token.at all",
    ]
    for sign in (signed_by_another, signed_by_nobody, signed_with_our_secret):
        google.sign = sign
        tokens.append(google.id_token())
    for token in tokens:
        refused = browser.post(path, strategy=ONE_TAP, token=token)
        assert (refused.status, refused.codes) == (400, ["google_one_tap_token_invalid"])
    assert browser.post(path, strategy=ONE_TAP).codes == ["form_param_missing"]
    assert browser.get("/v1/client").ok().body is None


def test_case_27_an_unproved_address_takes_over_nobody(
    backend: Backend, browser: Browser, google: StandIn
) -> None:
    backend.create_user(email_address=[f"{google.name}@example.com"])
    refused = sign_in(browser, google.id_token(email_verified=False))
    assert refused.codes == ["external_account_not_found"]


def test_case_33_foreign_pages_bring_no_token(instance: Tenant, google: StandIn) -> None:
    foreign = instance.browser(origin="https://evil.example")
    assert sign_in(foreign, google.id_token()).codes == ["origin_invalid"]
