"""What settings are made of: values whose bounds stand in their types, and groups of them.

What lies outside of its bounds is refused wherever a setting is changed, and read as its default
where an earlier release has stored it (`instances/stored_settings.py`).
"""

from typing import Annotated

import msgspec

_LINE = r"\A[^\x00-\x1f\x7f]*\Z"
_WORD = r"\A[^\s\x00-\x1f\x7f]*\Z"
_DATE = r"\A20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z"

YEAR_SECONDS = 365 * 86_400

Line = Annotated[str, msgspec.Meta(max_length=255, pattern=_LINE)]
"""One line of text, or nothing."""
Url = Annotated[str, msgspec.Meta(max_length=2048, pattern=_WORD)]
"""An address or a path, or nothing."""
File = Annotated[str, msgspec.Meta(max_length=4096, pattern=_LINE)]
"""The path of a file on the server, or nothing."""
Text = Annotated[str, msgspec.Meta(max_length=65_536)]
"""Words of any length that a message may have."""
Key = Annotated[str, msgspec.Meta(max_length=16_384, extra_json_schema={"writeOnly": True})]
"""A password, a token or a private key in PEM. Whatever is of this type is stored encrypted."""
Strategy = Annotated[str, msgspec.Meta(max_length=64, pattern=r"\A[a-z0-9_]+\Z")]
Host = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=_WORD)]
HostIfAny = Annotated[str, msgspec.Meta(max_length=255, pattern=_WORD)]
Date = Annotated[str, msgspec.Meta(pattern=_DATE)]
Country = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{2}\Z")]

MEANINGS = {
    _LINE: "one line without control characters",
    _WORD: "a text without spaces",
    _DATE: "a date such as 2026-05-12",
}
"""What a pattern asks for, in words: nobody should have to read one."""


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings refuse names they do not know: a typo must not pass for a setting."""
