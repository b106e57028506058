"""A provider without OpenID Connect: GitHub's documented contract, on a server of one's own."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.harness import Browser, Tenant
from tests.social.browsing import (
    HOME,
    SSO_CALLBACK,
    address_of,
    begin_sign_in,
    begin_sign_up,
    come_back,
)
from tests.social.stand_in import CLIENT_ID, CLIENT_SECRET, StandIn, standing_in

STRATEGY = "oauth_github"
PROVED = {"verified": True, "primary": False}


@pytest.fixture
def github() -> Iterator[StandIn]:
    """A GitHub Enterprise Server."""
    with standing_in() as stand_in:
        stand_in.name = "ada-lovelace"
        yield stand_in


@pytest.fixture
def instance(instance: Tenant, github: StandIn) -> Tenant:
    """An instance that takes users from there."""
    settings = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "base_url": github.url}
    instance.update(**{f"social__{STRATEGY}__{name}": value for name, value in settings.items()})
    return instance


def visit(browser: Browser, github: StandIn) -> str:
    """Sign up by way of the server and return where that ends."""
    url = address_of(begin_sign_up(browser, STRATEGY))
    assert url.startswith(f"{github.url}/login/oauth/authorize?")
    return come_back(browser, github.answer(url)).headers["location"]


def sign_in(browser: Browser, github: StandIn) -> str:
    """Sign in by way of the server and return where that ends."""
    url = address_of(begin_sign_in(browser, STRATEGY))
    return come_back(browser, github.answer(url)).headers["location"]


def test_the_proved_primary_address_is_taken(browser: Browser, github: StandIn) -> None:
    github.emails = [
        {"email": "other@example.com", **PROVED},
        {"email": "ada@example.com", "verified": True, "primary": True},
        {"email": "victim@example.com", "verified": False, "primary": False},
    ]
    assert visit(browser, github) == HOME
    user = browser.get("/v1/me").ok().body
    [account] = user["external_accounts"]
    assert account["provider_user_id"] == "4711"
    assert account["username"] == "ada-lovelace"
    assert account["approved_scopes"] == "read:user user:email"
    assert (user["first_name"], user["last_name"]) == ("Ada", "Lovelace")
    assert [each["email_address"] for each in user["email_addresses"]] == ["ada@example.com"]
    assert github.posted[-1]["client_secret"] == CLIENT_SECRET
    assert github.is_challenge_met()
    assert "nonce" not in github.queries[-1]


def test_an_address_that_is_not_proved_there_is_none(browser: Browser, github: StandIn) -> None:
    github.emails = [{"email": "victim@example.com", "verified": False, "primary": True}]
    assert visit(browser, github) == SSO_CALLBACK
    sign_up = browser.get("/v1/client").ok().body["sign_up"]
    assert sign_up["email_address"] is None
    assert sign_up["missing_fields"] == ["email_address"]


def test_a_provider_without_metadata_may_name_itself(instance: Tenant, github: StandIn) -> None:
    github.emails = [{"email": "ada@example.com", "verified": True, "primary": True}]
    # GitHub sends the last.
    for path in ("", "/", "/login/oauth"):
        github.reply_parameters = {"iss": f"{github.url}{path}"}
        with instance.browser() as browser:
            ends = visit(browser, github) if path == "" else sign_in(browser, github)
            assert ends == HOME, path


def test_a_reply_of_another_place_is_refused_before_its_code_goes_anywhere(
    browser: Browser, github: StandIn
) -> None:
    for issuer in ("https://accounts.google.com", f"{github.url}.evil.example/", "127.0.0.1"):
        github.reply_parameters = {"iss": issuer}
        assert visit(browser, github) == SSO_CALLBACK, issuer
    assert github.posted == []


@pytest.mark.parametrize(
    "emails",
    [
        {"values": 7},
        {"items": {"email": "ada@example.com"}},
        [{"email": "a\0da@example.com", "verified": True, "primary": True}],
        [{"email": "a" * 300 + "@example.com", "verified": True, "primary": True}],
        ["ada@example.com", None, [], {"email": ["ada@example.com"], **PROVED}],
    ],
    ids=["number", "object", "nul", "long", "others"],
)
def test_what_is_no_list_of_addresses_holds_none(
    browser: Browser, github: StandIn, emails: Any
) -> None:
    github.emails = emails
    assert visit(browser, github) == SSO_CALLBACK
    assert browser.get("/v1/client").ok().body["sign_up"]["missing_fields"] == ["email_address"]


@pytest.mark.parametrize("token", ["t\u00f6ken", "to\nken", "to\0ken", "", 7, ["token"]])
def test_a_token_that_no_header_could_hold_is_none(
    browser: Browser, github: StandIn, token: Any
) -> None:
    github.token_reply = {"access_token": token}
    assert sign_in(browser, github) == SSO_CALLBACK
    proof = browser.get("/v1/client").ok().body["sign_in"]["first_factor_verification"]
    assert proof["error"]["code"] == "oauth_token_exchange_error"
