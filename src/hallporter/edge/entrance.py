"""The front door, in plain ASGI: reads the path once, then sends the request to its API."""

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from hallporter.contract import errors
from hallporter.contract.api_version import UNDATED
from hallporter.contract.problem import Problem
from hallporter.edge import problems, reply
from hallporter.edge.app import ApiApp

AsgiScope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[AsgiScope, Receive, Send], Awaitable[None]]

_INSTANCE_PREFIX = "/~"
_TUNNELLED = frozenset({"PATCH", "PUT", "DELETE"})
# Two readers of one path must not disagree (CVE-2026-41248, GHSA-gjxx-92w9-8v8f).
_AMBIGUOUS = re.compile(rb"%2f|%5c|\\|/\.\.?/|//|%00|;|%2e", re.IGNORECASE)


class Entrance:
    """Decides which API, page or instance a request is for."""

    def __init__(
        self,
        *,
        backend: ApiApp,
        frontend: ApiApp,
        pages: Mapping[str, AsgiApp],
        backend_port: int | None,
    ) -> None:
        self._backend = backend
        self._frontend = frontend
        self._pages = pages
        self._backend_port = backend_port

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        # clerk-js behind a proxy URL without a path asks for `//api_keys`.
        path = scope["path"] = "/" + scope["path"].lstrip("/")
        if _AMBIGUOUS.search(b"/" + raw.lstrip(b"/")):
            await _answer(send, errors.request.path_invalid)
            return
        path = _take_instance_prefix(scope, path)
        await self._route(scope, path)(scope, receive, send)

    def _route(self, scope: AsgiScope, path: str) -> AsgiApp:
        page = self._page(path)
        if page is not None and not self._is_backend_port(scope):
            return page
        _tunnel_method(scope)
        if len(path) > 1:
            path = scope["path"] = path.rstrip("/")
        return self._api(scope, path).serve

    def _api(self, scope: AsgiScope, path: str) -> ApiApp:
        if self._backend_port is not None:
            return self._backend if self._is_backend_port(scope) else self._frontend
        if _header(scope, b"authorization").startswith((b"Bearer sk_", b"bearer sk_")):
            return self._backend
        # Without a secret key a path that only servers use answers 401, not 404.
        if not self._frontend.knows(path) and self._backend.knows(path):
            return self._backend
        return self._frontend

    def _is_backend_port(self, scope: AsgiScope) -> bool:
        server = scope.get("server")
        return server is not None and server[1] == self._backend_port

    def _page(self, path: str) -> AsgiApp | None:
        first = "/" + path[1:].partition("/")[0]
        return self._pages.get(first)


def _take_instance_prefix(scope: AsgiScope, path: str) -> str:
    if not path.startswith(_INSTANCE_PREFIX):
        return path
    slug, _, rest = path[len(_INSTANCE_PREFIX) :].partition("/")
    scope["hallporter.slug"] = slug
    scope["hallporter.prefix"] = _INSTANCE_PREFIX + slug
    scope["path"] = "/" + rest.lstrip("/")
    return scope["path"]


def _tunnel_method(scope: AsgiScope) -> None:
    """Take the real method from `_method`: clerk-js sends only GET and POST."""
    if scope["method"] != "POST" or b"_method=" not in scope["query_string"]:
        return
    named = parse_qs(scope["query_string"].decode("latin-1")).get("_method", [""])[-1].upper()
    if named in _TUNNELLED:
        scope["method"] = named


def _header(scope: AsgiScope, name: bytes) -> bytes:
    for key, value in scope["headers"]:
        if key == name:
            return value
    return b""


async def _answer(send: Send, problem: Problem) -> None:
    body = reply.encode(problems.envelope(problem(), problems.new_trace_id()), UNDATED)
    await send(
        {
            "type": "http.response.start",
            "status": problem.status,
            "headers": [
                (b"content-type", reply.JSON.encode()),
                (b"content-length", str(len(body)).encode()),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
