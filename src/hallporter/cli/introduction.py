"""What a person needs to connect an application: keys and settings, ready to paste."""

import msgspec
from rich.console import Console
from rich.text import Text

from hallporter.cli import addresses
from hallporter.cli.addresses import Address
from hallporter.cli.tenants import Tenant

_CLERK_JS = "/npm/@clerk/clerk-js@6/dist/clerk.browser.js"
_CLERK_UI = "/npm/@clerk/ui@1/dist/ui.browser.js"


class Connection(msgspec.Struct, frozen=True):
    """How an application reaches an instance."""

    publishable_key: str
    secret_key: str
    jwt_key: str
    frontend_url: str
    backend_url: str
    assets_url: str
    is_key_enough: bool
    """Whether browsers find the server from the publishable key alone."""
    authority: str | None
    """The file of the certificate that other programs must trust first."""


def connection(address: Address, tenant: Tenant) -> Connection:
    """Return how an instance is reached on a server at `address`."""
    row = tenant.row
    is_key_enough = addresses.is_key_enough(address, row.frontend_host)
    return Connection(
        publishable_key=row.publishable_key,
        secret_key=tenant.secret_key,
        jwt_key=tenant.jwt_key,
        frontend_url=addresses.frontend_url(
            address, row.slug, row.frontend_host, is_fallback=tenant.is_fallback
        ),
        backend_url=addresses.backend_url(address, row.frontend_host),
        assets_url=f"https://{row.frontend_host}" if is_key_enough else address.url,
        is_key_enough=is_key_enough,
        authority=address.authority,
    )


def settings(to: Connection) -> list[tuple[str, str]]:
    """Return a title and a text to paste for each framework."""
    return [
        ("Next.js, .env.local", _lines(_next(to))),
        ("React with Vite, .env.local", f"VITE_CLERK_PUBLISHABLE_KEY={to.publishable_key}"),
        ("React with Vite, around your application", _provider(to)),
        ("Express, Fastify, Hono, Python, .env", _lines(_server(to))),
        ("Fastify, around your application", _fastify(to)),
        *_hono(to),
        ("To verify session tokens without asking the server, .env", _networkless(to)),
        ("A page of your own", _script(to)),
        ("curl", _curl(to)),
    ]


def show(console: Console, to: Connection) -> None:
    """Print keys and settings; nothing stands beside what is to be copied."""
    facts = {
        "Publishable key": to.publishable_key,
        "Secret key": to.secret_key,
        "Frontend API": to.frontend_url,
        "Backend API": to.backend_url,
    }
    table(console, facts)
    for title, text in settings(to):
        heading(console, title)
        plain(console, text)


def table(console: Console, facts: dict[str, str]) -> None:
    """Print names and values."""
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        console.print(Text.assemble((f"{name:<{width}}  ", "dim"), value), soft_wrap=True)


def heading(console: Console, title: str) -> None:
    """Print a title above what follows."""
    console.print()
    console.print(Text(title, style="bold"), soft_wrap=True)


def plain(console: Console, text: str) -> None:
    """Print text as it is: no markup, no wrapping, no colours."""
    console.print(Text(text), soft_wrap=True)


def say(text: str) -> None:
    """Print what may be piped on."""
    plain(Console(highlight=False), text)


def remark(text: str) -> None:
    """Print what is for who reads along, beside what may be piped on."""
    plain(Console(highlight=False, stderr=True), text)


def _next(to: Connection) -> dict[str, str]:
    found = {
        "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY": to.publishable_key,
        "CLERK_SECRET_KEY": to.secret_key,
        "CLERK_API_URL": to.backend_url,
    }
    if to.is_key_enough:
        return found | _trust(to)
    return found | {
        "NEXT_PUBLIC_CLERK_PROXY_URL": to.frontend_url,
        "NEXT_PUBLIC_CLERK_JS_URL": to.assets_url + _CLERK_JS,
        "NEXT_PUBLIC_CLERK_UI_URL": to.assets_url + _CLERK_UI,
        **_trust(to),
    }


def _server(to: Connection) -> dict[str, str]:
    found = {
        "CLERK_PUBLISHABLE_KEY": to.publishable_key,
        "CLERK_SECRET_KEY": to.secret_key,
        "CLERK_API_URL": to.backend_url,
    }
    proxy = {} if to.is_key_enough else {"CLERK_PROXY_URL": to.frontend_url}
    return found | proxy | _trust(to)


def _fastify(to: Connection) -> str:
    # @clerk/fastify 3.1 verifies by its options alone, and would ask Clerk's cloud instead.
    options = {"apiUrl": to.backend_url} | _proxy(to)
    return f"fastify.register(clerkPlugin, {_javascript(options)});"


def _hono(to: Connection) -> list[tuple[str, str]]:
    # @clerk/hono 0.1 reads no CLERK_PROXY_URL.
    if not (options := _proxy(to)):
        return []
    return [
        ("Hono, around your application", f'app.use("*", clerkMiddleware({_javascript(options)}));')
    ]


def _proxy(to: Connection) -> dict[str, str]:
    return {} if to.is_key_enough else {"proxyUrl": to.frontend_url}


def _javascript(options: dict[str, str]) -> str:
    return "{ " + ", ".join(f'{name}: "{value}"' for name, value in options.items()) + " }"


def _networkless(to: Connection) -> str:
    return f"CLERK_JWT_KEY={to.jwt_key}"


def _trust(to: Connection) -> dict[str, str]:
    return {} if to.authority is None else {"NODE_EXTRA_CA_CERTS": to.authority}


def _provider(to: Connection) -> str:
    if to.is_key_enough:
        return "<ClerkProvider publishableKey={import.meta.env.VITE_CLERK_PUBLISHABLE_KEY}>"
    return (
        "<ClerkProvider\n"
        "  publishableKey={import.meta.env.VITE_CLERK_PUBLISHABLE_KEY}\n"
        f'  proxyUrl="{to.frontend_url}"\n'
        f'  __internal_clerkJSUrl="{to.assets_url}{_CLERK_JS}"\n'
        f'  __internal_clerkUIUrl="{to.assets_url}{_CLERK_UI}"\n'
        ">"
    )


def _script(to: Connection) -> str:
    proxy = "" if to.is_key_enough else f'\n  data-clerk-proxy-url="{to.frontend_url}"'
    return (
        f'<script src="{to.assets_url}{_CLERK_UI}" crossorigin="anonymous"></script>\n'
        f'<script src="{to.assets_url}{_CLERK_JS}" crossorigin="anonymous"\n'
        f'  data-clerk-publishable-key="{to.publishable_key}"{proxy}></script>\n'
        '<div id="sign-in"></div>\n'
        '<script type="module">\n'
        "  await Clerk.load({ ui: { ClerkUI: window.__internal_ClerkUICtor } });\n"
        '  if (!Clerk.user) Clerk.mountSignIn(document.getElementById("sign-in"));\n'
        "</script>"
    )


def _curl(to: Connection) -> str:
    trust = "" if to.authority is None else f" --cacert {to.authority}"
    return f'curl{trust} -H "Authorization: Bearer {to.secret_key}" {to.backend_url}/v1/users'


def _lines(variables: dict[str, str]) -> str:
    return "\n".join(f"{name}={value}" for name, value in variables.items())
