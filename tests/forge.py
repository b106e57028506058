"""Tokens that an attacker would make."""

import base64
import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any

from joserfc import jws
from joserfc.jwk import RSAKey
from joserfc.registry import HeaderParameter

_REGISTRY = jws.JWSRegistry(
    header_registry={
        name: HeaderParameter(name, kind)
        for name, kind in {"cat": "str", "oiat": "int", "jku": "str", "x5u": "str"}.items()
    },
    algorithms=["RS256", "HS256"],
)


def header_of(token: str) -> dict[str, Any]:
    """Return a token's header, unverified."""
    return _decoded(token.split(".")[0])


def claims_of(token: str) -> dict[str, Any]:
    """Return a token's claims, unverified."""
    return _decoded(token.split(".")[1])


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: str = "") -> str:
    """Return a token with whatever signature."""
    return f"{_encoded(header)}.{_encoded(claims)}.{signature}"


def signed(private_pem: bytes, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return a token signed RS256 with a key of one's choice."""
    key = _key(private_pem)
    payload = json.dumps(claims).encode()
    return jws.serialize_compact({**header, "alg": "RS256"}, payload, key, registry=_REGISTRY)


def signed_with_secret(secret: bytes, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return a token signed HS256: the public key taken for a shared secret (RFC 8725 §2.1)."""
    head = f"{_encoded({**header, 'alg': 'HS256'})}.{_encoded(claims)}"
    mac = hmac.new(secret, head.encode(), hashlib.sha256).digest()
    return f"{head}.{_base64url(mac)}"


@lru_cache
def _key(private_pem: bytes) -> RSAKey:
    return RSAKey.import_key(private_pem)


def _encoded(part: dict[str, Any]) -> str:
    return _base64url(json.dumps(part, separators=(",", ":")).encode())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(part: str) -> dict[str, Any]:
    return json.loads(base64.urlsafe_b64decode(part + "=="))
