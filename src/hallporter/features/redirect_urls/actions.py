"""Redirect URLs are put on the list and taken off, and asked for when a visit begins."""

import re
from typing import Annotated

import msgspec

from hallporter.contract import errors, ids, origins
from hallporter.contract.hosts import hostname, is_loopback
from hallporter.contract.ids import RedirectUrlId
from hallporter.contract.scope import Scope
from hallporter.features.instances import store as instance_store
from hallporter.features.redirect_urls import store
from hallporter.features.redirect_urls.rows import RedirectUrlRow

# What one page of the list may hold.
MOST = 500
# It stands in an index, which keeps 2.7 kB of a row.
_LONGEST = 2_048
# Of an app's own scheme: whatever it makes of it, nobody else reads another host out of it.
_HOST_OF_AN_APP = re.compile(r"[A-Za-z0-9._~:-]*")
# What browsers answer themselves: no app is behind it.
_OF_BROWSERS = frozenset(
    {"about", "blob", "data", "file", "filesystem", "ftp", "javascript", "vbscript", "view-source"}
)


class CreateRedirectUrl(msgspec.Struct, frozen=True, kw_only=True):
    """Where a visit may lead back to: `my-app://callback`, or an address that begins `https://`."""

    url: Annotated[str, msgspec.Meta(max_length=_LONGEST)]


async def create(scope: Scope, given: CreateRedirectUrl) -> RedirectUrlRow:
    """Put an address on the list, as it is spelled."""
    if not _is_whole(given.url):
        raise errors.form.format_invalid(param="url")
    row = RedirectUrlRow(
        id=ids.REDIRECT_URL.new(scope.now),
        instance_id=scope.instance.id,
        url=given.url,
        created_at=scope.now,
        updated_at=scope.now,
    )
    async with scope.db.write() as tx:
        # One writer at a time, so that the count is right.
        await instance_store.lock_instance(tx, scope.instance.id)
        if await store.redirect_url_count(tx, scope.instance.id) >= MOST:
            raise errors.redirect_url.too_many(max=MOST)
        if not await store.insert_redirect_url(tx, row):
            raise errors.redirect_url.duplicate(param="url")
    return row


async def get(scope: Scope, id: RedirectUrlId) -> RedirectUrlRow:
    """Return one of the list or raise 404."""
    row = await store.redirect_url_by_id(scope.db, scope.instance.id, id)
    if row is None:
        raise errors.redirect_url.not_found()
    return row


async def delete(scope: Scope, id: RedirectUrlId) -> None:
    """Take an address off the list."""
    async with scope.db.write() as tx:
        if not await store.delete_redirect_url(tx, scope.instance.id, id):
            raise errors.redirect_url.not_found()


async def is_listed(scope: Scope, url: str) -> bool:
    """Tell whether the list holds `url`, letter for letter.

    What is not alike to the letter is another address: apps differ in what they make of the rest
    (RFC 9700 §2.1).
    """
    return len(url) <= _LONGEST and await store.is_redirect_url(scope.db, scope.instance.id, url)


def _is_whole(url: str) -> bool:
    """Tell whether `url` leads to one place, whoever reads it, and can take a query."""
    parts = origins.parts_of(url)
    if parts is None or "#" in url or not url[len(parts.scheme) :].startswith("://"):
        return False
    if parts.scheme in ("http", "https"):
        is_safe = parts.scheme == "https" or is_loopback(hostname(parts.netloc))
        return is_safe and origins.plain_parts(f"{parts.scheme}://{parts.netloc}") is not None
    is_of_an_app = bool(parts.scheme) and parts.scheme not in _OF_BROWSERS
    return is_of_an_app and _HOST_OF_AN_APP.fullmatch(parts.netloc) is not None
