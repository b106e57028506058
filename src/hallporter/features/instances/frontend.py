"""Frontend doors of the instance: environment, keys, health."""

from typing import Any, Literal

import msgspec

from hallporter.contract.callers import Anyone
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features.instances import proxy, views
from hallporter.features.instances.views import Environment
from hallporter.tokens import keys


@frontend.get("/v1/environment")
async def get_environment(scope: Scope, caller: Anyone) -> Environment:
    """Tell a browser how the instance is set up."""
    return views.environment(scope.instance)


@frontend.patch("/v1/environment")
async def update_environment(scope: Scope, caller: Anyone) -> Environment:
    """Answer as GET does: development SDKs announce the page's origin this way."""
    return views.environment(scope.instance)


@frontend.get("/.well-known/jwks.json")
async def get_jwks(scope: Scope, caller: Anyone) -> dict[str, Any]:
    """Publish the keys that verify session tokens (RFC 7517 §5)."""
    return {"keys": [keys.public_jwk(key) for key in scope.instance.signing_keys]}


class ProxyHealthQuery(msgspec.Struct, frozen=True):
    """Which domain is meant; an instance has one proxy for all of them."""

    domain_id: str


class ProxyHealth(msgspec.Struct, frozen=True):
    """How the app's proxy reaches us: with its visitor's address, or with what it has wrong."""

    status: Literal["healthy", "unhealthy"]
    x_forwarded_for: str | msgspec.UnsetType = msgspec.UNSET
    message: str | msgspec.UnsetType = msgspec.UNSET


@frontend.get("/v1/proxy-health")
async def get_proxy_health(scope: Scope, caller: Anyone, query: ProxyHealthQuery) -> Reply:
    """Tell whether the proxy that this request came through is set up well."""
    fault = proxy.fault_of(scope.visitor.proxied)
    if fault is not None:
        return Reply(ProxyHealth(status="unhealthy", message=fault), status=503)
    return Reply(ProxyHealth(status="healthy", x_forwarded_for=scope.visitor.ip))


@frontend.get("/v1/health")
async def get_health(scope: Scope, caller: Anyone) -> dict[str, Any]:
    """Tell that the server and its database answer."""
    await scope.db.value("select 1")
    return {"status": "healthy"}
