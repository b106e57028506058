"""Frontend API endpoints of the instance: keys, pages, health."""

from typing import Any, Literal

import msgspec

from hallporter.contract import errors
from hallporter.contract.callers import Anyone
from hallporter.contract.origins import is_allowed_redirect
from hallporter.contract.reply import Redirect, Reply
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Id, Url
from hallporter.core import background_tasks
from hallporter.edge.operation import frontend
from hallporter.features.instances import discovery, native_apps, portal, proxy
from hallporter.features.instances.discovery import OpenIdConfiguration
from hallporter.features.instances.native_apps import AppleAssociation, AssetLink
from hallporter.features.instances.portal import AccountPortal
from hallporter.tokens import keys


@frontend.get("/.well-known/jwks.json", readable_anywhere=True)
async def get_jwks(scope: Scope, caller: Anyone) -> dict[str, Any]:
    """Publish the keys that verify session tokens (RFC 7517 §5)."""
    return {"keys": [keys.public_jwk(key) for key in scope.instance.signing_keys]}


@frontend.get("/.well-known/openid-configuration", readable_anywhere=True)
async def get_open_id_configuration(scope: Scope, caller: Anyone) -> OpenIdConfiguration:
    """Tell who issues session tokens and where their keys are (OpenID Connect Discovery, §4)."""
    return discovery.configuration(scope.instance, scope.request.base_url)


class ProxyHealthQuery(msgspec.Struct, frozen=True):
    """Which domain is meant; an instance has one proxy for all of them."""

    domain_id: Id[str]


class ProxyHealth(msgspec.Struct, frozen=True):
    """How the app's proxy reaches us: with its visitor's address, or with what it has wrong."""

    status: Literal["healthy", "unhealthy"]
    x_forwarded_for: str | msgspec.UnsetType = msgspec.UNSET
    message: str | msgspec.UnsetType = msgspec.UNSET


@frontend.get("/v1/proxy-health")
async def get_proxy_health(scope: Scope, caller: Anyone, query: ProxyHealthQuery) -> Reply:
    """Tell whether the proxy that this request came through is set up well."""
    error = proxy.error_of(scope.request.proxied)
    if error is not None:
        return Reply(ProxyHealth(status="unhealthy", message=error), status=503)
    return Reply(ProxyHealth(status="healthy", x_forwarded_for=scope.request.ip or msgspec.UNSET))


@frontend.get("/v1/account_portal")
async def get_account_portal(scope: Scope, caller: Anyone) -> AccountPortal:
    """Tell that there are no hosted pages, and where the app's own are."""
    return portal.account_portal(scope.instance)


class RedirectQuery(msgspec.Struct, frozen=True):
    """Where to; empty: home."""

    redirect_url: Url = ""


@frontend.get("/v1/redirect")
async def redirect_to_url(scope: Scope, caller: Anyone, query: RedirectQuery) -> Redirect:
    """Send a browser to a page of the instance's, or home."""
    if not query.redirect_url:
        return Redirect(portal.home_url(scope))
    if not is_allowed_redirect(scope.instance, query.redirect_url):
        raise errors.request.redirect_url_invalid(param="redirect_url")
    return Redirect(query.redirect_url)


@frontend.get("/v1/clear-site-data")
async def clear_site_data(scope: Scope, caller: Anyone) -> Reply:
    """Let a browser forget all that it keeps for us; a page elsewhere must not sign users out."""
    if scope.request.is_cross_site:
        raise errors.request.cross_site()
    return Reply({}, clears_site_data=True)


@frontend.get("/.well-known/assetlinks.json", readable_anywhere=True)
async def get_android_asset_links(scope: Scope, caller: Anyone) -> list[AssetLink]:
    """Tell Android which apps belong to the instance (Digital Asset Links)."""
    return native_apps.asset_links(scope.instance.settings.native_apps)


@frontend.get("/.well-known/apple-app-site-association", readable_anywhere=True)
async def get_apple_app_site_association(scope: Scope, caller: Anyone) -> AppleAssociation:
    """Tell Apple which apps may keep the instance's passwords."""
    return native_apps.apple_association(scope.instance.settings.native_apps)


@frontend.get("/v1/health", readable_anywhere=True)
async def get_health(scope: Scope, caller: Anyone) -> dict[str, Any]:
    """Tell that the server and its database answer, and that nothing has stopped behind them."""
    await scope.db.value("select 1")
    if failing := background_tasks.failing():
        raise errors.request.unavailable(reason=f"This does not go on: {', '.join(failing)}.")
    return {"status": "healthy"}
