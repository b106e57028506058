"""Validation of id tokens (OpenID Connect Core 1.0 §3.1.3.7)."""

import hmac
import re
from typing import Any, cast

import msgspec
from joserfc import jws
from joserfc.errors import JoseError

from hallporter.core.clock import MINUTE, SECOND
from hallporter.delivery.oauth import fields, metadata
from hallporter.delivery.oauth.connection import Connection
from hallporter.delivery.oauth.http import UnreadableUserError
from hallporter.delivery.oauth.metadata import Metadata

# Signatures by a private key only: what a client secret or nothing signs, anybody may have signed.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
_COMPACT = re.compile(rb"[\w-]+\.[\w-]+\.[\w-]*")
# Tokens of the same provider that say something else than who somebody is (RFC 8725 §3.11).
_OTHER_KINDS = frozenset({"at+jwt", "logout+jwt", "secevent+jwt"})


class _Registry(jws.JWSRegistry):
    # Some headers carry a chain of certificates; it is not read.
    max_header_length = 8_192


# What a header says beside what is known of headers is nobody's concern (RFC 7515 §4).
_REGISTRY = _Registry(algorithms=[*_ALGORITHMS, "Ed25519", "EdDSA"], strict_check_header=False)
_LEEWAY_SECONDS = MINUTE // SECOND
_LONGEST = 16_384


async def verified(
    connection: Connection, known: Metadata, token: str, *, expected_nonce: str | None, now: int
) -> dict[str, Any]:
    """Return the claims of an id token; raises UnreadableUserError unless all of them hold.

    `expected_nonce=None` takes tokens that were not asked for here, such as a native app's.
    """
    claims = await _signed(connection, known, token.strip())
    _judge_issuer(known, claims)
    _judge_audience(connection, claims)
    if fields.text(claims, "sub") is None:
        raise UnreadableUserError("the id token is about nobody")
    _judge_times(claims, now // SECOND)
    if expected_nonce is not None and not _is_text(claims, "nonce", expected_nonce):
        raise UnreadableUserError("the id token answers another request: its nonce differs")
    return claims


def is_compact(body: bytes) -> bool:
    """Tell whether `body` is a signed token and no JSON."""
    return _COMPACT.fullmatch(body.strip()) is not None


async def user_info(
    connection: Connection, known: Metadata, token: str, *, now: int
) -> dict[str, Any]:
    """Return the claims of a signed user info reply (OpenID Connect Core 1.0 §5.3.2).

    It comes from the provider itself; of what it says beside its claims, all has to hold.
    """
    claims = await _signed(connection, known, token.strip())
    if claims.get("iss") is not None:
        _judge_issuer(known, claims)
    if claims.get("aud") is not None:
        _judge_audience(connection, claims)
    if claims.get("exp") is not None:
        _judge_expiry(claims, now // SECOND)
    return claims


async def _signed(connection: Connection, known: Metadata, token: str) -> dict[str, Any]:
    if known.jwks_uri is None or len(token) > _LONGEST:
        raise UnreadableUserError("the provider has no keys, or its id token is too long")
    try:
        signature = jws.extract_compact(token.encode(), registry=_REGISTRY)
        headers = signature.headers()
        algorithm, kid = headers.get("alg"), headers.get("kid")
        if str(headers.get("typ")).lower().removeprefix("application/") in _OTHER_KINDS:
            raise UnreadableUserError("the token is of another kind than an id token")
        keys = await metadata.keys(connection, known.jwks_uri, kid=kid)
        fitting = [
            key
            for key in keys.keys  # a key set is no mapping
            if (kid is None or key.kid == kid) and key.alg in (None, algorithm)
        ]
        if not any(_is_signed_by(signature, key) for key in fitting):
            raise UnreadableUserError("the id token is not signed by the provider")
        return msgspec.json.decode(signature.payload, type=dict[str, Any])
    except (JoseError, ValueError, TypeError, RecursionError, msgspec.DecodeError) as error:
        raise UnreadableUserError(f"no id token: {type(error).__name__}") from error


def _is_signed_by(signature: Any, key: Any) -> bool:
    try:
        return jws.validate_compact(signature, key, registry=_REGISTRY)
    except (JoseError, ValueError, TypeError):
        # A key of another kind than the algorithm's.
        return False


def _judge_issuer(known: Metadata, claims: dict[str, Any]) -> None:
    issuer = known.issuer.replace("{tenantid}", str(claims.get("tid")))
    # Google's documentation: tokens may leave the scheme out.
    allowed = {issuer, issuer.removeprefix("https://")} if _is_google(issuer) else {issuer}
    if claims.get("iss") not in allowed:
        raise UnreadableUserError("the id token is another issuer's")


def _judge_audience(connection: Connection, claims: dict[str, Any]) -> None:
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


def _judge_times(claims: dict[str, Any], now_seconds: int) -> None:
    _judge_expiry(claims, now_seconds)
    issued = fields.whole_number(claims.get("iat"))
    if issued is None or issued > now_seconds + _LEEWAY_SECONDS:
        raise UnreadableUserError("the id token does not tell since when it holds, or not yet")


def _judge_expiry(claims: dict[str, Any], now_seconds: int) -> None:
    expires = fields.whole_number(claims.get("exp"))
    if expires is None or expires <= now_seconds - _LEEWAY_SECONDS:
        raise UnreadableUserError("the id token has expired, or does not tell when")


def _is_text(claims: dict[str, Any], name: str, expected: str) -> bool:
    claim = claims.get(name)
    return isinstance(claim, str) and hmac.compare_digest(claim.encode(), expected.encode())


def _is_google(issuer: str) -> bool:
    return issuer == "https://accounts.google.com"
