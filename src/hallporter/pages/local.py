"""Pages of a local instance: for callers on this machine, under a name that means this machine."""

from collections.abc import Awaitable, Callable

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError, ErrorKind
from hallporter.contract.api_version import NEWEST, UNDATED
from hallporter.contract.instance import Instance
from hallporter.contract.scope import Scope
from hallporter.edge import error_envelope, reply, request_facts, request_head, tenancy
from hallporter.edge.asgi import AsgiApp, AsgiScope, Receive, Send
from hallporter.edge.request_head import RequestHead
from hallporter.edge.response import JSON
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
    return Answer(200, {**PRIVATE_HEADERS, "Content-Type": JSON}, body)


def html(text: str, *, policy: str = CONTENT_SECURITY_POLICY) -> Answer:
    """Return an answer that is a page."""
    headers = {
        **PRIVATE_HEADERS,
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
    }
    return Answer(200, headers, text.encode())


async def _found(wiring: Wiring, show: Show, scope: AsgiScope) -> Answer:
    head = request_head.of(scope)
    instance = _instance(wiring, head) if _is_from_here(head) else None
    if instance is None:
        return _error_answer(errors.request.not_found)
    if scope["method"] not in ("GET", "HEAD"):
        answer = _error_answer(errors.request.method_not_allowed)
        return Answer(answer.status, {**answer.headers, "Allow": "GET, HEAD"}, answer.body)
    found = await show(_scope(wiring, instance, head), scope)
    return found or _error_answer(errors.request.not_found)


def _is_from_here(head: RequestHead) -> bool:
    # These show codes and clients: not even a proxy with a secret key may have them.
    return head.is_local and head.header(b"origin") in (
        None,
        f"{head.scheme}://{head.host}",
    )


def _instance(wiring: Wiring, head: RequestHead) -> Instance | None:
    try:
        found = tenancy.instance_of(wiring, head)
    except ApiError:
        return None
    return found if found.is_local else None


def _scope(wiring: Wiring, instance: Instance, head: RequestHead) -> Scope:
    return Scope(
        db=wiring.db,
        box=wiring.box,
        now=wiring.clock.now() + instance.ahead_by,
        instance=instance,
        version=NEWEST,
        request=request_facts.of(head),
    )


def _error_answer(kind: ErrorKind) -> Answer:
    body = reply.encode(error_envelope.envelope(kind(), error_envelope.new_trace_id()), UNDATED)
    return Answer(kind.status, {**PRIVATE_HEADERS, "Content-Type": JSON}, body)
