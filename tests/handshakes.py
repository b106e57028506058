"""The handshake as an app's backend makes it: a redirect, and the cookies that it brings."""

from urllib.parse import parse_qs, urlsplit

from tests.harness import Browser, Tenant

PAGE = "http://localhost:3000/page"


def cookies_of(tenant: Tenant, browser: Browser, page: str = PAGE, **query: str) -> dict[str, str]:
    """Send `browser` through a handshake by nonce and return what the app's cookies become."""
    reply = browser.get("/v1/client/handshake", redirect_url=page, format="nonce", **query)
    assert reply.status == 307, reply.text
    nonce = parameter(reply.headers["location"], "__clerk_handshake_nonce")
    with tenant.backend() as backend:
        found = backend.get("/v1/clients/handshake_payload", nonce=nonce).ok().json
    return cookies_in(found["directives"])


def cookies_in(directives: list[str]) -> dict[str, str]:
    """Return names and values of `Set-Cookie` directives."""
    pairs = (each.partition(";")[0].partition("=") for each in directives)
    return {name: value for name, _, value in pairs}


def parameter(url: str, name: str) -> str:
    """Return the only value of a query parameter."""
    (value,) = parse_qs(urlsplit(url).query)[name]
    return value
