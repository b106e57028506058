# ruff: noqa: S106  # endpoints of tokens, not tokens
"""The providers known by name, each a row of facts from its own documentation.

Whether a provider vouches for an address is part of the row: an address that it does not vouch for
never links accounts. One that publishes OpenID Connect metadata is asked for its endpoints.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec
from msgspec.structs import replace

from hallporter.delivery.oauth.fields import STANDARD_CLAIMS, Fields

Emails = Literal["claim", "always", "never"]


class Provider(msgspec.Struct, frozen=True, kw_only=True):
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


_GRAPH = "id,name,first_name,last_name,email,picture"

PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {
        # With OpenID Connect metadata.
        "oauth_google": Provider(
            name="Google",
            issuer="https://accounts.google.com",
            discovery_url="https://accounts.google.com/.well-known/openid-configuration",
            scopes=("openid", "email", "profile"),
            parameters={"access_type": "offline"},
            # Nobody runs a Google of their own; an app's tests may have one stand in for it.
            own_server=MappingProxyType({"https://accounts.google.com": ""}),
        ),
        "oauth_microsoft": Provider(
            name="Microsoft",
            # `{tenantid}` stands for the `tid` of each token, `common` for every tenant.
            issuer="https://login.microsoftonline.com/{tenantid}/v2.0",
            discovery_url="https://login.microsoftonline.com/{tenant}/v2.0/.well-known/openid-configuration",
            scopes=("openid", "email", "profile", "offline_access"),
            # Any tenant's administrator may write any address into `email`.
            fields=Fields(email_address_verified="xms_edov"),
            # It is true at times, and "1" at others.
            says_one_for_true=True,
            asks_userinfo=False,
        ),
        "oauth_apple": Provider(
            name="Apple",
            issuer="https://appleid.apple.com",
            discovery_url="https://appleid.apple.com/.well-known/openid-configuration",
            scopes=("name", "email"),
            posts_back=True,
            has_pkce=False,
            authenticates_by="post",
        ),
        "oauth_gitlab": Provider(
            name="GitLab",
            issuer="https://gitlab.com",
            discovery_url="https://gitlab.com/.well-known/openid-configuration",
            scopes=("openid", "email", "profile"),
            fields=Fields(username="nickname"),
            own_server={"https://gitlab.com": ""},
        ),
        "oauth_linkedin_oidc": Provider(
            name="LinkedIn",
            issuer="https://www.linkedin.com/oauth",
            discovery_url="https://www.linkedin.com/oauth/.well-known/openid-configuration",
            scopes=("openid", "email", "profile"),
            has_nonce=False,
            has_pkce=False,
            authenticates_by="post",
        ),
        "oauth_slack": Provider(
            name="Slack",
            issuer="https://slack.com",
            discovery_url="https://slack.com/.well-known/openid-configuration",
            scopes=("openid", "email", "profile"),
            has_pkce=False,
            authenticates_by="post",
        ),
        "oauth_twitch": Provider(
            name="Twitch",
            issuer="https://id.twitch.tv/oauth2",
            discovery_url="https://id.twitch.tv/oauth2/.well-known/openid-configuration",
            scopes=("openid", "user:read:email"),
            parameters={
                "claims": '{"id_token":{"email":null,"email_verified":null,'
                '"picture":null,"preferred_username":null}}'
            },
            has_pkce=False,
            asks_userinfo=False,
            authenticates_by="post",
        ),
        "oauth_dropbox": Provider(
            name="Dropbox",
            issuer="https://www.dropbox.com",
            discovery_url="https://www.dropbox.com/.well-known/openid-configuration",
            scopes=("openid", "email", "profile"),
            parameters={"token_access_type": "offline"},
            asks_userinfo=False,
        ),
        "oauth_huggingface": Provider(
            name="Hugging Face",
            issuer="https://huggingface.co",
            discovery_url="https://huggingface.co/.well-known/openid-configuration",
            scopes=("openid", "email", "profile"),
        ),
        "oauth_vercel": Provider(
            name="Vercel",
            issuer="https://vercel.com",
            discovery_url="https://vercel.com/.well-known/openid-configuration",
            scopes=("openid", "email", "profile"),
        ),
        "oauth_xero": Provider(
            name="Xero",
            issuer="https://identity.xero.com",
            discovery_url="https://identity.xero.com/.well-known/openid-configuration",
            scopes=("openid", "email", "profile"),
            vouches_for_email="never",
            asks_userinfo=False,
        ),
        # Plain OAuth 2.0, each with an account endpoint of its own.
        "oauth_github": Provider(
            name="GitHub",
            issuer="https://github.com",
            authorization_endpoint="https://github.com/login/oauth/authorize",
            token_endpoint="https://github.com/login/oauth/access_token",
            userinfo_endpoint="https://api.github.com/user",
            emails_endpoint="https://api.github.com/user/emails",
            scopes=("read:user", "user:email"),
            # What `/user` shows is what the user chose to publish; the list tells what is proved.
            fields=Fields(subject="id", email_address="", username="login", image_url="avatar_url"),
            has_id_token=False,
            authenticates_by="post",
            own_server={"https://api.github.com": "/api/v3", "https://github.com": ""},
        ),
        "oauth_facebook": Provider(
            name="Facebook",
            issuer="https://www.facebook.com",
            authorization_endpoint="https://www.facebook.com/v23.0/dialog/oauth",
            token_endpoint="https://graph.facebook.com/v23.0/oauth/access_token",
            userinfo_endpoint=f"https://graph.facebook.com/v23.0/me?fields={_GRAPH}",
            scopes=("email", "public_profile"),
            fields=Fields(
                subject="id",
                first_name="first_name",
                last_name="last_name",
                image_url="picture.data.url",
            ),
            vouches_for_email="never",
            has_id_token=False,
            authenticates_by="post",
            scope_separator=",",
        ),
        "oauth_discord": Provider(
            name="Discord",
            issuer="https://discord.com",
            authorization_endpoint="https://discord.com/oauth2/authorize",
            token_endpoint="https://discord.com/api/oauth2/token",
            userinfo_endpoint="https://discord.com/api/v10/users/@me",
            scopes=("identify", "email"),
            fields=Fields(
                subject="id",
                email_address_verified="verified",
                name="global_name",
                username="username",
            ),
            has_id_token=False,
            authenticates_by="post",
        ),
        "oauth_x": Provider(
            name="X / Twitter",
            issuer="https://x.com",
            authorization_endpoint="https://x.com/i/oauth2/authorize",
            token_endpoint="https://api.x.com/2/oauth2/token",
            userinfo_endpoint="https://api.x.com/2/users/me?user.fields=profile_image_url,confirmed_email",
            scopes=("users.read", "users.email", "tweet.read", "offline.access"),
            fields=Fields(
                subject="data.id",
                email_address="data.confirmed_email",
                name="data.name",
                username="data.username",
                image_url="data.profile_image_url",
            ),
            vouches_for_email="always",
            has_id_token=False,
            authenticates_by="basic",
        ),
        "oauth_notion": Provider(
            name="Notion",
            issuer="https://www.notion.so",
            authorization_endpoint="https://api.notion.com/v1/oauth/authorize",
            token_endpoint="https://api.notion.com/v1/oauth/token",
            scopes=(),
            parameters={"owner": "user"},
            fields=Fields(
                subject="owner.user.id",
                email_address="owner.user.person.email",
                name="owner.user.name",
                image_url="owner.user.avatar_url",
            ),
            vouches_for_email="never",
            has_id_token=False,
            has_pkce=False,
            authenticates_by="basic",
            token_format="json",
            userinfo_in_token=True,
        ),
        "oauth_spotify": Provider(
            name="Spotify",
            issuer="https://accounts.spotify.com",
            authorization_endpoint="https://accounts.spotify.com/authorize",
            token_endpoint="https://accounts.spotify.com/api/token",
            userinfo_endpoint="https://api.spotify.com/v1/me",
            scopes=("user-read-email", "user-read-private"),
            fields=Fields(subject="id", name="display_name", username="", image_url="images.0.url"),
            # Spotify's documentation: the address is not verified.
            vouches_for_email="never",
            has_id_token=False,
            authenticates_by="basic",
        ),
        "oauth_tiktok": Provider(
            name="TikTok",
            issuer="https://www.tiktok.com",
            authorization_endpoint="https://www.tiktok.com/v2/auth/authorize/",
            token_endpoint="https://open.tiktokapis.com/v2/oauth/token/",
            userinfo_endpoint="https://open.tiktokapis.com/v2/user/info/?fields=open_id,display_name,avatar_url",
            scopes=("user.info.basic",),
            fields=Fields(
                subject="data.user.open_id",
                email_address="",
                name="data.user.display_name",
                image_url="data.user.avatar_url",
            ),
            has_id_token=False,
            # Its PKCE wants another digest for every kind of app; for websites it asks for none.
            has_pkce=False,
            authenticates_by="post",
            client_id_parameter="client_key",
            scope_separator=",",
        ),
        "oauth_hubspot": Provider(
            name="HubSpot",
            issuer="https://app.hubspot.com",
            authorization_endpoint="https://app.hubspot.com/oauth/authorize",
            token_endpoint="https://api.hubapi.com/oauth/v1/token",
            # It tells of the user where it tells of the token.
            userinfo_endpoint="https://api.hubapi.com/oauth/v1/access-tokens/{access_token}",
            scopes=("oauth",),
            fields=Fields(subject="user_id", email_address="user"),
            vouches_for_email="never",
            has_id_token=False,
            has_pkce=False,
            authenticates_by="post",
        ),
        "oauth_atlassian": Provider(
            name="Atlassian",
            issuer="https://auth.atlassian.com",
            authorization_endpoint="https://auth.atlassian.com/authorize",
            token_endpoint="https://auth.atlassian.com/oauth/token",
            userinfo_endpoint="https://api.atlassian.com/me",
            scopes=("read:me",),
            parameters={"audience": "api.atlassian.com", "prompt": "consent"},
            fields=Fields(subject="account_id", username="nickname"),
            has_id_token=False,
            has_pkce=False,
            authenticates_by="post",
        ),
        "oauth_bitbucket": Provider(
            name="Bitbucket",
            issuer="https://bitbucket.org",
            authorization_endpoint="https://bitbucket.org/site/oauth2/authorize",
            token_endpoint="https://bitbucket.org/site/oauth2/access_token",
            userinfo_endpoint="https://api.bitbucket.org/2.0/user",
            emails_endpoint="https://api.bitbucket.org/2.0/user/emails",
            scopes=("account", "email"),
            fields=Fields(
                subject="uuid",
                email_address="",
                name="display_name",
                username="nickname",
                image_url="links.avatar.href",
            ),
            has_id_token=False,
            has_pkce=False,
            authenticates_by="basic",
        ),
        "oauth_box": Provider(
            name="Box",
            issuer="https://account.box.com",
            authorization_endpoint="https://account.box.com/api/oauth2/authorize",
            token_endpoint="https://api.box.com/oauth2/token",
            userinfo_endpoint="https://api.box.com/2.0/users/me",
            scopes=("root_readonly",),
            fields=Fields(subject="id", email_address="login", image_url="avatar_url"),
            vouches_for_email="never",
            has_id_token=False,
            has_pkce=False,
            authenticates_by="post",
        ),
        "oauth_coinbase": Provider(
            name="Coinbase",
            issuer="https://login.coinbase.com",
            authorization_endpoint="https://login.coinbase.com/oauth2/auth",
            token_endpoint="https://login.coinbase.com/oauth2/token",
            userinfo_endpoint="https://api.coinbase.com/v2/user",
            scopes=("wallet:user:read", "wallet:user:email"),
            fields=Fields(
                subject="data.id",
                email_address="data.email",
                name="data.name",
                username="data.username",
                image_url="data.avatar_url",
            ),
            vouches_for_email="never",
            has_id_token=False,
            authenticates_by="post",
        ),
        "oauth_linear": Provider(
            name="Linear",
            issuer="https://linear.app",
            authorization_endpoint="https://linear.app/oauth/authorize",
            token_endpoint="https://api.linear.app/oauth/token",
            userinfo_endpoint="https://api.linear.app/graphql",
            userinfo_query="{ viewer { id name displayName email avatarUrl } }",
            scopes=("read",),
            fields=Fields(
                subject="data.viewer.id",
                email_address="data.viewer.email",
                name="data.viewer.name",
                username="data.viewer.displayName",
                image_url="data.viewer.avatarUrl",
            ),
            vouches_for_email="never",
            has_id_token=False,
            authenticates_by="post",
            scope_separator=",",
        ),
        "oauth_line": Provider(
            name="LINE",
            issuer="https://access.line.me",
            authorization_endpoint="https://access.line.me/oauth2/v2.1/authorize",
            token_endpoint="https://api.line.me/oauth2/v2.1/token",
            userinfo_endpoint="https://api.line.me/oauth2/v2.1/userinfo",
            scopes=("openid", "profile"),
            # Its id tokens for websites are signed with the client secret; they are not read, and
            # the address stands only there.
            fields=Fields(email_address=""),
            has_id_token=False,
            authenticates_by="post",
        ),
    }
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
