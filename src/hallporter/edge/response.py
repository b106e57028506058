"""A response on its way: status and headers, then a body or a stream of parts."""

from collections.abc import AsyncIterator, Mapping

from hallporter.edge.asgi import Send

# Exactly this: with a charset behind it @clerk/backend takes the body for text.
JSON = "application/json"
_NO_CONTENT = 204


class Response:
    """What is sent back. Names of headers are in lower case."""

    __slots__ = ("_cookies", "_headers", "content_type", "data", "status", "stream")

    def __init__(self) -> None:
        self.status = 200
        self.content_type = JSON
        self.data: bytes | None = None
        self.stream: AsyncIterator[bytes] | None = None
        self._headers: dict[bytes, bytes] = {}
        self._cookies: list[tuple[bytes, bytes]] = []

    def set_header(self, name: str, value: str) -> None:
        """Set a header, whatever it was."""
        self._headers[name.encode()] = value.encode("latin-1")

    def set_headers(self, headers: Mapping[bytes, bytes]) -> None:
        """Set headers that are encoded."""
        self._headers.update(headers)

    def append_header(self, name: str, value: str) -> None:
        """Add a value to the list that a header is (RFC 9110, section 5.6.1)."""
        before = self._headers.get(name.encode())
        self.set_header(name, value if before is None else f"{before.decode('latin-1')}, {value}")

    def set_cookie(self, directive: str) -> None:
        """Add a cookie: the one list that is a header for each (RFC 6265, section 3)."""
        self._cookies.append((b"set-cookie", directive.encode()))

    async def send(self, send: Send, *, is_head: bool) -> None:
        """Send all of it; of a stream one part after the other."""
        data, stream = self.data, self.stream
        await send(
            {"type": "http.response.start", "status": self.status, "headers": self._lines(data)}
        )
        if stream is not None and not is_head:
            async for part in stream:
                await send({"type": "http.response.body", "body": part, "more_body": True})
            data = b""
        await send({"type": "http.response.body", "body": b"" if is_head else data or b""})

    def _lines(self, data: bytes | None) -> list[tuple[bytes, bytes]]:
        lines = [*self._headers.items(), *self._cookies]
        if self.status == _NO_CONTENT:
            return lines
        lines.append((b"content-type", self.content_type.encode()))
        if self.stream is None:
            lines.append((b"content-length", b"%d" % len(data or b"")))
        return lines
