"""Session tokens: what they say, for how long, in which version."""

from typing import Any

import pytest

from hallporter.contract.settings import Settings
from tests import forge
from tests.conftest import Make
from tests.factors import add_app
from tests.harness import ORIGIN, Account, Browser, Clock, Tenant


@pytest.fixture
def account(browser: Browser) -> Account:
    """Somebody signed in on `browser`."""
    return browser.sign_up()


def test_token_says_who_where_and_for_how_long(
    instance: Tenant, browser: Browser, account: Account, clock: Clock
) -> None:
    token = browser.token(account.session_id)
    claims, now = forge.claims_of(token), clock.now() // 1000
    jti = claims.pop("jti")
    assert claims == {
        "azp": ORIGIN,
        "exp": now + 60,
        "fva": [0, -1],
        "iat": now,
        "iss": f"https://{instance.host}",
        "nbf": now - 10,
        "sid": account.session_id,
        "sts": "active",
        "sub": account.user_id,
        "v": 2,
    }
    assert jti != forge.claims_of(browser.token(account.session_id))["jti"]


def test_header_says_which_key_what_for_and_when(
    browser: Browser, account: Account, clock: Clock
) -> None:
    (key,) = browser.get("/.well-known/jwks.json").json["keys"]
    assert forge.header_of(browser.token(account.session_id)) == {
        "alg": "RS256",
        "cat": "cl_B7d4PD111AAA",
        "kid": key["kid"],
        "oiat": clock.now() // 1000,
        "typ": "JWT",
    }


@pytest.mark.parametrize("version", [None, "2021-02-05", "2024-10-01"])
def test_older_versions_get_claims_of_version_one(instance: Tenant, version: str | None) -> None:
    browser = instance.browser(version)
    claims = forge.claims_of(browser.token(browser.sign_up().session_id))
    assert not {"v", "sts"} & set(claims)
    assert {"azp", "exp", "iat", "iss", "nbf", "sid", "sub"} <= set(claims)


def test_minutes_since_the_factors_are_told(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    other = instance.browser().sign_up()
    app = add_app(instance, other.user_id)
    attempt = browser.sign_in(other.email_address).ok().body
    path = f"/v1/client/sign_ins/{attempt['id']}/attempt_second_factor"
    done = browser.post(path, strategy="totp", code=app.code()).ok().body
    clock.advance(minutes=7, seconds=59)
    claims = forge.claims_of(browser.token(done["created_session_id"]))
    assert claims["fva"] == [7, 7]


def test_token_of_no_page_names_no_party(instance: Tenant) -> None:
    browser = instance.browser(origin=None)
    assert "azp" not in forge.claims_of(browser.token(browser.sign_up().session_id))


def test_lifetime_of_tokens_is_a_setting(make_instance: Make) -> None:
    browser = make_instance(Settings(test_mode=True, session_token_ttl_seconds=300)).browser()
    claims = forge.claims_of(browser.token(browser.sign_up().session_id))
    assert claims["exp"] - claims["iat"] == 300


def test_token_endpoint_tells_the_token_and_no_client(browser: Browser, account: Account) -> None:
    reply = browser.post(f"/v1/client/sessions/{account.session_id}/tokens").ok()
    assert set(reply.json) == {"object", "jwt"}
    assert reply.json["object"] == "token"
    assert "set-cookie" not in reply.headers


def test_server_mints_a_token_for_as_long_as_it_says(instance: Tenant, account: Account) -> None:
    with instance.backend() as backend:
        path = f"/v1/sessions/{account.session_id}/tokens"
        minted = backend.post(path, expires_in_seconds=3600).ok().json
    claims = forge.claims_of(minted["jwt"])
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["sid"] == account.session_id


def test_sign_in_hands_a_token_along(browser: Browser, account: Account) -> None:
    other = browser.tenant.browser()
    client = other.sign_in(account.email_address).ok().client
    (session,) = client["sessions"]
    claims = forge.claims_of(session["last_active_token"]["jwt"])
    assert (claims["sid"], claims["azp"]) == (session["id"], ORIGIN)


def subjects_of_tokens(client: Any) -> list[str]:
    """Return the sessions that a client's tokens are of."""
    tokens = [each["last_active_token"]["jwt"] for each in client["sessions"]]
    return sorted(forge.claims_of(token)["sid"] for token in tokens)


def test_whoever_is_told_of_a_session_is_handed_a_token_of_it(
    instance: Tenant, browser: Browser, account: Account
) -> None:
    other = instance.browser().sign_up()
    second = browser.sign_in(other.email_address).ok().body["created_session_id"]
    both = sorted([account.session_id, second])
    assert subjects_of_tokens(browser.get("/v1/client").ok().body) == both
    assert subjects_of_tokens(browser.post("/v1/client/sign_ins").ok().client) == both
    refused = browser.post("/v1/client/sign_ins", identifier="nobody@example.com")
    assert subjects_of_tokens(refused.json["meta"]["client"]) == both


def token_in_client(browser: Browser) -> Any:
    """Return the token of the first session that the browser's client has."""
    return browser.get("/v1/client").ok().body["sessions"][0]["last_active_token"]["jwt"]


def test_a_token_is_told_again_for_half_a_minute(
    browser: Browser, account: Account, clock: Clock
) -> None:
    shown: list[str] = []
    for _ in range(60):
        clock.advance(seconds=1)
        shown.append(token_in_client(browser))
        assert forge.claims_of(shown[-1])["exp"] - clock.now() / 1000 > 29
    # The first one is that of the sign-up, until the session's beat.
    assert len(set(shown)) == 3
    assert shown.count(shown[-31]) == 30


def test_a_token_from_before_a_change_is_not_told_again(
    instance: Tenant, browser: Browser, account: Account, clock: Clock
) -> None:
    # Uses of a session are noted once a minute.
    clock.advance(seconds=70)
    token_in_client(browser)
    clock.advance(seconds=3)
    browser.post(f"/v1/client/sessions/{account.session_id}/touch").ok()
    assert forge.claims_of(token_in_client(browser))["iat"] == clock.now() // 1000
    clock.advance(seconds=2)
    browser.sign_in(instance.browser().sign_up().email_address).ok()
    assert forge.claims_of(token_in_client(browser))["iat"] == clock.now() // 1000
