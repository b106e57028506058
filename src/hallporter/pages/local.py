"""Pages of a local instance: for callers on this machine, under a name that means this machine."""

from collections.abc import Awaitable, Callable

from hallporter.contract import errors
from hallporter.contract.api_version import NEWEST, UNDATED
from hallporter.contract.instance import Instance
from hallporter.contract.problem import ApiError, Problem
from hallporter.contract.scope import Scope
from hallporter.edge import arrival, problems, reply, tenancy, visitor
from hallporter.edge.arrival import Arrival
from hallporter.edge.asgi import AsgiApp, AsgiScope, Receive, Send
from hallporter.edge.wiring import Wiring
from hallporter.pages import http
from hallporter.pages.http import Answer

Show = Callable[[Scope, AsgiScope], Awaitable[Answer | None]]

# The headers of every answer: these pages show codes and clients, so nobody may cache or frame
# them.
PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# clerk-js refreshes tokens in a worker made from a blob; its components write their own styles.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        # Mail in the inbox.
        "frame-src 'self'",
        "worker-src blob:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


def page(wiring: Wiring, show: Show) -> AsgiApp:
    """Return the page that `show` makes; to anybody it is not for, it does not exist."""

    async def serve(scope: AsgiScope, receive: Receive, send: Send) -> None:
        found = await _found(wiring, show, scope)
        await http.answer(scope, send, found.status, found.headers, found.body)

    return serve


def json(body: bytes) -> Answer:
    """Return an answer of JSON for the page itself: without CORS headers, no other may read it."""
    return Answer(200, {**PRIVATE_HEADERS, "Content-Type": reply.JSON}, body)


def html(text: str, *, policy: str = CONTENT_SECURITY_POLICY) -> Answer:
    """Return an answer that is a page."""
    headers = {
        **PRIVATE_HEADERS,
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
    }
    return Answer(200, headers, text.encode())


async def _found(wiring: Wiring, show: Show, scope: AsgiScope) -> Answer:
    arrived = arrival.of(scope)
    instance = _instance(wiring, arrived) if _is_from_here(arrived) else None
    if instance is None:
        return _refused(errors.request.not_found)
    if scope["method"] not in ("GET", "HEAD"):
        refused = _refused(errors.request.method_not_allowed)
        return Answer(refused.status, {**refused.headers, "Allow": "GET, HEAD"}, refused.body)
    found = await show(_scope(wiring, instance, arrived), scope)
    return found or _refused(errors.request.not_found)


def _is_from_here(arrived: Arrival) -> bool:
    # These show codes and clients: not even a proxy with a secret key may have them.
    return arrived.is_local and arrived.header(b"origin") in (
        None,
        f"{arrived.scheme}://{arrived.host}",
    )


def _instance(wiring: Wiring, arrived: Arrival) -> Instance | None:
    try:
        found = tenancy.of_arrival(wiring, arrived)
    except ApiError:
        return None
    return found if found.is_local else None


def _scope(wiring: Wiring, instance: Instance, arrived: Arrival) -> Scope:
    return Scope(
        db=wiring.db,
        box=wiring.box,
        now=wiring.clock.now() + instance.ahead_by,
        instance=instance,
        version=NEWEST,
        visitor=visitor.of(arrived),
    )


def _refused(problem: Problem) -> Answer:
    body = reply.encode(problems.envelope(problem(), problems.new_trace_id()), UNDATED)
    return Answer(problem.status, {**PRIVATE_HEADERS, "Content-Type": reply.JSON}, body)
