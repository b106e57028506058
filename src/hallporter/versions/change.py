"""What a version may have changed: objects, types of fields, requests, the list of operations."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from hallporter.contract.api_version import ApiVersion

Fields = dict[str, Any]
_NOTHING: Mapping[str, str] = {}


def _as_it_is(fields: Fields) -> Fields:
    return fields


class VersionChange(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a version changed."""

    since: ApiVersion
    description: str


class ObjectChange(VersionChange, frozen=True, kw_only=True):
    """One thing about one type of object, and how to undo it."""

    object: str
    """The `object` field of what changed."""
    undo: Callable[[Fields], Fields]
    """From its fields to those of before; objects within them are structs, or undone already."""


class TypeChange(VersionChange, frozen=True, kw_only=True):
    """How a version shows every field of one type."""

    type: Any
    """The type as wire objects name it; null stays null."""
    undo: Callable[[Any], Any]


class RequestChange(VersionChange, frozen=True, kw_only=True):
    """What requests for some operations hold."""

    operations: frozenset[str]
    """`backend update_user`: the API and the operationId in snake_case."""
    upgrade: Callable[[Fields], Fields] = _as_it_is
    """From the fields of a request of before to those of one of today, before they are read."""
    gone: Mapping[str, str] = _NOTHING
    """Fields that requests of this version have no more, and where what they did is done now."""


class OperationsChange(VersionChange, frozen=True, kw_only=True):
    """Which operations there are, named as in `RequestChange`."""

    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
