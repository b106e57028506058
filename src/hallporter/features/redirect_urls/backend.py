"""Backend API endpoints of redirect URLs."""

from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import RedirectUrlId
from hallporter.contract.objects import Deleted, Page, listed
from hallporter.contract.scope import Scope
from hallporter.core.paging import ListQuery
from hallporter.edge.operation import backend
from hallporter.features.redirect_urls import actions, store, views
from hallporter.features.redirect_urls.actions import CreateRedirectUrl
from hallporter.features.redirect_urls.views import RedirectUrl


@backend.get("/v1/redirect_urls")
async def list_redirect_urls(
    scope: Scope, caller: SecretKey, query: ListQuery
) -> list[RedirectUrl] | Page[RedirectUrl]:
    """Return redirect URLs, newest first."""
    db, instance_id = scope.db.listing, scope.instance.id
    rows = await store.redirect_urls_page(db, instance_id, query.size, query.offset)
    found = [views.redirect_url(each) for each in rows]
    return await listed(query, found, lambda: store.redirect_url_count(db, instance_id))


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
