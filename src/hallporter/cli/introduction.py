"""What a person needs to connect an application: keys and settings, ready to paste."""

from rich.console import Console
from rich.text import Text

from hallporter.cli import addresses
from hallporter.cli.addresses import Address
from hallporter.cli.tenants import Tenant
from hallporter.pages import snippets
from hallporter.pages.snippets import Connection

_VITE_KEY = "{import.meta.env.VITE_CLERK_PUBLISHABLE_KEY}"


class Introduced(Connection, frozen=True, kw_only=True):
    """How an application reaches an instance, and verifies its tokens without asking it."""

    jwt_key: str


def connection(address: Address, tenant: Tenant) -> Introduced:
    """Return how an instance is reached on a server at `address`."""
    row = tenant.row
    is_key_enough = addresses.is_key_enough(address, row.frontend_host)
    return Introduced(
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


def settings(to: Introduced) -> list[tuple[str, str]]:
    """Return a title and a text to paste for each framework."""
    return [
        ("Next.js, .env.local", snippets.lines(snippets.of_next(to))),
        ("React with Vite, .env.local", f"VITE_CLERK_PUBLISHABLE_KEY={to.publishable_key}"),
        ("React with Vite, around your application", snippets.provider(to, _VITE_KEY)),
        ("Express, Fastify, Hono, Python, .env", snippets.lines(snippets.of_server(to))),
        ("Fastify, around your application", _fastify(to)),
        *_hono(to),
        ("To verify session tokens without asking the server, .env", _networkless(to)),
        ("A page of your own", _script(to)),
        ("curl", _curl(to)),
    ]


def show(console: Console, to: Introduced) -> None:
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


def _networkless(to: Introduced) -> str:
    return f"CLERK_JWT_KEY={to.jwt_key}"


def _script(to: Connection) -> str:
    proxy = "" if to.is_key_enough else f'\n  data-clerk-proxy-url="{to.frontend_url}"'
    return (
        f'<script src="{to.assets_url}{snippets.CLERK_UI}" crossorigin="anonymous"></script>\n'
        f'<script src="{to.assets_url}{snippets.CLERK_JS}" crossorigin="anonymous"\n'
        f'  data-clerk-publishable-key="{to.publishable_key}"{proxy}></script>\n'
        '<div id="sign-in"></div>\n'
        '<script type="module">\n'
        "  await Clerk.load({ ui: { ClerkUI: window.__internal_ClerkUICtor } });\n"
        '  if (!Clerk.user) Clerk.mountSignIn(document.getElementById("sign-in"));\n'
        "</script>"
    )


def _curl(to: Connection) -> str:
    command = f'{snippets.curl(to)} -H "Authorization: Bearer {to.secret_key}"'
    return f"{command} {to.backend_url}/v1/users"
