"""Password hashing: Argon2id in a bounded pool of threads, never on the event loop."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import bcrypt
from argon2 import PasswordHasher, Type, exceptions

from hallporter.core.threads import aside

Answer = TypeVar("Answer")

# OWASP's Argon2id parameters: 20 ms of one core each, 50 verifications a second per core.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
# A digest imported from elsewhere may not make one sign-in cost more than this.
_MAX_MEMORY_KIB = 256 * 1024
_MAX_TIME_COST = 10
_MAX_LANES = 16
_MIN_BCRYPT_ROUNDS, _MAX_BCRYPT_ROUNDS = 4, 14
_BCRYPT_PREFIXES = ("$2a$", "$2b$", "$2y$")
_BCRYPT = re.compile(
    r"(?P<kind>\$2[aby]\$)(?P<cost>[0-9]{2})\$(?P<salt>[./A-Za-z0-9]{22})[./A-Za-z0-9]{31}"
)
_ARGON2 = re.compile(
    r"\$(?P<kind>argon2id?)\$(?P<version>(?:v=(?:16|19)\$)?)"
    r"m=(?P<memory>[1-9][0-9]{0,9}),t=(?P<time>[1-9][0-9]{0,9}),p=(?P<lanes>[1-9][0-9]{0,9})"
    r"\$(?P<rest>[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+)"
)


@lru_cache(maxsize=1)
def _decoy() -> str:
    return _HASHER.hash("no account has this password")


async def hash_password(password: str) -> str:
    """Return the Argon2id hash of `password` in PHC form."""
    return await _in_pool(lambda: _HASHER.hash(password))


def normalised(password: str) -> str:
    """Return one spelling of a password that keyboards may compose differently (NFKC)."""
    return unicodedata.normalize("NFKC", password)


async def fits(password_hash: str | None, typed: str) -> bool:
    """Tell whether what was `typed` is the password; as slow for a stranger as for a user.

    A digest made elsewhere may be of what was typed, not of its one spelling: where the two differ
    both are tried, as one guess.
    """
    for spelling in dict.fromkeys((normalised(typed), typed)):
        if await verify(password_hash, spelling):
            return True
    return False


async def verify(password_hash: str | None, password: str) -> bool:
    """Tell whether `password` fits; without a hash, take as long and answer no.

    Same cost for a stranger as for a user, or response time tells them apart.
    """
    if password_hash is None:
        await _in_pool(lambda: _fits(_decoy(), password))
        return False
    return await _in_pool(lambda: _fits(password_hash, password))


def needs_rehash(password_hash: str) -> bool:
    """Tell whether `password_hash` is an older or foreign digest than the one we make."""
    if not password_hash.startswith("$argon2"):
        return True
    return _HASHER.check_needs_rehash(password_hash)


def is_supported_digest(hasher: str, digest: str) -> bool:
    """Tell whether an imported `digest` is one that we can verify, and not too dear.

    The libraries themselves read it, at the least cost there is: what only looks like a digest
    would keep its user out for good.
    """
    if hasher == "bcrypt":
        return _is_sound_bcrypt(digest)
    return hasher in ("argon2i", "argon2id") and _is_sound_argon2(hasher, digest)


def _is_sound_bcrypt(digest: str) -> bool:
    parts = _BCRYPT.fullmatch(digest)
    if parts is None or not _MIN_BCRYPT_ROUNDS <= int(parts["cost"]) <= _MAX_BCRYPT_ROUNDS:
        return False
    cheap = f"{parts['kind']}{_MIN_BCRYPT_ROUNDS:02}${parts['salt']}".encode()
    try:
        # A salt that is written again in another way would never be found equal.
        return bcrypt.hashpw(b"", cheap).startswith(cheap)
    except ValueError:
        return False


def _is_sound_argon2(hasher: str, digest: str) -> bool:
    parts = _ARGON2.fullmatch(digest)
    if parts is None or parts["kind"] != hasher:
        return False
    memory, time, lanes = int(parts["memory"]), int(parts["time"]), int(parts["lanes"])
    if lanes > _MAX_LANES or time > _MAX_TIME_COST or memory > _MAX_MEMORY_KIB:
        return False
    least = 8 * lanes
    cheap = f"${hasher}${parts['version']}m={least},t=1,p={lanes}${parts['rest']}"
    try:
        _HASHER.verify(cheap, "")
    except exceptions.VerifyMismatchError:
        return memory >= least
    except (exceptions.VerificationError, exceptions.InvalidHashError):
        return False
    return memory >= least


def _fits(password_hash: str, password: str) -> bool:
    try:
        if password_hash.startswith(_BCRYPT_PREFIXES):
            # bcrypt reads 72 bytes and refuses NUL; what we import was made by those rules.
            given = password.encode()[:72]
            return b"\0" not in given and bcrypt.checkpw(given, password_hash.encode())
        return _HASHER.verify(password_hash, password)
    except (exceptions.VerificationError, exceptions.InvalidHashError, ValueError):
        # Also of a digest that an earlier release imported without reading it.
        return False


async def _in_pool(work: Callable[[], Answer]) -> Answer:
    return await aside("hashing a password", work)
