"""Password hashing: Argon2id in a bounded pool of threads, never on the event loop."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import bcrypt
from argon2 import PasswordHasher, Type, exceptions, extract_parameters

from hallporter.core.threads import aside

Answer = TypeVar("Answer")

# OWASP's Argon2id parameters: 20 ms of one core each, 50 verifications a second per core.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
# A digest imported from elsewhere may not make one sign-in cost more than this.
_MAX_MEMORY_KIB = 256 * 1024
_MAX_TIME_COST = 10
_MAX_BCRYPT_ROUNDS = 14
_BCRYPT_PREFIXES = ("$2a$", "$2b$", "$2y$")


@lru_cache(maxsize=1)
def _decoy() -> str:
    return _HASHER.hash("no account has this password")


async def hash_password(password: str) -> str:
    """Return the Argon2id hash of `password` in PHC form."""
    return await _in_pool(lambda: _HASHER.hash(password))


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
    """Tell whether an imported `digest` is well formed, of a kind we verify, and not too dear."""
    if hasher == "bcrypt":
        return _is_bcrypt(digest) and int(digest[4:6]) <= _MAX_BCRYPT_ROUNDS
    if hasher not in ("argon2i", "argon2id") or not digest.startswith(f"${hasher}$"):
        return False
    try:
        parameters = extract_parameters(digest)
    except exceptions.InvalidHashError:
        return False
    return parameters.memory_cost <= _MAX_MEMORY_KIB and parameters.time_cost <= _MAX_TIME_COST


def _is_bcrypt(digest: str) -> bool:
    return digest.startswith(_BCRYPT_PREFIXES) and len(digest) == 60 and digest[4:6].isdigit()


def _fits(password_hash: str, password: str) -> bool:
    if _is_bcrypt(password_hash):
        # bcrypt reads 72 bytes and refuses NUL; the digests we import were made by those rules.
        given = password.encode()[:72]
        return b"\0" not in given and bcrypt.checkpw(given, password_hash.encode())
    try:
        return _HASHER.verify(password_hash, password)
    except (exceptions.VerifyMismatchError, exceptions.InvalidHashError):
        return False


async def _in_pool(work: Callable[[], Answer]) -> Answer:
    return await aside("hashing a password", work)
