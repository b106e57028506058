"""Codes that work once: those of an authenticator app, and backup codes."""

import base64
import binascii
import hmac

from pyotp.totp import TOTP

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.core.clock import SECOND

_STEP_SECONDS = 30
# RFC 6238 §5.2: one step either way for clocks that differ.
_DRIFT = (0, -1, 1)
# RFC 4226 §4 wants 128 bits; secrets of 80 are what older apps were given.
_MIN_SECRET_BYTES = 10


def totp_secret(given: str, *, param: str) -> str:
    """Return an imported secret in canonical base32; raises when it is none."""
    secret = given.replace(" ", "").rstrip("=").upper()
    try:
        decoded = base64.b32decode(secret + "=" * (-len(secret) % 8))
    except (binascii.Error, ValueError) as refused:
        raise errors.user.totp_secret_invalid(param=param) from refused
    if len(decoded) < _MIN_SECRET_BYTES:
        raise errors.user.totp_secret_invalid(param=param)
    return secret


def matching_step(secret: str, code: str, now: int) -> int | None:
    """Return the time step in which `code` is right, or None."""
    current = now // SECOND // _STEP_SECONDS
    totp = TOTP(secret)
    for drift in _DRIFT:
        if hmac.compare_digest(totp.generate_otp(current + drift).encode(), code.encode()):
            return current + drift
    return None


def hash_of_backup_code(scope: Scope, code: str) -> str:
    """Return the keyed hash under which a backup code is stored."""
    return scope.box.digest("backup code", code.strip())
