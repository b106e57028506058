"""Settings as they are stored, which an earlier release bounded less and a later one names more.

Neither may stop the server: a number beyond its bounds is read as the nearest one within, a text
that its type refuses as the default, a name that is not known as nothing. What is of another kind
altogether, such as a mode that this release does not have, is not guessed at.
"""

import logging
from collections.abc import Iterator
from typing import Any, cast, get_args, get_origin

import msgspec
from msgspec.structs import fields

from hallporter.contract.settings import Settings

# Not structlog: a command that prints JSON must not find this among it.
log = logging.getLogger(__name__)


def read(stored: msgspec.Raw, slug: str) -> Settings:
    """Return the settings of the instance `slug`; raises what msgspec does of what is none."""
    try:
        return msgspec.json.decode(stored, type=Settings)
    except msgspec.ValidationError as error:
        plain = readable(stored)
        log.warning("Settings of instance %s are read as others: %s", slug, error)
        return msgspec.convert(plain, Settings)


def readable(stored: msgspec.Raw) -> dict[str, Any]:
    """Return stored settings as plain values, each within the bounds of its type."""
    return _struct(msgspec.json.decode(stored, type=dict[str, Any]), Settings)


def _struct(plain: dict[str, Any], kind: Any) -> dict[str, Any]:
    types = {field.encode_name: field.type for field in fields(kind)}
    named = ((name, value) for name, value in plain.items() if name in types)
    return {name: kept for name, value in named for kept in _within(value, types[name])}


def _within(value: Any, kind: Any) -> Iterator[Any]:
    """Yield the value within the bounds of `kind`, or nothing if it is to be left out."""
    if _fits(value, kind):
        yield value
    elif isinstance(value, dict) and _is_struct(kind):
        yield _struct(cast("dict[str, Any]", value), kind)
    elif isinstance(value, dict) and get_origin(kind) is dict:
        name_kind, value_kind = get_args(kind)
        yield {
            name: kept
            for name, each in cast("dict[str, Any]", value).items()
            if _fits(name, name_kind)
            for kept in _within(each, value_kind)
        }
    elif isinstance(value, list) and get_origin(kind) is list:
        (of,) = get_args(kind)
        items = [kept for each in cast("list[Any]", value) for kept in _within(each, of)]
        yield [each for each in items if not _is_in_part(each, of)]
    elif isinstance(value, int) and (meta := _bounds(kind)) is not None:
        yield _nearest(value, meta)
    elif not isinstance(value, str) or not _takes_text(kind):
        # Judged again with everything else, and refused there by name.
        yield value


def _fits(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _is_in_part(value: Any, kind: Any) -> bool:
    """Tell whether `value` lacks what makes it a `kind`, such as an app without its name."""
    return _is_struct(kind) and any(
        field.required and field.encode_name not in value for field in fields(kind)
    )


def _bounds(kind: Any) -> msgspec.Meta | None:
    metas = [each for each in get_args(kind)[1:] if isinstance(each, msgspec.Meta)]
    return metas[0] if metas and get_args(kind)[0] is int else None


def _nearest(value: int, bounds: msgspec.Meta) -> float:
    low = value if bounds.ge is None else max(value, bounds.ge)
    return low if bounds.le is None else min(low, bounds.le)


def _takes_text(kind: Any) -> bool:
    """Tell whether `kind` is text within bounds; a choice among words is not."""
    members = [kind, *get_args(kind)]
    return any(str in get_args(each) for each in members)
