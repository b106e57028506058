"""A MaxMind DB file with one place in it, for every address (MaxMind DB specification 2.0)."""

from pathlib import Path
from typing import Any, NamedTuple, cast

_METADATA = b"\xab\xcd\xefMaxMind.com"
_NODES = 1
_RECORD_BITS = 24
_KINDS = {16: 5, 32: 6, 64: 9}


class _Unsigned(NamedTuple):
    value: int
    bits: int


def write(path: Path, place: dict[str, Any]) -> None:
    """Write a database in which every IPv4 address is at `place`."""
    pointer = (_NODES + 16).to_bytes(_RECORD_BITS // 8, "big")
    metadata: dict[str, object] = {
        "node_count": _Unsigned(_NODES, 32),
        "record_size": _Unsigned(_RECORD_BITS, 16),
        "ip_version": _Unsigned(4, 16),
        "database_type": "Test-City",
        "languages": [],
        "binary_format_major_version": _Unsigned(2, 16),
        "binary_format_minor_version": _Unsigned(0, 16),
        "build_epoch": _Unsigned(1, 64),
        "description": {"en": "A test"},
    }
    tree = pointer + pointer
    path.write_bytes(tree + b"\0" * 16 + _encoded(place) + _METADATA + _encoded(metadata))


def _encoded(value: object) -> bytes:
    match value:
        case str():
            return _control(2, len(value)) + value.encode()
        case _Unsigned():
            length = value.bits // 8
            return _control(_KINDS[value.bits], length) + value.value.to_bytes(length, "big")
        case dict():
            parts = cast("dict[str, object]", value)
            inside = b"".join(_encoded(part) for pair in parts.items() for part in pair)
            return _control(7, len(parts)) + inside
        case _:
            return _control(11, 0)


def _control(kind: int, size: int) -> bytes:
    # Kinds above seven have a byte of their own.
    return bytes([kind << 5 | size]) if kind < 8 else bytes([size, kind - 7])
