"""Which claim of a provider holds what, as paths."""

from collections.abc import Mapping
from typing import Any, cast

import msgspec

Claims = Mapping[str, Any]
# Far beyond every time there is, and far within what PostgreSQL counts in milliseconds.
_MOST_DIGITS = 12


class Fields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Paths into what a provider tells of a user; a dot leads into an object or, by number, a list.

    The defaults are the standard claims (OpenID Connect Core 1.0 §5.1).
    """

    subject: str = "sub"
    email_address: str = "email"
    email_address_verified: str = "email_verified"
    name: str = "name"
    first_name: str = "given_name"
    last_name: str = "family_name"
    username: str = "preferred_username"
    image_url: str = "picture"


STANDARD_CLAIMS = Fields()


def text(claims: Claims, path: str) -> str | None:
    """Return the text or number at `path`, or None when there is none or it is empty."""
    found = _at(claims, path)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    # PostgreSQL knows no NUL.
    spelled = str(found).strip()
    return None if "\0" in spelled else spelled or None


def is_true(claims: Claims, path: str, *, or_one: bool = False) -> bool:
    """Tell whether `path` holds true, or exactly the text `true`: Apple and Amazon Cognito send it.

    Nothing else counts as true, no number and no other spelling: what is not certain is no.
    `or_one` is for providers that say 1 instead.
    """
    found = _at(claims, path)
    return found is True or found == "true" or (or_one and found in (1, "1"))


def whole_number(value: object) -> int | None:
    """Return a number of seconds, which some providers send as text; None for anything else."""
    if isinstance(value, str):
        digits = value.strip()
        is_number = digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS
        return int(digits) if is_number else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if abs(value) < 10**_MOST_DIGITS else None


def _at(claims: object, path: str) -> object:
    found = claims
    for step in path.split(".") if path else ():
        if isinstance(found, Mapping):
            found = cast("Mapping[str, object]", found).get(step)
        elif isinstance(found, list) and step.isdigit() and int(step) < len(cast("Any", found)):
            found = cast("list[object]", found)[int(step)]
        else:
            return None
    return found if path else None
