"""The router, in plain ASGI: parse the path once, then dispatch to an API or a page."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from hallporter.contract import errors
from hallporter.contract.api_error import ErrorKind
from hallporter.contract.api_version import UNDATED
from hallporter.core.remembered import Remembered
from hallporter.edge import error_envelope, reply, request_head
from hallporter.edge.app import ApiApp, serve
from hallporter.edge.asgi import AsgiApp, AsgiScope, Receive, Send
from hallporter.edge.request import Request, Route
from hallporter.edge.request_head import RequestHead
from hallporter.edge.response import JSON
from hallporter.edge.senders import Senders

_INSTANCE_PREFIX = "/~"
# Falcon raises for any other, which a request line may well name.
_VERSIONS = frozenset({"1.0", "1.1"})
# Heads that come again go where they went before. Longer ones, which no browser sends, do not fill
# the place of others. What one takes in memory: itself, its parts, and what was made of it.
_KNOWN_BYTES = 32 * 1024 * 1024
_LONGEST_KNOWN = 4 * 1024
_BESIDE_HEAD = 2 * 1024
# However short they are, names and values are objects of their own in several dictionaries.
_BESIDE_PART = 192
_TUNNELLED = frozenset({"PATCH", "PUT", "DELETE"})
# Two readers of one path must not disagree (CVE-2026-41248, GHSA-gjxx-92w9-8v8f).
_AMBIGUOUS = re.compile(rb"%2f|%5c|\\|/\.\.?/|//|%00|;|%2e", re.IGNORECASE)


class Router:
    """Dispatches a request to its API or page."""

    def __init__(
        self,
        *,
        backend: ApiApp,
        frontend: ApiApp,
        pages: Mapping[str, AsgiApp],
        backend_port: int | None,
        senders: Senders | None,
    ) -> None:
        self._backend = backend
        self._frontend = frontend
        self._pages = pages
        self._backend_port = backend_port
        self._senders = senders
        self._known: Remembered[tuple[object, ...], Route] = Remembered(_KNOWN_BYTES)

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        key = _all_of(scope)
        found = self._known.get(key) or self._judge(scope, key)
        if isinstance(found, Route):
            await serve(Request(found, scope, receive), send)
        elif isinstance(found, ErrorKind):
            await _answer(send, found)
        else:
            await found(scope, receive, send)

    def _judge(self, scope: AsgiScope, key: tuple[object, ...]) -> ErrorKind | AsgiApp | Route:
        """Return where a request goes by its head, or why nowhere."""
        if scope["http_version"] not in _VERSIONS:
            return errors.request.malformed
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        # clerk-js behind a proxy URL without a path asks for `//api_keys`.
        path = "/" + scope["path"].lstrip("/")
        if _is_ambiguous(b"/" + raw.lstrip(b"/")):
            return errors.request.path_invalid
        slug, prefix, path = _without_instance(path)
        scope["path"] = path
        head = request_head.read(scope, self._senders, slug=slug, prefix=prefix)
        if b"host" not in head.headers and scope["http_version"] == "1.1":
            # RFC 9112 §3.2: the target must not depend on a proxy in between.
            return errors.request.malformed
        page = self._page(path)
        if page is not None and not self._is_backend_port(scope):
            return page
        return self._route(scope, head, key)

    def _route(self, scope: AsgiScope, head: RequestHead, key: tuple[object, ...]) -> Route:
        path: str = scope["path"]
        route = Route(head, _method(scope), path.rstrip("/") or "/", scope["query_string"])
        is_operation = self._api(scope, head).find(route)
        size = _size(scope)
        if is_operation and size <= _LONGEST_KNOWN:
            self._known.put(key, route, 2 * size + _BESIDE_PART * _parts(scope) + _BESIDE_HEAD)
        return route

    def _api(self, scope: AsgiScope, head: RequestHead) -> ApiApp:
        if self._backend_port is not None:
            return self._backend if self._is_backend_port(scope) else self._frontend
        return self._backend if _shows_secret_key(head) else self._frontend

    def _is_backend_port(self, scope: AsgiScope) -> bool:
        server = scope.get("server")
        return server is not None and server[1] == self._backend_port

    def _page(self, path: str) -> AsgiApp | None:
        first = "/" + path[1:].partition("/")[0]
        return self._pages.get(first)


def _all_of(scope: AsgiScope) -> tuple[object, ...]:
    """Return all of a head that anything is decided by."""
    client = scope.get("client")
    return (
        scope["method"],
        scope["path"],
        scope.get("raw_path"),
        scope["query_string"],
        scope["scheme"],
        scope["http_version"],
        scope.get("server"),
        client[0] if client else None,
        *scope["headers"],
    )


def _size(scope: AsgiScope) -> int:
    """Return how long a head is, in bytes."""
    lines = sum(len(name) + len(value) for name, value in scope["headers"])
    return len(scope["path"]) + len(scope["query_string"]) + lines


def _parts(scope: AsgiScope) -> int:
    """Return how many headers, parameters and cookies a head may have."""
    cookies = sum(value.count(b";") for name, value in scope["headers"] if name == b"cookie")
    return len(scope["headers"]) + scope["query_string"].count(b"&") + cookies


def _is_ambiguous(raw: bytes) -> bool:
    # Looking for one byte is many times faster than any expression.
    is_suspect = b"%" in raw or b"/." in raw or b"//" in raw or b"\\" in raw or b";" in raw
    return is_suspect and _AMBIGUOUS.search(raw) is not None


def _without_instance(path: str) -> tuple[str | None, str, str]:
    """Return the name of the instance that a path begins with, that beginning, and the rest."""
    if not path.startswith(_INSTANCE_PREFIX):
        return None, "", path
    slug, _, rest = path[len(_INSTANCE_PREFIX) :].partition("/")
    return slug, _INSTANCE_PREFIX + slug, "/" + rest.lstrip("/")


def _shows_secret_key(head: RequestHead) -> bool:
    shown = head.headers.get(b"authorization")
    if shown is None:
        return False
    scheme, _, key = shown.partition(b" ")
    return key.lstrip().startswith(b"sk_") and scheme.lower() == b"bearer"


def _method(scope: AsgiScope) -> str:
    """Return the method, or the real one in `_method`: clerk-js sends only GET and POST."""
    if scope["method"] != "POST" or b"_method=" not in scope["query_string"]:
        return scope["method"]
    named = parse_qs(scope["query_string"].decode("latin-1")).get("_method", [""])[-1].upper()
    return named if named in _TUNNELLED else scope["method"]


async def _answer(send: Send, kind: ErrorKind) -> None:
    body = reply.encode(error_envelope.envelope(kind(), error_envelope.new_trace_id()), UNDATED)
    await send(
        {
            "type": "http.response.start",
            "status": kind.status,
            "headers": [
                (b"content-type", JSON.encode()),
                (b"content-length", str(len(body)).encode()),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
