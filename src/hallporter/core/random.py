"""Randomness that may guard something: all of it from the operating system."""

import base64
import secrets

TOKEN_BYTES = 32
# Without i, l, o and u (Crockford's base 32).
_LEGIBLE = "0123456789abcdefghjkmnpqrstvwxyz"

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Two digits at a time: half the divisions of a number of 160 bits.
_PAIRS = [first + second for first in _BASE62 for second in _BASE62]
_KSUID_EPOCH_SECONDS = 1_400_000_000
_KSUID_LENGTH = 27
_KSUID_RANDOM_BYTES = 16


def ksuid(now: int) -> str:
    """Return a KSUID for the moment `now` (ms): 27 base62 characters that sort by second."""
    seconds = now // 1000 - _KSUID_EPOCH_SECONDS
    return ksuid_of(seconds.to_bytes(4, "big") + secrets.token_bytes(_KSUID_RANDOM_BYTES))


def ksuid_of(given: bytes) -> str:
    """Return the text of a KSUID: 32 bits of seconds since 2014-05-13T16:53:20Z, 128 of chance."""
    number = int.from_bytes(given, "big")
    pairs: list[str] = []
    while number:
        number, pair = divmod(number, len(_PAIRS))
        pairs.append(_PAIRS[pair])
    return "".join(reversed(pairs))[-_KSUID_LENGTH:].rjust(_KSUID_LENGTH, "0")


def token() -> str:
    """Return 256 random bits in base64url."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_id() -> str:
    """Return 80 random bits in hex, to tell one signed token from another (RFC 7519 §4.1.7)."""
    return secrets.token_hex(10)


def letters(length: int) -> str:
    """Return `length` random characters of 32 that a reader does not mistake for one another."""
    return "".join(secrets.choice(_LEGIBLE) for _ in range(length))


def base32_secret() -> str:
    """Return 160 random bits in base32: the length of key that RFC 4226 §4 recommends."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def digits(length: int) -> str:
    """Return `length` random decimal digits, leading zeros kept."""
    return f"{secrets.randbelow(10**length):0{length}d}"
