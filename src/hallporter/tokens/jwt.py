"""RS256 compact tokens (RFC 7515, RFC 7519): the algorithm is ours, never the token's."""

from typing import Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.registry import HeaderParameter

from hallporter.contract import errors
from hallporter.contract.instance import Instance, SigningKey

_ALGORITHM = "RS256"
# RFC 8725 §3.10: a key named or carried by the token itself (jku, jwk, x5u, x5c) is not read.
_HEADERS = frozenset({"alg", "typ", "kid", "cat", "oiat"})
_REGISTRY = jws.JWSRegistry(
    header_registry={
        "cat": HeaderParameter("token category", "str"),
        "oiat": HeaderParameter("original issued at", "int"),
    },
    algorithms=[_ALGORITHM],
)
# The SDKs tolerate this much between two clocks; so do we.
LEEWAY_SECONDS = 5


def sign(key: SigningKey, claims: object, *, category: str, issued_at: int) -> str:
    """Return `claims` signed; `issued_at` (s) is stamped as `oiat`, which decides freshness."""
    header = {
        "alg": _ALGORITHM,
        "cat": category,
        "kid": key.kid,
        "oiat": issued_at,
        "typ": "JWT",
    }
    return jws.serialize_compact(header, msgspec.json.encode(claims), key.key, registry=_REGISTRY)


def verified_claims(instance: Instance, token: str, *, expected_category: str) -> dict[str, Any]:
    """Return the claims of a token that `instance` signed for `expected_category`.

    Time is not judged here. Raises `token_invalid` for everything that is not such a token.
    """
    payload = _verified_payload(instance, token, expected_category)
    try:
        return msgspec.json.decode(payload, type=dict[str, Any])
    except msgspec.DecodeError as refused:
        raise errors.client.token_invalid() from refused


def category(token: str) -> str | None:
    """Return what a token says it is for, unverified: fit only to choose who judges it."""
    try:
        headers = jws.extract_compact(token.encode(), registry=_REGISTRY).headers()
    except (JoseError, ValueError, TypeError):
        return None
    return headers.get("cat")


def _verified_payload(instance: Instance, token: str, expected_category: str) -> bytes:
    try:
        signature = jws.extract_compact(token.encode(), registry=_REGISTRY)
        headers = signature.headers()
        key = instance.key_by_id(headers.get("kid"))
        if key is None or not _HEADERS.issuperset(headers):
            raise errors.client.token_invalid()
        if headers.get("cat") != expected_category:
            raise errors.client.token_invalid()
        if not jws.validate_compact(signature, key.key, registry=_REGISTRY):
            raise errors.client.token_invalid()
    except (JoseError, ValueError, TypeError) as refused:
        raise errors.client.token_invalid() from refused
    return signature.payload
