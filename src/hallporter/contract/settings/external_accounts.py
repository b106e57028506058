"""The providers that users may come from."""

from typing import Annotated

import msgspec

from hallporter.contract.settings.values import Group, Key, Line, Url

SocialStrategy = Annotated[
    str,
    msgspec.Meta(
        max_length=64, pattern=r"\Aoauth_([a-z]+(_oidc)?|custom_[a-z0-9]+(_[a-z0-9]+)*)\Z"
    ),
]


class SocialSettings(Group, frozen=True):
    """One provider that users may come from.

    What of this a provider needs is told in docs/operating/social.md.
    """

    enabled: bool = True
    """Whether users may come from it. Off, there is no button; accounts stay."""
    authenticatable: bool = True
    """Whether it signs users in and up, or may only be connected to an account."""
    client_id: Line = ""
    """As whom the instance is known there."""
    client_secret: Key = ""
    """What proves that. For Apple the private key, in PEM."""
    additional_client_ids: list[Line] = []
    """Clients of native apps whose id tokens are taken too."""
    scopes: list[Line] = []
    """What is asked for beside what signing in needs."""
    block_email_subaddresses: bool = False
    """Whether nobody may sign up with an address such as `ada+news@example.com`."""
    name: Line = ""
    """What the components call a custom provider."""
    logo_url: Url | None = None
    """A picture of a custom provider; without one the components draw its first letter."""
    discovery_url: Url = ""
    """Where a custom provider describes itself (OpenID Connect Discovery 1.0 §4)."""
    issuer: Url = ""
    """What a custom provider calls itself, where that is not how `discovery_url` begins."""
    base_url: Url = ""
    """A server of one's own: GitHub Enterprise Server, GitLab self-managed."""
    tenant: Line = ""
    """Microsoft: the only tenant whose users may come."""
    team_id: Line = ""
    """Apple: whose `client_secret` is the private key."""
    key_id: Line = ""
    """Apple: which of the team's keys that is."""
