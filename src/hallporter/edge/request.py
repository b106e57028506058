"""A request: where it goes by its head, its query, and its body."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec
from falcon.uri import parse_query_string

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.api_version import ApiVersion
from hallporter.contract.instance import Instance
from hallporter.contract.scope import RequestFacts
from hallporter.edge.asgi import AsgiScope, Receive
from hallporter.edge.request_head import RequestHead
from hallporter.edge.response import Response
from hallporter.edge.wiring import Presented

Parameters = Mapping[str, list[str] | str]
Responder = Callable[["Request", "Response"], Awaitable[None]]


class Judged(msgspec.Struct, frozen=True):
    """What was decided about a request before anything was read for it."""

    generation: int
    """Of the instances, by which it was decided."""
    instance: Instance
    presented: Presented
    version: ApiVersion
    facts: RequestFacts
    readable: Mapping[bytes, bytes]
    """Headers that let a page read the answer."""
    refusal: ApiError | None


class Route:
    """Where a request goes and what it names: all that its head decides by itself.

    Requests with the same head share it, also those that are under way at one time.
    """

    __slots__ = ("head", "in_path", "judged", "method", "params", "path", "query", "responder")

    def __init__(self, head: RequestHead, method: str, path: str, query_string: bytes) -> None:
        self.head = head
        self.method = method
        self.path = path
        self.params: Parameters = parse_query_string(
            query_string.decode(errors="replace"), keep_blank=True, csv=False
        )
        """The parameters of the query; those that repeat themselves as lists."""
        self.query: Mapping[str, str] = {
            name: value[-1] if isinstance(value, list) else value
            for name, value in self.params.items()
        }
        """Of those that repeat themselves the last."""
        self.responder: Responder
        self.in_path: dict[str, str] = {}
        self.judged: Judged | None = None
        """What was decided about an earlier request with this head."""


class Request:
    """One request on its route."""

    __slots__ = ("head", "receive", "route", "scope")

    def __init__(self, route: Route, scope: AsgiScope, receive: Receive) -> None:
        self.route = route
        self.head = route.head
        self.scope = scope
        self.receive = receive

    async def body(self, most: int) -> bytes:
        """Return the whole body.

        Raises `body_too_large` beyond `most` bytes, and `body_incomplete` if the sender hung up.
        """
        announced = self._announced()
        if announced > most:
            raise errors.request.body_too_large(limit=most)
        message = await self.receive()
        if message["type"] == "http.disconnect":
            # Before anything of it came: it is none, and not an empty one.
            raise errors.request.body_incomplete()
        body: bytes = message.get("body", b"")
        if message.get("more_body"):
            body = await self._rest(body, most)
        if len(body) > most:
            raise errors.request.body_too_large(limit=most)
        if len(body) < announced:
            raise errors.request.body_incomplete()
        return body

    def _announced(self) -> int:
        length = self.head.headers.get(b"content-length", b"0")
        # More than one, joined, is no number.
        if not length.isdigit():
            raise errors.request.body_invalid()
        return int(length)

    async def _rest(self, first: bytes, most: int) -> bytes:
        chunks, size, more = [first], len(first), True
        while more and size <= most:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise errors.request.body_incomplete()
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            more = message.get("more_body", False)
        return b"".join(chunks)
