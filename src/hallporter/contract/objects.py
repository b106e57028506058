"""Shapes that every family of objects shares."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from hallporter.core.paging import ListQuery

Item = TypeVar("Item")
Moment = Annotated[int, msgspec.Meta(description="Milliseconds since the epoch.")]
"""A time. The undated API has it in seconds, which `versions/` does by this type."""
UnixTime = Annotated[int, msgspec.Meta(description="Seconds since the epoch.")]
"""A time that is in seconds in every version."""
Opaque = msgspec.Raw
"""JSON of users and operators, as it is stored: no version looks inside."""


class WireObject(msgspec.Struct, frozen=True, tag_field="object"):
    """Something with an `object` field: subclasses name theirs with `tag=`."""


class Deleted(msgspec.Struct, frozen=True):
    """What is left of an object that was deleted."""

    object: str
    id: str
    deleted: bool = True


class TotalCount(WireObject, frozen=True, tag="total_count"):
    """How many there are."""

    total_count: int


class Page(msgspec.Struct, Generic[Item], frozen=True):
    """One page of a list and the length of the whole."""

    data: list[Item]
    total_count: int


async def listed(
    query: ListQuery, found: list[Item], count: Callable[[], Awaitable[int]]
) -> list[Item] | Page[Item]:
    """Return what was `found`, with the length of the whole, which is counted only if asked for."""
    return Page(found, await count()) if query.paginated else found


class ErrorObject(msgspec.Struct, frozen=True):
    """One error of a reply."""

    message: str
    long_message: str
    code: str
    meta: dict[str, Any]
