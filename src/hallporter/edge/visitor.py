"""Facts about the sender, read from the request as it arrived."""

import falcon.asgi

from hallporter.contract.scope import Visitor
from hallporter.edge.wiring import Presented

_CLIENT_COOKIE = "__client"
_DEV_BROWSER = "__clerk_db_jwt"


def of(request: falcon.asgi.Request, prefix: str) -> Visitor:
    """Return who sends `request`; forwarding headers are not believed."""
    return Visitor(
        ip=request.remote_addr,
        user_agent=request.get_header("user-agent") or "",
        origin=request.get_header("origin"),
        base_url=f"{request.scheme}://{request.netloc}{prefix}",
        is_secure=request.scheme == "https",
    )


def presented(request: falcon.asgi.Request) -> Presented:
    """Return the credentials that a Frontend request shows."""
    return Presented(
        # Two instances under one host set this cookie at two paths; a browser may send both.
        client_tokens=tuple(request.get_cookie_values(_CLIENT_COOKIE) or ()),
        dev_browser=_last(request, _DEV_BROWSER) or None,
        authorization=request.get_header("authorization"),
        is_native=_last(request, "_is_native") == "1",
        # PostgreSQL knows no NUL; an id with this character in its place is nobody's.
        session_id=(_last(request, "_clerk_session_id") or "").replace("\0", "\ufffd") or None,
    )


def _last(request: falcon.asgi.Request, name: str) -> str | None:
    value = request.params.get(name)
    return value[-1] if isinstance(value, list) else value


def query_value(request: falcon.asgi.Request, name: str) -> str | None:
    """Return the last value of a query parameter."""
    return _last(request, name)
