"""Backend doors of redirect URLs."""

from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import RedirectUrlId
from hallporter.contract.objects import Deleted, Page
from hallporter.contract.scope import Scope
from hallporter.core.paging import DEFAULT_LIMIT, PageQuery
from hallporter.edge.operation import backend
from hallporter.features.redirect_urls import actions, store, views
from hallporter.features.redirect_urls.actions import CreateRedirectUrl
from hallporter.features.redirect_urls.views import RedirectUrl


class ListRedirectUrls(PageQuery, frozen=True, kw_only=True):
    """Which part of the list, and whether it comes with the length of the whole."""

    paginated: bool = False


@backend.get("/v1/redirect_urls")
async def list_redirect_urls(
    scope: Scope, caller: SecretKey, query: ListRedirectUrls
) -> list[RedirectUrl] | Page[RedirectUrl]:
    """Return redirect URLs, newest first."""
    db, instance_id = scope.db.listing, scope.instance.id
    limit = query.limit or DEFAULT_LIMIT
    rows = await store.redirect_urls_page(db, instance_id, limit, query.offset)
    found = [views.redirect_url(each) for each in rows]
    if not query.paginated:
        return found
    return Page(found, await store.redirect_url_count(db, instance_id))


@backend.post("/v1/redirect_urls")
async def create_redirect_url(
    scope: Scope, caller: SecretKey, given: CreateRedirectUrl
) -> RedirectUrl:
    """Let visits to a provider lead back to an address."""
    return views.redirect_url(await actions.create(scope, given))


@backend.get("/v1/redirect_urls/{redirect_url_id}")
async def get_redirect_url(
    scope: Scope, caller: SecretKey, redirect_url_id: RedirectUrlId
) -> RedirectUrl:
    """Return one redirect URL."""
    return views.redirect_url(await actions.get(scope, redirect_url_id))


@backend.delete("/v1/redirect_urls/{redirect_url_id}")
async def delete_redirect_url(
    scope: Scope, caller: SecretKey, redirect_url_id: RedirectUrlId
) -> Deleted:
    """Let visits lead back there no more."""
    await actions.delete(scope, redirect_url_id)
    return Deleted("redirect_url", redirect_url_id)
