"""Signing keys: RSA-2048 with e=65537, the only kind that every Clerk SDK verifies from a PEM."""

from functools import lru_cache
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc.jwk import RSAKey

from hallporter.contract.instance import SigningKey

_BITS = 2048


def generate() -> bytes:
    """Return a new private key as PKCS#8 PEM."""
    return RSAKey.generate_key(_BITS).as_pem(private=True)


@lru_cache(maxsize=1024)
def load(kid: str, private_pem: bytes) -> SigningKey:
    """Parse a private key that is ours, once.

    Whether its numbers are primes is not asked again: that takes 40 ms, in which nothing else is
    done.
    """
    private_key = cast(
        "RSAPrivateKey",
        load_pem_private_key(private_pem, password=None, unsafe_skip_rsa_key_validation=True),
    )
    key = RSAKey(private_key, private_key, {"kid": kid, "use": "sig"})
    return SigningKey(kid=kid, key=key, private_key=private_key)


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
