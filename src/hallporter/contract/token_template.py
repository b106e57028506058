"""A JWT template as it mints: compiled, its key parsed."""

from collections.abc import Callable
from typing import Any

import msgspec
from joserfc.jwk import ECKey, OctKey, RSAKey

from hallporter.contract.ids import UserId


class OwnKey(msgspec.Struct, frozen=True):
    """A parsed key that a template brought along, and the algorithm it is for."""

    algorithm: str
    key: OctKey | RSAKey | ECKey


class TokenTemplate(msgspec.Struct, frozen=True):
    """A template; times in seconds."""

    name: str
    claims: Callable[[Any], dict[str, Any]]
    """From what a token may tell of a session and its user to the token's own claims."""
    lifetime_seconds: int
    allowed_clock_skew_seconds: int
    own_key: OwnKey | None
    """What signs instead of the instance's key."""


class Subject(msgspec.Struct, frozen=True):
    """A session and its user, as far as a template may tell of them."""

    is_live: bool
    is_pending: bool
    actor: msgspec.Raw
    user_id: UserId
    external_id: str | None
    first_name: str | None
    last_name: str | None
    username: str | None
    primary_email_address: str | None
    email_verified: bool
    primary_phone_number: str | None
    phone_number_verified: bool
    two_factor_enabled: bool
    public_metadata: msgspec.Raw
    unsafe_metadata: msgspec.Raw
    created_at: int
    updated_at: int
