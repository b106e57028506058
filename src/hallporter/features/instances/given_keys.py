"""Keys that an operator brings along instead of having them made."""

import base64
import binascii
import re
from collections.abc import Iterator

from hallporter.contract.hosts import is_local
from hallporter.contract.instance import EnvironmentType

_PUBLISHABLE_KEY = re.compile(r"pk_(live|test)_([A-Za-z0-9+/]+={0,2})")
_SECRET_KEY = re.compile(r"sk_(live|test)_(.+)")
# A key of ours has 43 characters; below this one could be tried out.
_LEAST_CHARACTERS = 24
# Fewer different characters than this is a pattern or a word, whatever its length.
_LEAST_DIFFERENT = 11
_ENVIRONMENTS: dict[str, EnvironmentType] = {"live": "production", "test": "development"}


def is_weak(secret_key: str) -> bool:
    """Tell whether a secret key could be guessed, because it is short or somebody's default."""
    match = _SECRET_KEY.fullmatch(secret_key)
    chosen = match[2] if match else secret_key
    return len(chosen) < _LEAST_CHARACTERS or len(set(chosen.lower())) < _LEAST_DIFFERENT


def environment_of_key(key: str) -> EnvironmentType | None:
    """Return the environment that a publishable or secret key is for."""
    match = re.match(r"[ps]k_(live|test)_", key)
    return None if match is None else _ENVIRONMENTS[match[1]]


def host_of_publishable_key(publishable_key: str) -> str | None:
    """Return the frontend host in a publishable key; None when no SDK would accept the key."""
    match = _PUBLISHABLE_KEY.fullmatch(publishable_key)
    if match is None:
        return None
    try:
        padded = match[2].rstrip("=") + "=" * (-len(match[2].rstrip("=")) % 4)
        inside = base64.b64decode(padded, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    host = inside[:-1]
    return host if inside.endswith("$") and is_frontend_host(host) else None


def is_frontend_host(host: str) -> bool:
    """Tell whether `host` can stand in a publishable key: SDKs insist on a dot."""
    return re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]{1,5})?", host) is not None


def wrong_with(
    frontend_host: str, publishable_key: str | None, secret_key: str | None
) -> Iterator[str]:
    """Yield, as sentences, what is wrong with an instance that is to have these."""
    if not is_frontend_host(frontend_host):
        yield (
            f"{frontend_host} cannot be a frontend host: SDKs accept a name with a dot, perhaps "
            "with a port, such as clerk.example.com or clerk.localhost:4100."
        )
    if publishable_key is not None:
        yield from _publishable_key(frontend_host, publishable_key)
    if secret_key is not None:
        yield from _secret_key(frontend_host, publishable_key, secret_key)


def _publishable_key(frontend_host: str, publishable_key: str) -> Iterator[str]:
    inside = host_of_publishable_key(publishable_key)
    if inside is None:
        yield (
            "The publishable key is none: it must be pk_live_ or pk_test_ and the base64 of the "
            "frontend host with a $ after it. Leave it out to have it made."
        )
    elif inside.lower() != frontend_host.lower():
        yield (
            f"The publishable key is for {inside}, and --frontend-host says {frontend_host}: leave "
            "one of the two out."
        )


def _secret_key(frontend_host: str, publishable_key: str | None, secret_key: str) -> Iterator[str]:
    environment = environment_of_key(secret_key)
    if _SECRET_KEY.fullmatch(secret_key) is None:
        yield "The secret key must begin with sk_live_ or sk_test_: leave it out to have it made."
    elif publishable_key is not None and environment != environment_of_key(publishable_key):
        yield "One key is live and the other is for tests: give both as live or both as test."
    if is_weak(secret_key) and not is_local(frontend_host):
        yield (
            "The secret key could be guessed: a public instance needs at least "
            f"{_LEAST_CHARACTERS} random characters. Leave it out to have one made."
        )
