"""`verifyToken` of @clerk/backend."""

import pytest

from hallporter.tokens import keys
from tests.conftest import Make
from tests.harness import OTHER_SIGNING_KEY, SIGNING_KEY, Browser, Clock
from tests.sdk.node import APP, Node, Sdk, SdkError

PEM = keys.public_pem(keys.load("ins_any", SIGNING_KEY))


def test_token_is_verified_with_the_fetched_key(sdk: Sdk, browser: Browser) -> None:
    account = browser.sign_up()
    claims = sdk.verify_by_jwks(browser.token(account.session_id))
    assert claims["sub"] == account.user_id
    assert claims["sid"] == account.session_id
    assert claims["iss"] == f"https://{sdk.tenant.host}"
    assert claims["v"] == 2


def test_token_is_verified_with_the_pem_key(sdk: Sdk, browser: Browser) -> None:
    account = browser.sign_up()
    claims = sdk.verify_token(browser.token(account.session_id), jwtKey=PEM)
    assert claims["sub"] == account.user_id


def test_token_is_verified_with_the_pem_key_on_one_line(sdk: Sdk, browser: Browser) -> None:
    account = browser.sign_up()
    assert "\n" not in sdk.tenant.jwt_key
    claims = sdk.verify_token(browser.token(account.session_id), jwtKey=sdk.tenant.jwt_key)
    assert claims["sub"] == account.user_id


def test_token_names_the_page_it_was_made_for(sdk: Sdk, browser: Browser) -> None:
    token = browser.token(browser.sign_up().session_id)
    assert sdk.verify_by_jwks(token, authorizedParties=[APP])["azp"] == APP
    with pytest.raises(SdkError) as refused:
        sdk.verify_by_jwks(token, authorizedParties=["https://elsewhere.example.com"])
    assert refused.value.reason == "token-invalid-authorized-parties"


def test_token_expires_after_a_minute(sdk: Sdk, browser: Browser, clock: Clock) -> None:
    clock.advance(seconds=-70)
    token = browser.token(browser.sign_up().session_id)
    with pytest.raises(SdkError) as refused:
        sdk.verify_by_jwks(token)
    assert refused.value.reason == "token-expired"


def test_token_of_another_instance_is_refused(
    sdk: Sdk, node: Node, make_instance: Make, browser: Browser
) -> None:
    stranger = Sdk(node, make_instance(signing_key=OTHER_SIGNING_KEY))
    token = browser.token(browser.sign_up().session_id)
    with pytest.raises(SdkError) as refused:
        stranger.verify_by_jwks(token)
    assert refused.value.reason == "jwk-kid-mismatch"


def test_wrong_secret_key_is_told_as_such(sdk: Sdk, browser: Browser) -> None:
    token = browser.token(browser.sign_up().session_id)
    with pytest.raises(SdkError) as refused:
        sdk.verify_token(token, secretKey="sk_live_wrong", apiUrl=sdk.tenant.harness.url)
    assert refused.value.reason == "secret-key-invalid"
