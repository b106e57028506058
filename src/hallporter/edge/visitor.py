"""Facts about the sender, read from the request as it arrived."""

import falcon.asgi

from hallporter.contract.scope import Proxied, Visitor
from hallporter.edge.wiring import Presented

_CLIENT_COOKIE = "__client"
_SYNC_COOKIE = "__clerk_sync"
_DEV_BROWSER = "__clerk_db_jwt"


def of(request: falcon.asgi.Request, prefix: str, proxied: Proxied | None = None) -> Visitor:
    """Return who sends `request`; forwarding headers are not believed but as `proxied` has them."""
    said_url = None if proxied is None else proxied.url
    said_ip = None if proxied is None else proxied.ip
    base_url = said_url or f"{request.scheme}://{request.netloc}{prefix}"
    return Visitor(
        ip=said_ip or request.remote_addr,
        user_agent=request.get_header("user-agent") or "",
        origin=request.get_header("origin"),
        base_url=base_url,
        is_secure=base_url.startswith("https://"),
        proxied=proxied,
        is_cross_site=request.get_header("sec-fetch-site") == "cross-site",
    )


def presented(request: falcon.asgi.Request) -> Presented:
    """Return the credentials that a Frontend request shows."""
    return Presented(
        # Two instances under one host set this cookie at two paths; a browser may send both.
        client_tokens=tuple(request.get_cookie_values(_CLIENT_COOKIE) or ()),
        dev_browser=_last(request, _DEV_BROWSER) or None,
        authorization=request.get_header("authorization"),
        is_native=_last(request, "_is_native") == "1",
        sync_states=tuple(request.get_cookie_values(_SYNC_COOKIE) or ()),
        # PostgreSQL knows no NUL; an id with this character in its place is nobody's.
        session_id=(_last(request, "_clerk_session_id") or "").replace("\0", "\ufffd") or None,
    )


def _last(request: falcon.asgi.Request, name: str) -> str | None:
    value = request.params.get(name)
    return value[-1] if isinstance(value, list) else value


def query_value(request: falcon.asgi.Request, name: str) -> str | None:
    """Return the last value of a query parameter."""
    return _last(request, name)
