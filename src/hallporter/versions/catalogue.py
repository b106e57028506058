"""Every change between versions, and which version a request gets."""

import re
from functools import lru_cache

from hallporter.contract import errors
from hallporter.contract.api_version import DATED, NEWEST, UNDATED, V2021_02_05, ApiVersion
from hallporter.versions import v2021_02_05, v2025_04_10, v2026_05_12
from hallporter.versions.change import VersionChange

CHANGES: tuple[VersionChange, ...] = (
    *v2021_02_05.CHANGES,
    *v2025_04_10.CHANGES,
    *v2026_05_12.CHANGES,
)
"""Oldest first: a request walks to the newest, its answer back."""
# @clerk/backend before 1.16, alone or within another package, and what is generated from Clerk's
# documents (clerk-backend-api 1): all of them read milliseconds.
_EARLY_SDKS = re.compile(
    r"@clerk/[a-z-]+@|gatsby-plugin-clerk@|speakeasy-sdk/[^ ]{1,20} .{0,60}clerk", re.IGNORECASE
)


def requested(
    header: str | None,
    query: str | None,
    default: str | None,
    *,
    undated_for: str | None = None,
) -> ApiVersion:
    """Return the version to serve: the one named, else the instance's default, else the first.

    The first is 2021-02-05 (clerk.com/docs, "Available versions"). What was described before that
    is answered so, save to SDKs that never knew it: `undated_for` is the user agent that asks for
    it. A date between two published ones gets the older, an unknown newer one the newest: current
    SDKs send dates that no document has yet. Raises when header and query differ.
    """
    if header and query and header != query:
        raise errors.request.version_conflict()
    named = header or query or default
    if named:
        return known(named)
    return V2021_02_05 if undated_for is None or _reads_dated(undated_for) else UNDATED


@lru_cache(maxsize=64)
def _reads_dated(user_agent: str) -> bool:
    """Tell whether one of Clerk's own SDKs asks, of before they named a version."""
    return _EARLY_SDKS.match(user_agent) is not None


@lru_cache(maxsize=64)
def known(named: str) -> ApiVersion:
    """Return the published version that serves a request naming `named`."""
    older = [version for version in DATED if version <= named]
    return older[-1] if older else DATED[0]


def is_newest(version: ApiVersion) -> bool:
    """Tell whether nothing has to be undone."""
    return version >= NEWEST
