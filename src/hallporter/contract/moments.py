"""Moments that a caller names."""

from datetime import UTC, datetime, timedelta

import msgspec

from hallporter.contract import errors

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def from_rfc3339(given: str, *, param: str) -> int:
    """Return the ms since the epoch of a date and time with an offset (RFC 3339 §5.6)."""
    try:
        moment = msgspec.convert(given, datetime)
    except msgspec.ValidationError as error:
        raise errors.form.time_invalid(param=param) from error
    if moment.tzinfo is None:
        raise errors.form.time_invalid(param=param)
    return (moment - _EPOCH) // timedelta(milliseconds=1)
