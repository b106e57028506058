"""Ethereum's addresses (EIP-55) and its signatures of messages (EIP-191 version 0x45, EIP-2).

What this takes is loaded when it is first needed: few instances know wallets.
"""

import re

_ADDRESS = re.compile(r"0[xX][0-9a-fA-F]{40}")
_SIGNATURE = re.compile(r"0x[0-9a-fA-F]{130}")
# secp256k1 (SEC 2 §2.4.1): the field, and the order of the group.
_FIELD = 2**256 - 2**32 - 977
_ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
# Hardware writes the parity of a signature's point as it is, everybody else with 27 added to it.
_PARITIES = {0: 0, 1: 1, 27: 0, 28: 1}


def is_address(given: str) -> bool:
    """Tell whether this is an address, in whatever case it is written."""
    return _ADDRESS.fullmatch(given) is not None


def checksummed(address: str) -> str:
    """Return an address in the one spelling that shows a slip (EIP-55)."""
    digits = address[2:].lower()
    marks = keccak256(digits.encode()).hex()
    shown = (
        digit.upper() if mark >= "8" else digit for digit, mark in zip(digits, marks, strict=False)
    )
    return "0x" + "".join(shown)


def signer(message: str, signature: str) -> str | None:
    """Return whose key has signed `message`, in lower case; None for what no key can have made.

    Of the two signatures that are equal only that with the lower `s` counts, as on the chain.
    """
    if _SIGNATURE.fullmatch(signature) is None:
        return None
    given = bytes.fromhex(signature[2:])
    r, s = int.from_bytes(given[:32]), int.from_bytes(given[32:64])
    parity = _PARITIES.get(given[64])
    if parity is None or not 0 < r < _ORDER or not 0 < s <= _ORDER // 2:
        return None
    key = _recovered(_digest(message), r, s, parity)
    return None if key is None else "0x" + keccak256(key)[-20:].hex()


def _recovered(digest: int, r: int, s: int, parity: int) -> bytes | None:
    """Return the coordinates of the one key that fits (SEC 1 §4.1.6)."""
    from Crypto.PublicKey import ECC

    y = pow(r**3 + 7, (_FIELD + 1) // 4, _FIELD)
    if y % 2 != parity:
        y = _FIELD - y
    try:
        point = ECC.construct(curve="secp256k1", point_x=r, point_y=y).pointQ
        base = ECC.construct(curve="secp256k1", d=1).pointQ
        key = (point * s + base * (-digest % _ORDER)) * pow(r, -1, _ORDER)
        return int(key.x).to_bytes(32) + int(key.y).to_bytes(32)
    except ValueError:
        return None


def _digest(message: str) -> int:
    text = message.encode()
    prefix = f"\x19Ethereum Signed Message:\n{len(text)}".encode()
    return int.from_bytes(keccak256(prefix + text))


def keccak256(given: bytes) -> bytes:
    """Return the digest that Ethereum calls so: SHA-3 with the padding it had before FIPS 202."""
    from Crypto.Hash import keccak

    return keccak.new(digest_bits=256, data=given).digest()
