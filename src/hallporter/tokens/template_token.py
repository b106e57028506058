"""Tokens made from a JWT template: for other services, and no session tokens (Clerk)."""

from typing import Any

import msgspec
from joserfc import jws
from joserfc.registry import HeaderParameter

from hallporter.contract.ids import UserId
from hallporter.contract.instance import Instance
from hallporter.contract.token_template import OwnKey, TokenTemplate
from hallporter.core.random import token_id
from hallporter.tokens import jwt
from hallporter.tokens.own_keys import ALGORITHMS

# The SDKs tell by it that this is no session token.
CATEGORY = "cl_B7d4PD222AAA"
_REGISTRY = jws.JWSRegistry(
    header_registry={
        "cat": HeaderParameter("token category", "str"),
        "oiat": HeaderParameter("original issued at", "int"),
    },
    algorithms=sorted(ALGORITHMS),
)


def mint(
    instance: Instance,
    template: TokenTemplate,
    subject: object,
    *,
    user_id: UserId,
    now: int,
    authorized_party: str | None,
    ttl_seconds: int | None = None,
) -> str:
    """Return a token with the template's claims for `subject`, and those that every token has.

    `authorized_party` is the Origin it is for (`azp`); it never names a session.
    """
    issued_at = now // 1000
    claims = template.claims(subject)
    claims |= {
        "exp": issued_at + (ttl_seconds or template.lifetime_seconds),
        "iat": issued_at,
        "iss": instance.issuer,
        "jti": token_id(),
        "nbf": issued_at - template.allowed_clock_skew_seconds,
        "sub": user_id,
    }
    if authorized_party is not None:
        claims["azp"] = authorized_party
    if template.own_key is not None:
        return _sign(template.own_key, claims, issued_at)
    return jwt.sign(instance.signing_key, claims, category=CATEGORY, issued_at=issued_at)


def _sign(own: OwnKey, claims: dict[str, Any], issued_at: int) -> str:
    # No `kid`: whoever has this key was given it, and must not look for it in our JWKS.
    header = {"alg": own.algorithm, "cat": CATEGORY, "oiat": issued_at, "typ": "JWT"}
    return jws.serialize_compact(header, msgspec.json.encode(claims), own.key, registry=_REGISTRY)
