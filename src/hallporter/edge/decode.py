"""Bytes → input struct, JSON or form alike; every field's error at once."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import islice
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin
from urllib.parse import parse_qs

import msgspec

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError, together
from hallporter.contract.texts import MAX_BYTES, GivenSecret

Given = TypeVar("Given", bound=msgspec.Struct)
Fields = dict[str, Any]

_NOTHING: Mapping[str, str] = {}
# The name of the one field of a body that is a bare list.
LIST = ""
# What takes a while per byte is bounded by what no operation comes near to, before it is begun.
_MAX_FORM_FIELDS = 1_000
_MAX_ESCAPES = 200_000
_MAX_CONTAINERS = 250_000
_MAX_NESTED_BYTES = 128 * 1024
_MAX_DEPTH = 100
# At most so many unknown fields are listed, so that the error is not larger than the request.
_MOST_LISTED = 20
# A byte order mark, which some editors and shells put before JSON (RFC 8259, section 8.1).
_MARK = b"\xef\xbb\xbf"
# What an error may repeat: anything else may be a password that was taken for a name.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\[\]-]{0,63}")
_OF_TYPE = re.compile(r"Expected `([a-z]+)( \| null)?`, got `")
_TOO_LONG = re.compile(r"Expected `(\w+)` of length <= (\d+)")
_OF_LENGTH = {
    "str": errors.form.exceeds_maximum,
    "password": errors.form.password_too_long,
    "array": errors.form.array_size_exceeded,
}
# JSON may write each letter as an escape of six (RFC 8259 §7).
_LONGEST_ESCAPE = 6


def body_fields(body: bytes) -> Fields:
    """Return the fields of a body that is a JSON object or a form.

    The content decides, not the Content-Type: many callers send a wrong one.
    """
    text = body.strip().removeprefix(_MARK).lstrip()
    if not text:
        return {}
    if text[:1] in (b"{", b"["):
        return _json_fields(text)
    return _form_fields(text)


def _json_fields(text: bytes) -> Fields:
    if text.count(b"[") + text.count(b"{") > _MAX_CONTAINERS:
        raise errors.request.body_invalid()
    try:
        if text.startswith(b"["):
            return {LIST: msgspec.json.decode(text, type=list[Any])}
        return msgspec.json.decode(text, type=Fields)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise errors.request.body_invalid() from error


def _form_fields(text: bytes) -> Fields:
    # JSON that is no object, or plain text: its one name would be the whole of it.
    if b"=" not in text or text.startswith(b'"') or text.count(b"%") > _MAX_ESCAPES:
        raise errors.request.body_invalid()
    try:
        parsed = parse_qs(text.decode(), keep_blank_values=True, max_num_fields=_MAX_FORM_FIELDS)
    except ValueError as error:
        raise errors.request.body_invalid() from error
    return unlisted(parsed)


def unlisted(parsed: Mapping[str, list[str] | str]) -> Fields:
    """Return each value alone or, where its name was repeated or ends in `[]`, as a list."""
    fields: Fields = {}
    for name, values in parsed.items():
        if name.endswith("[]"):
            fields[name[:-2]] = values if isinstance(values, list) else [values]
        else:
            fields[name] = values[0] if isinstance(values, list) and len(values) == 1 else values
    return fields


def decode(
    shape: type[Given],
    fields: Fields,
    *,
    refuse_unknown: bool,
    gone: Mapping[str, str] = _NOTHING,
) -> Given:
    """Return `fields` as a `shape`; raises one error that names every invalid field.

    `gone` maps removed fields to their replacements.
    """
    known = _fields_of(shape)
    if LIST in fields and LIST not in known:
        raise errors.request.body_invalid()
    found: list[ApiError] = []
    if gone:
        found += [errors.form.deprecated(param=name, instead=gone[name]) for name in gone]
    if refuse_unknown:
        found += _unknown(name for name in fields if name not in known)
    values: Fields = {}
    for name, field in known.items():
        try:
            if name in fields:
                values[field.name] = _value(field, fields[name])
            elif field.required:
                raise errors.form.missing(param=name)
        except ApiError as error:
            found.append(error)
    if found:
        raise together(found)
    return shape(**values)


def _unknown(names: Iterable[str]) -> list[ApiError]:
    listed = list(islice(names, _MOST_LISTED))
    if not all(_NAME.fullmatch(name) for name in listed):
        raise errors.request.body_invalid()
    return [errors.form.unknown(param=name) for name in listed]


class _Field(msgspec.Struct, frozen=True):
    """A field of an input, prepared once, because it is used at each request."""

    name: str
    key: str
    type: Any
    required: bool
    is_nullable: bool
    takes_object: bool
    takes_list: bool
    max_bytes: int
    """Of an object or a list, as JSON."""
    default: Callable[[], Any]


@cache
def _fields_of(shape: type[msgspec.Struct]) -> dict[str, _Field]:
    """Return the fields of an input by their names on the wire. There are few inputs."""
    return {each.encode_name: _field(each) for each in msgspec.structs.fields(shape)}


def _field(info: msgspec.structs.FieldInfo) -> _Field:
    kinds = list(_kinds(info.type))
    origins = {get_origin(kind) or kind for kind in kinds}
    default = info.default
    return _Field(
        name=info.name,
        key=info.encode_name,
        type=info.type,
        required=info.required,
        is_nullable=NoneType in kinds,
        takes_object=dict in origins,
        takes_list=list in origins,
        max_bytes=next(filter(None, map(_max_bytes, kinds)), _MAX_NESTED_BYTES),
        default=info.default_factory if default is msgspec.NODEFAULT else lambda: default,
    )


def _kinds(type: Any) -> Iterable[Any]:
    """Return what a field may be: each of a union, without and with what is annotated."""
    if get_origin(type) in (Union, UnionType):
        for each in get_args(type):
            yield from _kinds(each)
    else:
        yield type
    if get_origin(type) is Annotated:
        yield from _kinds(type.__origin__)


def _max_bytes(kind: Any) -> int | None:
    for each in getattr(kind, "__metadata__", ()):
        extra = cast("Fields", each.extra or {})
        if MAX_BYTES in extra:
            return extra[MAX_BYTES]
    return None


def _value(field: _Field, given: Any) -> Any:
    # A form says null with an empty string (clerk-js' own convention).
    if given in ("", None) and field.is_nullable:
        return None
    if given is None and not field.required:
        return field.default()
    try:
        loosened = _loosened(field, given)
        if isinstance(loosened, (dict, list)):
            # Written in C, many times faster than it could be walked.
            _refuse_large(field, len(msgspec.json.encode(loosened)), field.max_bytes)
        value = msgspec.convert(loosened, field.type, strict=False, dec_hook=_hook)
        # Last, when it is known that there is little to look at.
        if not _is_storable(loosened):
            raise errors.form.format_invalid(param=field.key)
        return value
    except (msgspec.DecodeError, RecursionError) as error:
        raise _error(field.key, str(error)) from error


def _error(name: str, message: str) -> ApiError:
    """Return an error of msgspec as one of the catalogue."""
    too_long = _TOO_LONG.match(message)
    if too_long:
        return _OF_LENGTH[too_long[1]](param=name, max=int(too_long[2]))
    # The right kind of value, out of range: `limit=0`.
    if message.startswith(("Expected `int` ", "Invalid enum value")):
        return errors.form.value_invalid(param=name)
    of_type = _OF_TYPE.match(message)
    if of_type:
        return errors.form.type_invalid(param=name, type=of_type[1])
    return errors.form.format_invalid(param=name)


def _is_storable(given: Any) -> bool:
    """Tell whether no text holds a NUL, which PostgreSQL refuses, and the nesting has an end.

    Level by level, because a recursion would be what it guards against.
    """
    if isinstance(given, str):
        return "\0" not in given
    level = [given]
    for _ in range(_MAX_DEPTH):
        if any(isinstance(each, str) and "\0" in each for each in level):
            return False
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return True
    return False


def _inside(given: Any) -> Iterable[Any]:
    if isinstance(given, dict):
        fields = cast("Fields", given)
        return (*fields.keys(), *fields.values())
    return cast("list[Any]", given) if isinstance(given, list) else ()


def _loosened(field: _Field, given: Any) -> Any:
    """Read what a form can only say as text: JSON objects, and a list of one."""
    if isinstance(given, str) and field.takes_object:
        _refuse_large(field, len(given), _LONGEST_ESCAPE * field.max_bytes)
        return msgspec.json.decode(given)
    if isinstance(given, str) and field.takes_list:
        return [given]
    return given


def _refuse_large(field: _Field, size: int, most: int) -> None:
    if size > most:
        raise errors.form.allowed_size_exceeded(param=field.key, max=field.max_bytes)


def _hook(shape: type, given: Any) -> Any:
    if not issubclass(shape, GivenSecret) or not isinstance(given, str):
        raise msgspec.ValidationError(f"not a {shape.__name__}")
    if len(given) > shape.longest:
        # In msgspec's own words, which are read for texts as well.
        raise msgspec.ValidationError(f"Expected `{shape.kind}` of length <= {shape.longest}")
    return shape(given)
