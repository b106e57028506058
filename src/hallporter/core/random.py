"""Randomness that may guard something: all of it from the operating system."""

import base64
import secrets
from functools import lru_cache

TOKEN_BYTES = 32
# Without i, l, o and u (Crockford's base 32).
_LEGIBLE = "0123456789abcdefghjkmnpqrstvwxyz"

_BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Four bytes stand for each digit; the eight left over would favour the first.
_DIGITS = bytes(_BASE62[byte % 62] for byte in range(256))
_LEFT_OVER = bytes(range(248, 256))
_KSUID_EPOCH_SECONDS = 1_400_000_000
_KSUID_CHANCE_BITS = 128
_KSUID_LENGTH, _KSUID_CHANCE_LENGTH = 27, 21


def ksuid(now: int) -> str:
    """Return a KSUID for the moment `now` (ms): 27 base62 characters that sort by second.

    They stand for 32 bits of seconds since 2014-05-13T16:53:20Z and 128 of chance. What is chosen
    are digits rather than bits, which would have to be divided by 62 again and again.
    """
    beginnings = _ksuid_beginnings(now // 1000 - _KSUID_EPOCH_SECONDS)
    return secrets.choice(beginnings) + _base62_digits(_KSUID_CHANCE_LENGTH)


@lru_cache(maxsize=16)
def _ksuid_beginnings(seconds: int) -> list[str]:
    """Return the digits after which any others make a KSUID of that second."""
    of_chance = 62**_KSUID_CHANCE_LENGTH
    first = -(-(seconds << _KSUID_CHANCE_BITS) // of_chance)
    after = ((seconds + 1) << _KSUID_CHANCE_BITS) // of_chance
    return [_in_base62(each, _KSUID_LENGTH - _KSUID_CHANCE_LENGTH) for each in range(first, after)]


def _in_base62(number: int, length: int) -> str:
    digits = bytearray()
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_BASE62[digit])
    return digits[::-1].decode()


def _base62_digits(length: int) -> str:
    digits = b""
    while len(digits) < length:
        digits += secrets.token_bytes(2 * length).translate(_DIGITS, _LEFT_OVER)
    return digits[:length].decode()


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


def spread(pause: int) -> int:
    """Return `pause` and up to a tenth of it, so that those who began at once do not go on so."""
    return pause + secrets.randbelow(longest_spread(pause) - pause + 1)


def longest_spread(pause: int) -> int:
    """Return what `spread` makes of `pause` at most."""
    return pause + pause // 10


def digits(length: int) -> str:
    """Return `length` random decimal digits, leading zeros kept."""
    return f"{secrets.randbelow(10**length):0{length}d}"
