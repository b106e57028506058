"""Limits and offsets of lists."""

from typing import Annotated

import msgspec

DEFAULT_LIMIT = 10
MAX_LIMIT = 500
# PostgreSQL's bigint; a larger offset is no page of anything.
_MAX_OFFSET = 2**63 - 1


class PageQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of a list: at most `limit` items after the first `offset`."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)] | None = None
    offset: Annotated[int, msgspec.Meta(ge=0, le=_MAX_OFFSET)] = 0

    @property
    def size(self) -> int:
        """How many items are asked for at most."""
        return self.limit or DEFAULT_LIMIT


class ListQuery(PageQuery, frozen=True, kw_only=True):
    """Which part of a list; `paginated` wraps it with the length of the whole."""

    paginated: bool = False
