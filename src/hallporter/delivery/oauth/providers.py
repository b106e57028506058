"""The providers known by name: a table of facts, each from their own documentation.

Whether a provider vouches for an address is part of the row: an address that it does not vouch for
never links accounts. One that publishes OpenID Connect metadata is asked for its endpoints.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec
from msgspec.structs import replace

from hallporter.delivery.oauth.fields import STANDARD_CLAIMS, Fields

Emails = Literal["claim", "always", "never"]


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is peculiar to one provider; the defaults are those of the standards."""

    name: str
    scopes: tuple[str, ...]
    issuer: str
    """Who tells: beside the subject, what identifies somebody. For OpenID Connect, the `iss`."""
    discovery_url: str | None = None
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    userinfo_endpoint: str | None = None
    fields: Fields = STANDARD_CLAIMS
    vouches_for_email: Emails = "claim"
    """By its `email_address_verified`, always, or never."""
    says_one_for_true: bool = False
    has_nonce: bool = True
    has_pkce: bool = True
    has_id_token: bool = True
    """Whether what it tells comes in a signed id token (with OpenID Connect only)."""
    asks_userinfo: bool = True
    authenticates_by: Literal["post", "basic"] | None = None
    """How it knows our client; unset: as its metadata says."""
    client_id_parameter: str = "client_id"
    scope_separator: str = " "
    parameters: Mapping[str, str] = msgspec.field(default_factory=lambda: MappingProxyType({}))
    """More for the authorization request."""
    posts_back: bool = False
    """Whether it comes back by a form of its own (OAuth 2.0 Form Post Response Mode)."""
    token_format: Literal["form", "json"] = "form"
    userinfo_query: str | None = None
    """A GraphQL query that is posted to the endpoint."""
    userinfo_in_token: bool = False
    """Whether the token reply tells of the user already."""
    emails_endpoint: str | None = None
    """Where the addresses are listed when the account does not hold one that is verified."""
    own_server: Mapping[str, str] = msgspec.field(default_factory=lambda: MappingProxyType({}))
    """For products that others run too: which path of theirs stands for which address."""


# The table is data: who adds a provider touches no code.
PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    msgspec.toml.decode(
        Path(__file__).with_name("providers.toml").read_bytes(), type=dict[str, Provider]
    )
)
CUSTOM_PREFIX = "oauth_custom_"
_OPENID_CONFIGURATION = "/.well-known/openid-configuration"
_ADDRESSES = (
    "issuer",
    "discovery_url",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "emails_endpoint",
)


def custom(name: str, discovery_url: str, issuer: str = "") -> Provider:
    """Return the provider that describes itself at `discovery_url`.

    `issuer` is for one that calls itself something else than that address begins with.
    """
    return Provider(
        name=name,
        issuer=issuer or discovery_url.removesuffix(_OPENID_CONFIGURATION),
        discovery_url=discovery_url,
        scopes=("openid", "email", "profile"),
    )


def at_own_server(provider: Provider, base_url: str) -> Provider:
    """Return the provider as it stands on somebody's own server; the issuer is that server."""
    base_url = base_url.rstrip("/")
    moved = {
        name: address.replace(theirs, f"{base_url}{path}", 1)
        for name in _ADDRESSES
        for theirs, path in provider.own_server.items()
        if (address := getattr(provider, name) or "").startswith(theirs)
    }
    return replace(provider, **moved)
