"""CORS: which pages may send requests and read the answers (Fetch standard)."""

import re

from hallporter.contract import origins
from hallporter.contract.api_error import ApiError
from hallporter.edge import error_replies, tenancy
from hallporter.edge.request import Request, Responder
from hallporter.edge.response import Response
from hallporter.edge.wiring import Wiring

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
_HEADERS = "authorization, content-type, x-mobile, x-expo-sdk-version"
_MOST_CHARACTERS = 2_000
# Names of headers with commas between them (RFC 9110, section 5.6.2).
_NAMES = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+(?:, ?[A-Za-z0-9!#$%&'*+.^_`|~-]+)*")


def preflight(wiring: Wiring, *, is_public: bool) -> Responder:
    """Return what answers CORS preflights: only pages of the instance are allowed.

    Every header is allowed: tracing tools add many, and one that is not allowed would break every
    request. The origin is what protects an instance. With `is_public` any page is allowed, without
    cookies.
    """

    async def answer(request: Request, response: Response, **_in_path: str) -> None:
        if is_public:
            response.set_headers(error_replies.READABLE_ANYWHERE)
        else:
            let_own_page_read(wiring, request, response)
        response.status = 204
        response.set_header("access-control-allow-methods", _METHODS)
        response.set_header("access-control-allow-headers", _allowed(request))
        response.append_header("vary", "Access-Control-Request-Headers")
        response.set_header("access-control-max-age", "600")

    return answer


def _allowed(request: Request) -> str:
    names = request.head.header(b"access-control-request-headers")
    if names is None or len(names) > _MOST_CHARACTERS or _NAMES.fullmatch(names) is None:
        return _HEADERS
    return f"{_HEADERS}, {names.lower()}"


def let_own_page_read(wiring: Wiring, request: Request, response: Response) -> None:
    """Allow a page of the instance to read this answer, with cookies."""
    head = request.head
    origin = head.header(b"origin")
    if origin is None:
        return
    try:
        instance = tenancy.instance_of(wiring, head)
    except ApiError:
        return
    if origins.is_allowed(instance, origin):
        response.set_headers(error_replies.readable_by(origin))
