"""What a version change is."""

from collections.abc import Callable
from typing import Any

import msgspec

from hallporter.contract.api_version import ApiVersion

Fields = dict[str, Any]


class VersionChange(msgspec.Struct, frozen=True):
    """One thing that a version changed about one type of object, and how to undo it."""

    since: ApiVersion
    description: str
    object: str
    """The `object` field of what changed; `*` for every object."""
    undo: Callable[[Fields], Fields]
