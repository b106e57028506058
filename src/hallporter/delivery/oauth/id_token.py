"""Id tokens (OpenID Connect Core 1.0 §3.1.3.7): whose word it is, for whom, when, and for what."""

import hmac
from typing import Any, cast

import msgspec
from joserfc import jws
from joserfc.errors import JoseError

from hallporter.core.clock import MINUTE, SECOND
from hallporter.delivery.oauth import metadata
from hallporter.delivery.oauth.connection import Connection
from hallporter.delivery.oauth.http import UnreadableUserError
from hallporter.delivery.oauth.metadata import Metadata

# Signatures by a private key only: what a client secret or nothing signs, anybody may have signed.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
_REGISTRY = jws.JWSRegistry(algorithms=[*_ALGORITHMS, "Ed25519", "EdDSA"])
_LEEWAY_SECONDS = MINUTE // SECOND
_LONGEST = 16_384


async def verified(
    connection: Connection, known: Metadata, token: str, *, expected_nonce: str | None, now: int
) -> dict[str, Any]:
    """Return the claims of an id token; raises UnreadableUserError unless all of them hold.

    `expected_nonce=None` takes tokens that were not asked for here, such as a native app's.
    """
    claims = await _signed(connection, known, token)
    _judge_parties(connection, known, claims)
    _judge_times(claims, now // SECOND)
    if expected_nonce is not None and not _is_text(claims, "nonce", expected_nonce):
        raise UnreadableUserError("the id token answers another request: its nonce differs")
    return claims


async def _signed(connection: Connection, known: Metadata, token: str) -> dict[str, Any]:
    if known.jwks_uri is None or len(token) > _LONGEST:
        raise UnreadableUserError("the provider has no keys, or its id token is too long")
    try:
        signature = jws.extract_compact(token.encode(), registry=_REGISTRY)
        headers = signature.headers()
        algorithm, kid = headers.get("alg"), headers.get("kid")
        keys = await metadata.keys(connection, known.jwks_uri, kid=kid)
        fitting = [
            key
            for key in keys.keys  # a key set is no mapping
            if (kid is None or key.kid == kid) and key.alg in (None, algorithm)
        ]
        if not any(_is_signed_by(signature, key) for key in fitting):
            raise UnreadableUserError("the id token is not signed by the provider")
        return msgspec.json.decode(signature.payload, type=dict[str, Any])
    except (JoseError, ValueError, TypeError, msgspec.DecodeError) as refused:
        raise UnreadableUserError(f"no id token: {type(refused).__name__}") from refused


def _is_signed_by(signature: Any, key: Any) -> bool:
    try:
        return jws.validate_compact(signature, key, registry=_REGISTRY)
    except (JoseError, ValueError, TypeError):
        # A key of another kind than the algorithm's.
        return False


def _judge_parties(connection: Connection, known: Metadata, claims: dict[str, Any]) -> None:
    issuer = known.issuer.replace("{tenantid}", str(claims.get("tid")))
    # Google's documentation: tokens may leave the scheme out.
    allowed = {issuer, issuer.removeprefix("https://")} if _is_google(issuer) else {issuer}
    if claims.get("iss") not in allowed:
        raise UnreadableUserError("the id token is another issuer's")
    ours = {connection.client_id, *connection.additional_client_ids}
    audience: Any = claims.get("aud")
    audiences = cast("list[Any]", audience) if isinstance(audience, list) else [audience]
    if not audiences or not all(isinstance(each, str) for each in audiences):
        raise UnreadableUserError("the id token is for nobody")
    if not ours.intersection(audiences):
        raise UnreadableUserError("the id token is for another client")
    party = claims.get("azp")
    if (len(audiences) > 1 or party is not None) and party not in ours:
        raise UnreadableUserError("the id token was given to another client")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise UnreadableUserError("the id token is about nobody")


def _judge_times(claims: dict[str, Any], now_seconds: int) -> None:
    expires: Any = claims.get("exp")
    issued: Any = claims.get("iat")
    if not _is_time(expires) or not _is_time(issued):
        raise UnreadableUserError("the id token tells no times")
    if expires <= now_seconds - _LEEWAY_SECONDS:
        raise UnreadableUserError("the id token has expired")
    if issued > now_seconds + _LEEWAY_SECONDS:
        raise UnreadableUserError("the id token is from the future")


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(claims: dict[str, Any], name: str, expected: str) -> bool:
    told = claims.get(name)
    return isinstance(told, str) and hmac.compare_digest(told.encode(), expected.encode())


def _is_google(issuer: str) -> bool:
    return issuer == "https://accounts.google.com"
