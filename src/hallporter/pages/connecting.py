"""Settings to paste into an app that shall use this instance."""

from collections.abc import Mapping

from hallporter.config import Config
from hallporter.contract.api_version import NEWEST
from hallporter.contract.scope import Scope

_CLERK_JS = "/npm/@clerk/clerk-js@6/dist/clerk.browser.js"
_CLERK_UI = "/npm/@clerk/ui@1/dist/ui.browser.js"
# A page must never hold the secret key, so it shows where to put it.
_SECRET_KEY = "sk_…"


def is_key_enough(scope: Scope) -> bool:
    """Tell whether browsers find us from the publishable key alone: they take https for granted."""
    port = scope.visitor.base_url.rpartition(":")[2]
    return scope.visitor.is_secure and scope.instance.frontend_host.endswith(f":{port}")


def snippets(config: Config, scope: Scope) -> Mapping[str, str]:
    """Return what to paste, by framework."""
    return {
        "next": _lines("# .env.local", _next(config, scope)),
        "react": _react(scope),
        "express": _lines("# .env, for @clerk/express", _express(config, scope)),
        "curl": _curl(config),
    }


def _next(config: Config, scope: Scope) -> dict[str, str]:
    url = scope.visitor.base_url
    proxied = {
        "NEXT_PUBLIC_CLERK_PROXY_URL": url,
        "NEXT_PUBLIC_CLERK_JS_URL": url + _CLERK_JS,
        "NEXT_PUBLIC_CLERK_UI_URL": url + _CLERK_UI,
    }
    return {
        "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY": scope.instance.publishable_key,
        "CLERK_SECRET_KEY": _SECRET_KEY,
        "CLERK_API_URL": _api_url(config),
        **({} if is_key_enough(scope) else proxied),
        **_trust(config),
    }


def _express(config: Config, scope: Scope) -> dict[str, str]:
    return {
        "CLERK_PUBLISHABLE_KEY": scope.instance.publishable_key,
        "CLERK_SECRET_KEY": _SECRET_KEY,
        "CLERK_API_URL": _api_url(config),
        **({} if is_key_enough(scope) else {"CLERK_PROXY_URL": scope.visitor.base_url}),
        **_trust(config),
    }


def _react(scope: Scope) -> str:
    key, url = scope.instance.publishable_key, scope.visitor.base_url
    if is_key_enough(scope):
        return f'<ClerkProvider publishableKey="{key}">'
    return "\n".join(
        [
            "<ClerkProvider",
            f'  publishableKey="{key}"',
            f'  proxyUrl="{url}"',
            f'  __internal_clerkJSUrl="{url}{_CLERK_JS}"',
            f'  __internal_clerkUIUrl="{url}{_CLERK_UI}"',
            ">",
        ]
    )


def _curl(config: Config) -> str:
    authority = f" --cacert {value}" if (value := _authority(config)) else ""
    return "\n".join(
        [
            "# the clients of this instance, newest first",
            f"curl{authority} '{_api_url(config)}/v1/clients?limit=5' \\",
            '  -H "Authorization: Bearer $CLERK_SECRET_KEY" \\',
            f'  -H "Clerk-API-Version: {NEWEST}"',
        ]
    )


def _trust(config: Config) -> dict[str, str]:
    authority = _authority(config)
    return {} if authority is None else {"NODE_EXTRA_CA_CERTS": authority}


def _authority(config: Config) -> str | None:
    return str(config.data_dir / "tls" / "ca.pem") if config.tls == "auto" else None


def _api_url(config: Config) -> str:
    # Only browsers know every `.localhost` name; servers look them up and find nothing.
    return f"{config.scheme}://localhost:{config.backend_port or config.port}"


def _lines(title: str, values: Mapping[str, str]) -> str:
    return "\n".join([title, *(f"{name}={value}" for name, value in values.items())])
