"""What the fields of a user may hold."""

import re
from typing import Annotated

import msgspec

from hallporter.contract import errors

OrganizationsLimit = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]

_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")


def check_locale(locale: str | None | msgspec.UnsetType) -> None:
    """Raise unless `locale` looks like a language tag (BCP 47)."""
    if isinstance(locale, str) and not is_locale(locale):
        raise errors.form.format_invalid(param="locale")


def is_locale(text: str) -> bool:
    """Tell whether `text` looks like a language tag (BCP 47)."""
    return _LOCALE.fullmatch(text) is not None
