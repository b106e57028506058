"""Settings to paste into an application: what the command line and the start page both show."""

import msgspec

CLERK_JS = "/npm/@clerk/clerk-js@6/dist/clerk.browser.js"
CLERK_UI = "/npm/@clerk/ui@1/dist/ui.browser.js"


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """How an application reaches an instance."""

    publishable_key: str
    secret_key: str
    frontend_url: str
    backend_url: str
    assets_url: str
    is_key_enough: bool
    """Whether browsers find the server from the publishable key alone."""
    authority: str | None
    """The file of the certificate that other programs must trust first."""


def of_next(to: Connection) -> dict[str, str]:
    """Return the environment of an application with Next.js."""
    proxied = {
        "NEXT_PUBLIC_CLERK_PROXY_URL": to.frontend_url,
        "NEXT_PUBLIC_CLERK_JS_URL": to.assets_url + CLERK_JS,
        "NEXT_PUBLIC_CLERK_UI_URL": to.assets_url + CLERK_UI,
    }
    return {
        "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY": to.publishable_key,
        "CLERK_SECRET_KEY": to.secret_key,
        "CLERK_API_URL": to.backend_url,
        **({} if to.is_key_enough else proxied),
        **_trust(to),
    }


def of_server(to: Connection) -> dict[str, str]:
    """Return the environment of a server."""
    return {
        "CLERK_PUBLISHABLE_KEY": to.publishable_key,
        "CLERK_SECRET_KEY": to.secret_key,
        "CLERK_API_URL": to.backend_url,
        **({} if to.is_key_enough else {"CLERK_PROXY_URL": to.frontend_url}),
        **_trust(to),
    }


def provider(to: Connection, key: str) -> str:
    """Return what stands around a React application; `key` is its publishable key, in JSX."""
    if to.is_key_enough:
        return f"<ClerkProvider publishableKey={key}>"
    return (
        "<ClerkProvider\n"
        f"  publishableKey={key}\n"
        f'  proxyUrl="{to.frontend_url}"\n'
        f'  __internal_clerkJSUrl="{to.assets_url}{CLERK_JS}"\n'
        f'  __internal_clerkUIUrl="{to.assets_url}{CLERK_UI}"\n'
        ">"
    )


def lines(variables: dict[str, str]) -> str:
    """Return variables as a file of an environment."""
    return "\n".join(f"{name}={value}" for name, value in variables.items())


def curl(to: Connection) -> str:
    """Return the beginning of a request to the Backend API."""
    return "curl" if to.authority is None else f"curl --cacert {to.authority}"


def _trust(to: Connection) -> dict[str, str]:
    return {} if to.authority is None else {"NODE_EXTRA_CA_CERTS": to.authority}
