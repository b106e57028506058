"""Settings to paste into an app that shall use this instance."""

from collections.abc import Mapping

from hallporter.config import Config
from hallporter.contract.api_version import NEWEST
from hallporter.contract.scope import Scope
from hallporter.pages import snippets
from hallporter.pages.snippets import Connection

# A page must never hold the secret key, so it shows where to put it.
_SECRET_KEY = "sk_…"


def is_key_enough(scope: Scope) -> bool:
    """Tell whether browsers find us from the publishable key alone: they take https for granted."""
    port = scope.request.base_url.rpartition(":")[2]
    return scope.request.is_secure and scope.instance.frontend_host.endswith(f":{port}")


def to_paste(config: Config, scope: Scope) -> Mapping[str, str]:
    """Return what to paste, by framework."""
    to = _connection(config, scope)
    return {
        "next": f"# .env.local\n{snippets.lines(snippets.of_next(to))}",
        "react": snippets.provider(to, f'"{to.publishable_key}"'),
        "express": f"# .env, for @clerk/express\n{snippets.lines(snippets.of_server(to))}",
        "curl": _curl(to),
    }


def _connection(config: Config, scope: Scope) -> Connection:
    url = scope.request.base_url
    return Connection(
        publishable_key=scope.instance.publishable_key,
        secret_key=_SECRET_KEY,
        frontend_url=url,
        # Only browsers know every `.localhost` name; servers look them up and find nothing.
        backend_url=f"{config.scheme}://localhost:{config.backend_port or config.port}",
        assets_url=url,
        is_key_enough=is_key_enough(scope),
        authority=str(config.data_dir / "tls" / "ca.pem") if config.tls == "auto" else None,
    )


def _curl(to: Connection) -> str:
    return "\n".join(
        [
            "# the clients of this instance, newest first",
            f"{snippets.curl(to)} '{to.backend_url}/v1/clients?limit=5' \\",
            '  -H "Authorization: Bearer $CLERK_SECRET_KEY" \\',
            f'  -H "Clerk-API-Version: {NEWEST}"',
        ]
    )
