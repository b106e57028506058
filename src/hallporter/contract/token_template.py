"""A JWT template as it mints: compiled, its key parsed."""

from collections.abc import Callable
from typing import Any

import msgspec
from joserfc.jwk import ECKey, OctKey, RSAKey


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
