"""Signing keys: RSA-2048 with e=65537, the only kind that every Clerk SDK verifies from a PEM."""

from functools import lru_cache
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from joserfc.jwk import RSAKey

from hallporter.contract.instance import SigningKey

_BITS = 2048


def generate() -> bytes:
    """Return a new private key as PKCS#8 PEM."""
    return RSAKey.generate_key(_BITS).as_pem(private=True)


@lru_cache(maxsize=1024)
def load(kid: str, private_pem: bytes) -> SigningKey:
    """Parse a private key once, so that no request pays for it (100x of a signature)."""
    key = RSAKey.import_key(private_pem, {"kid": kid, "use": "sig"})
    return SigningKey(kid=kid, key=key, private_key=cast("RSAPrivateKey", key.private_key))


def public_jwk(key: SigningKey) -> dict[str, Any]:
    """Return the public half as a JWK (RFC 7517)."""
    members = cast("dict[str, Any]", key.key.as_dict(private=False))
    return {**members, "alg": "RS256", "use": "sig", "kid": key.kid}


def public_pem(key: SigningKey) -> str:
    """Return the public half as PEM."""
    return key.key.as_pem(private=False).decode()


def one_line_pem(key: SigningKey) -> str:
    """Return the public half for `CLERK_JWT_KEY`: PEM without its line breaks.

    Clerk's SDKs take breaks out before they read it; a file of variables could not hold them.
    """
    return "".join(public_pem(key).splitlines())
