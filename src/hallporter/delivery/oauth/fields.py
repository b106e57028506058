"""Where each provider's account of a user keeps what: paths as data."""

from collections.abc import Mapping
from typing import Any, cast

import msgspec

Claims = Mapping[str, Any]


class Fields(msgspec.Struct, frozen=True, kw_only=True):
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
    return str(found).strip() or None


def is_true(claims: Claims, path: str) -> bool:
    """Tell whether `path` holds true: some providers send it as text."""
    return _at(claims, path) in (True, "true")


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
