"""Redirect URLs as they are told."""

from hallporter.contract.ids import RedirectUrlId
from hallporter.contract.objects import Moment, WireObject
from hallporter.features.redirect_urls.rows import RedirectUrlRow


class RedirectUrl(WireObject, frozen=True, tag="redirect_url"):
    """Where a visit to a provider may lead back to."""

    id: RedirectUrlId
    url: str
    created_at: Moment
    updated_at: Moment


def redirect_url(row: RedirectUrlRow) -> RedirectUrl:
    """Return the object of a row."""
    return RedirectUrl(id=row.id, url=row.url, created_at=row.created_at, updated_at=row.updated_at)
