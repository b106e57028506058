"""RS256 compact tokens (RFC 7515, RFC 7519): the algorithm is ours, never the token's.

joserfc judges what comes in. What goes out is put together here, its header remembered: a tenth
of a session token's cost, on the hottest path there is.
"""

import binascii
from collections.abc import Container, Mapping
from functools import lru_cache
from typing import TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.registry import HeaderParameter

from hallporter.contract import errors
from hallporter.contract.instance import Instance, SigningKey

Claims = TypeVar("Claims")

_ALGORITHM = "RS256"
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_PADDING, _HASH = PKCS1v15(), SHA256()
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
    header = _protected_header(key.kid, category, issued_at)
    signing_input = b"%b.%b" % (header, _base64url(msgspec.json.encode(claims)))
    signature = key.private_key.sign(signing_input, _PADDING, _HASH)
    return (b"%b.%b" % (signing_input, _base64url(signature))).decode()


@lru_cache(maxsize=64)
def _protected_header(kid: str, category: str, issued_at: int) -> bytes:
    header = {
        "alg": _ALGORITHM,
        "cat": category,
        "kid": kid,
        "oiat": issued_at,
        "typ": "JWT",
    }
    return _base64url(msgspec.json.encode(header))


def _base64url(given: bytes) -> bytes:
    return binascii.b2a_base64(given, newline=False).translate(_URL_SAFE).rstrip(b"=")


def verified_claims(
    instance: Instance,
    token: str,
    expected: Mapping[str, type[Claims]],
    *,
    backed: Container[str] = (),
) -> Claims:
    """Return the claims of a token that `instance` signed for one of the `expected` categories.

    Those in `backed` the database judges as well, by a secret that no signing key gives away: they
    are good under a key that was withdrawn, too. Time is not judged here. Raises `token_invalid`
    for everything that is not such a token.
    """
    claims, payload = _verified_payload(instance, token, expected, backed)
    try:
        return msgspec.json.decode(payload, type=claims)
    except msgspec.DecodeError as error:
        raise errors.client.token_invalid() from error


def _verified_payload(
    instance: Instance, token: str, expected: Mapping[str, type[Claims]], backed: Container[str]
) -> tuple[type[Claims], bytes]:
    try:
        signature = jws.extract_compact(token.encode(), registry=_REGISTRY)
        headers = signature.headers()
        kid, category = headers.get("kid"), headers.get("cat", "")
        key = instance.key_by_id(kid)
        if key is None and category in backed:
            key = instance.withdrawn_key_by_id(kid)
        if key is None or not _HEADERS.issuperset(headers):
            raise errors.client.token_invalid()
        claims = expected.get(category)
        if claims is None:
            raise errors.client.token_invalid()
        if not jws.validate_compact(signature, key.key, registry=_REGISTRY):
            raise errors.client.token_invalid()
    except (JoseError, ValueError, TypeError) as error:
        raise errors.client.token_invalid() from error
    return claims, signature.payload
