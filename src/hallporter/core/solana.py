"""Solana's addresses, which are Ed25519 keys in base58, and signatures by these keys."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LONGEST = 44
# Keys of low order, but for their sign: what anybody can sign for (y of order 1, 2, 4 and 8,
# and those of them that may be written a second way).
_LOW_ORDER = frozenset(
    bytes.fromhex(each)
    for each in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)


def is_address(given: str) -> bool:
    """Tell whether this is an address; one without a capital is taken for a name."""
    return given != given.lower() and _key(given) is not None


def has_signed(address: str, message: str, signature: str) -> bool:
    """Tell whether the key that is `address` has signed `message`; `signature` is base64."""
    key = _key(address)
    if key is None:
        return False
    try:
        given = base64.b64decode(signature, validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(given, message.encode())
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True


def _key(address: str) -> bytes | None:
    """Return the key that an address spells, unless anybody could sign for it."""
    if not 32 <= len(address) <= _LONGEST or any(each not in _ALPHABET for each in address):
        return None
    number = 0
    for each in address:
        number = number * 58 + _ALPHABET.index(each)
    zeros = len(address) - len(address.lstrip("1"))
    digits = number.to_bytes((number.bit_length() + 7) // 8)
    key = b"\0" * zeros + digits
    is_low = key[:31] + bytes([key[31] & 0x7F]) in _LOW_ORDER if len(key) == 32 else True
    return None if is_low else key
