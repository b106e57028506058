"""The table of providers: complete, and nowhere without https."""

import pytest
from msgspec.structs import fields

from hallporter.core.secret import Secret
from hallporter.delivery.oauth import addresses, identity
from hallporter.delivery.oauth.connection import Connection
from hallporter.delivery.oauth.fields import Claims
from hallporter.delivery.oauth.http import UnreadableUserError
from hallporter.delivery.oauth.providers import PROVIDERS, Provider, at_own_server

NAMED = {
    "apple", "atlassian", "bitbucket", "box", "coinbase", "discord", "dropbox", "facebook",
    "github", "gitlab", "google", "hubspot", "huggingface", "line", "linear", "linkedin_oidc",
    "microsoft", "notion", "slack", "spotify", "tiktok", "twitch", "vercel", "x", "xero",
}  # fmt: skip


def test_every_provider_is_there_with_addresses_that_may_be_asked() -> None:
    assert set(PROVIDERS) == {f"oauth_{name}" for name in NAMED}
    for strategy, provider in PROVIDERS.items():
        given = [getattr(provider, each.name) for each in fields(Provider)]
        for address in (each for each in given if isinstance(each, str) and "://" in each):
            assert addresses.is_allowed(address, allows_loopback=False), (strategy, address)
        if provider.discovery_url is None:
            assert provider.authorization_endpoint, strategy
            assert provider.token_endpoint, strategy
            assert not provider.has_id_token, strategy
            assert provider.userinfo_endpoint or provider.userinfo_in_token, strategy


def test_issuers_do_not_share_their_subjects() -> None:
    issuers = [provider.issuer for provider in PROVIDERS.values()]
    assert len(set(issuers)) == len(issuers)


# What each provider's documentation shows of a user, shortened to what is read.
ACCOUNTS = {
    "oauth_discord": {
        "id": "80351110224678912", "username": "nelly", "global_name": "Nelly", "verified": True,
        "email": "nelly@example.com",
    },
    "oauth_x": {"data": {"id": "2244994945", "name": "Nelly", "username": "nelly"}},
    "oauth_spotify": {"id": "nelly", "display_name": "Nelly", "email": "nelly@example.com"},
    "oauth_notion": {"owner": {"user": {"id": "e7-9", "person": {"email": "nelly@example.com"}}}},
    "oauth_hubspot": {"user_id": 214482, "user": "nelly@example.com"},
    "oauth_atlassian": {"account_id": "112233", "email": "nelly@example.com", "name": "Nelly B"},
    "oauth_tiktok": {"data": {"user": {"open_id": "723f24d7", "display_name": "Nelly"}}},
    "oauth_facebook": {"id": "10", "first_name": "Nelly", "email": "nelly@example.com"},
    "oauth_coinbase": {"data": {"id": "9da7a204", "name": "Nelly", "email": "nelly@example.com"}},
    "oauth_linear": {"data": {"viewer": {"id": "v1", "email": "nelly@example.com"}}},
    "oauth_box": {"id": "11446498", "login": "nelly@example.com", "name": "Nelly"},
    "oauth_bitbucket": {"uuid": "{c788}", "display_name": "Nelly", "nickname": "nelly"},
    "oauth_line": {"sub": "U1234", "name": "Nelly", "picture": "https://profile.example/n"},
}  # fmt: skip


@pytest.mark.parametrize("strategy", ACCOUNTS)
def test_an_account_is_read_where_its_provider_keeps_things(strategy: str) -> None:
    found = identity.read(_connection(strategy), "issuer", ACCOUNTS[strategy], None)
    assert found.subject
    is_named = "nelly@example.com" in str(ACCOUNTS[strategy])
    assert found.email_address == ("nelly@example.com" if is_named else None)
    assert found.email_address_verified is (strategy == "oauth_discord")


def test_what_names_nobody_is_nobody() -> None:
    nobodies: tuple[Claims, ...] = (
        {},
        {"id": ""},
        {"id": None},
        {"id": True},
        {"id": ["x"]},
        {"id": "x" * 256},
    )
    for claims in nobodies:
        with pytest.raises(UnreadableUserError):
            identity.read(_connection("oauth_discord"), "issuer", claims, None)


def test_an_address_of_microsofts_counts_only_when_its_domain_was_proved() -> None:
    # Any tenant's administrator may put anybody's address into `email`.
    claims: Claims = {"sub": "s", "email": "victim@example.com", "email_verified": True}
    read = identity.read(_connection("oauth_microsoft"), "issuer", claims, None)
    assert read.email_address_verified is False
    for proved, spellings in ((True, (True, "true", 1, "1")), (False, (False, "", 0, "0", "yes"))):
        for given in spellings:
            claims["xms_edov"] = given
            read = identity.read(_connection("oauth_microsoft"), "issuer", claims, None)
            assert read.email_address_verified is proved, given


def test_an_own_server_is_its_own_issuer() -> None:
    own = at_own_server(PROVIDERS["oauth_github"], "https://git.example.com/")
    assert own.issuer == "https://git.example.com"
    assert own.userinfo_endpoint == "https://git.example.com/api/v3/user"
    assert own.token_endpoint == "https://git.example.com/login/oauth/access_token"
    lab = at_own_server(PROVIDERS["oauth_gitlab"], "https://lab.example.com")
    assert lab.discovery_url == "https://lab.example.com/.well-known/openid-configuration"
    discord = PROVIDERS["oauth_discord"]
    assert at_own_server(discord, "https://evil.example") == discord


@pytest.mark.parametrize(
    ("url", "elsewhere", "here"),
    [
        ("https://idp.example.com/x", True, True),
        ("http://idp.example.com/x", False, False),
        ("http://127.0.0.1:4000/x", False, True),
        ("https://127.0.0.1:4000/x", False, True),
        ("http://[::1]/x", False, True),
        ("http://localhost/x", False, True),
        ("http://169.254.169.254/x", False, False),
        ("http://127.0.0.1.example.com/x", False, False),
        ("https://user:secret@idp.example.com/", False, False),
        ("file:///etc/passwd", False, False),
        ("//idp.example.com/x", False, False),
        ("https:///x", False, False),
        ("https://[oops/x", False, False),
        # What others than this check would read as this very machine, or as another host.
        ("https://127.1/x", False, False),
        ("https://2130706433/x", False, False),
        ("https://0x7f.0.0.1/x", False, False),
        ("https://localhost./x", False, False),
        ("https://[::1%25lo]/x", False, False),
        ("https://idp.example.com%2f.example.org/x", False, False),
        ("https://a_b-c.example.com:8443/x", True, True),
        ("https://192.0.2.1/x", True, True),
        ("https://[2001:db8::1]/x", True, True),
    ],
)
def test_what_may_be_asked(url: str, elsewhere: bool, here: bool) -> None:
    assert addresses.is_allowed(url, allows_loopback=False) is elsewhere
    assert addresses.is_allowed(url, allows_loopback=True) is here


def _connection(strategy: str) -> Connection:
    return Connection(
        strategy=strategy,
        provider=PROVIDERS[strategy],
        client_id="us",
        client_secret=Secret("secret"),
    )
