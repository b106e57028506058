"""Answers as an older version had them.

What an answer holds is known by the types of its fields: they lead to the objects that a version
changed, and say what is a time. JSON that users put there (`Opaque`, `dict[str, Any]`) is nobody's
object and has no times, whatever its names.
"""

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import UNSET, structs

from hallporter.contract.api_version import ApiVersion
from hallporter.versions.catalogue import CHANGES
from hallporter.versions.change import Fields, ObjectChange, TypeChange

Undo = Callable[[Any], Any]


def downgraded(answer: object, version: ApiVersion) -> object:
    """Return `answer` as `version` had it; what no change concerns is the same object."""
    match answer:
        case msgspec.Struct():
            undoing = _undoing(type(answer), version)
            return answer if undoing is None else undoing.of(answer)
        case list() | tuple():
            return [downgraded(each, version) for each in cast("list[object]", answer)]
        case dict():
            fields = cast("dict[str, object]", answer)
            return {name: downgraded(value, version) for name, value in fields.items()}
        case _:
            return answer


class _Undoing(msgspec.Struct, frozen=True):
    """What is to be undone in every object of one type."""

    fields: tuple[tuple[str, Undo], ...]
    whole: tuple[Callable[[Fields], Fields], ...]
    """What changed about the object itself, the newest first."""

    def of(self, given: msgspec.Struct) -> msgspec.Struct | Fields:
        """Return an object with all of it undone."""
        if self.fields:
            older = {name: undo(getattr(given, name)) for name, undo in self.fields}
            given = structs.replace(given, **older)
        if not self.whole:
            return given
        fields = _told(given)
        for undo in self.whole:
            fields = undo(fields)
        return fields


def _told(given: msgspec.Struct) -> Fields:
    """Return the fields that an object is told by, their values as they are."""
    names = zip(given.__struct_encode_fields__, given.__struct_fields__, strict=True)
    values = {told: getattr(given, name) for told, name in names}
    present = {name: value for name, value in values.items() if value is not UNSET}
    config = given.__struct_config__
    return present if config.tag_field is None else {config.tag_field: config.tag, **present}


@cache
def _undoing(shape: type[msgspec.Struct], version: ApiVersion) -> _Undoing | None:
    """Return what is to be undone in a `shape`, or None: there are as many as wire objects."""
    kinds = get_type_hints(shape, include_extras=True)
    found = {name: _undo(kinds[name], version) for name in shape.__struct_fields__}
    fields = tuple((name, undo) for name, undo in found.items() if undo is not None)
    tag = shape.__struct_config__.tag
    whole = tuple(
        change.undo
        for change in reversed(CHANGES)
        if isinstance(change, ObjectChange) and change.since > version and change.object == tag
    )
    return _Undoing(fields, whole) if fields or whole else None


def _undo(kind: Any, version: ApiVersion) -> Undo | None:
    """Return what takes a field of type `kind` back, or None where nothing in it can change."""
    for change in reversed(CHANGES):
        if isinstance(change, TypeChange) and change.since > version and _may_be(kind, change.type):
            return partial(_but_for_null, change.undo)
    return partial(downgraded, version=version) if _may_hold(kind, version) else None


def _may_be(kind: Any, type: Any) -> bool:
    return kind == type or type in get_args(kind)


def _but_for_null(undo: Undo, value: Any) -> Any:
    return value if value is None or value is UNSET else undo(value)


def _may_hold(kind: Any, version: ApiVersion) -> bool:
    """Tell whether a field of type `kind` can hold an object that has something to undo."""
    return any(
        each is object
        or isinstance(each, TypeVar)
        or (
            isinstance(each, type)
            and issubclass(each, msgspec.Struct)
            and _undoing(each, version) is not None
        )
        for each in _parts(kind)
    )


def _parts(kind: Any) -> Iterator[Any]:
    """Yield the types that `kind` is made of: `list[Session] | None` of Session and None."""
    inner = get_args(kind)
    if get_origin(kind) is Annotated:
        inner = inner[:1]
    if not inner:
        yield kind
    for each in inner:
        yield from _parts(each)
