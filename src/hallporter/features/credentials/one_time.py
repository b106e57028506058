"""Codes that work once: those of an authenticator app, and backup codes."""

import base64
import binascii
import hmac

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.core.clock import SECOND

_STEP_SECONDS = 30
# RFC 6238 §5.2: one step either way for clocks that differ.
_DRIFT = (0, -1, 1)
# RFC 4226 §4 wants 128 bits; secrets of 80 are what older apps were given.
_MIN_SECRET_BYTES = 10
_MAX_SECRET_BYTES = 128


def totp_secret(given: str, *, param: str) -> str:
    """Return an imported secret in canonical base32; raises when it is none."""
    secret = given.replace(" ", "").rstrip("=").upper()
    try:
        decoded = base64.b32decode(_padded(secret))
    except (binascii.Error, ValueError) as error:
        raise errors.user.totp_secret_invalid(param=param) from error
    if not _MIN_SECRET_BYTES <= len(decoded) <= _MAX_SECRET_BYTES:
        raise errors.user.totp_secret_invalid(param=param)
    return secret


def matching_step(secret: str, code: str, now: int) -> int | None:
    """Return the time step in which `code` is right, or None."""
    current = now // SECOND // _STEP_SECONDS
    key = base64.b32decode(_padded(secret))
    for drift in _DRIFT:
        if hmac.compare_digest(hotp(key, current + drift).encode(), code.encode()):
            return current + drift
    return None


def hotp(key: bytes, counter: int) -> str:
    """Return the six digits for `counter` (RFC 4226 §5.3).

    Written out because imported secrets may be shorter than libraries accept.
    """
    digest = hmac.digest(key, counter.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 1_000_000:06d}"


def _padded(secret: str) -> str:
    return secret + "=" * (-len(secret) % 8)


def hash_of_backup_code(scope: Scope, code: str) -> str:
    """Return the keyed hash under which a backup code is stored."""
    return scope.box.digest("backup code", code.strip())
