"""Answers as an older version had them.

The types of fields show where an answer holds a changed object or a time. JSON of users and
operators (`Opaque`, `dict[str, Any]`) is never changed, whatever its keys are called.
"""

from collections.abc import Callable
from functools import cache, partial
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

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
            needed = undoing(type(answer), version)
            return answer if needed is None else needed.of(answer)
        case list() | tuple():
            return [downgraded(each, version) for each in cast("list[object]", answer)]
        case dict():
            fields = cast("dict[str, object]", answer)
            return {name: downgraded(value, version) for name, value in fields.items()}
        case _:
            return answer


class Undoing(msgspec.Struct, frozen=True):
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
        fields = _wire_fields(given)
        for undo in self.whole:
            fields = undo(fields)
        return fields


def _wire_fields(given: msgspec.Struct) -> Fields:
    """Return the fields of an object by their wire names, with their values unchanged."""
    names = zip(given.__struct_encode_fields__, given.__struct_fields__, strict=True)
    values = {wire_name: getattr(given, name) for wire_name, name in names}
    present = {name: value for name, value in values.items() if value is not UNSET}
    config = given.__struct_config__
    return present if config.tag_field is None else {config.tag_field: config.tag, **present}


@cache
def undoing(shape: type[msgspec.Struct], version: ApiVersion) -> Undoing | None:
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
    return Undoing(fields, whole) if fields or whole else None


def _undo(kind: Any, version: ApiVersion) -> Undo | None:
    """Return what takes a value of type `kind` back, or None where nothing in it can change."""
    for change in reversed(CHANGES):
        if isinstance(change, TypeChange) and change.since > version and change.type == kind:
            return change.undo
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _undo(inner[0], version)
    if origin in (Union, UnionType):
        return _undo_one_of(kind, version)
    if origin in (list, dict):
        undo = _undo(inner[-1], version)
        return None if undo is None else partial(_each, undo)
    return _walk(version) if _may_hold(kind, version) else None


def _undo_one_of(kind: Any, version: ApiVersion) -> Undo | None:
    found = {undo for each in get_args(kind) if (undo := _undo(each, version)) is not None}
    if len(found) > 1:
        raise TypeError(f"{kind}: of such a value nobody can tell what is to be undone")
    return partial(_if_there, found.pop()) if found else None


def _if_there(undo: Undo, value: Any) -> Any:
    return value if value is None or value is UNSET else undo(value)


def _each(undo: Undo, values: list[Any] | dict[str, Any]) -> list[Any] | dict[str, Any]:
    if isinstance(values, dict):
        return {name: undo(value) for name, value in values.items()}
    return [undo(value) for value in values]


@cache
def _walk(version: ApiVersion) -> Undo:
    return partial(downgraded, version=version)


def _may_hold(kind: Any, version: ApiVersion) -> bool:
    """Tell whether a value of type `kind` can be, or hold, an object with something to undo."""
    if kind is object or isinstance(kind, TypeVar):
        return True
    shape = get_origin(kind) or kind
    if not isinstance(shape, type) or not issubclass(shape, msgspec.Struct):
        return False
    return undoing(shape, version) is not None
