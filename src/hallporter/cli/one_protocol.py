"""A request that asks for another protocol goes on in the one there is, and its body is its body.

To httptools whatever follows such a head is the other protocol's: uvicorn would answer without the
body, and read that as the next request (request smuggling). A server may leave `Upgrade` aside
(RFC 9110 §7.8); Java's own client sends it with the first request, whatever that is.
"""

from typing import Any

import httptools

from hallporter.cli.one_write import OneWriteProtocol

_FRAMING = frozenset({b"content-length", b"transfer-encoding"})


class OneProtocol(OneWriteProtocol):
    """HTTP/1.1, whatever else is asked for."""

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        self._unset_keepalive_if_required()
        try:
            while data:
                try:
                    self.parser.feed_data(data)
                    return
                except httptools.HttpParserUpgrade as prepared:
                    data = data[prepared.args[0] :]
                    self._go_on()
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")

    def _go_on(self) -> None:
        """Read on behind the head that was read last, whose request has not been begun yet."""
        cycle: Any = self.cycle
        cycle.more_body = True
        cycle.message_event.clear()
        behind = _BehindHead(self)
        self.parser = httptools.HttpRequestParser(behind)
        self.parser.feed_data(_framing(cycle))
        behind.is_in_head = False


def _framing(cycle: Any) -> bytes:
    """Return a head whose body is as long as that of a request."""
    lines = [b"%b: %b\r\n" % line for line in cycle.scope["headers"] if line[0] in _FRAMING]
    if not cycle.keep_alive:
        lines.append(b"connection: close\r\n")
    return b"POST / HTTP/1.1\r\n" + b"".join(lines) + b"\r\n"


class _BehindHead:
    """Tells a connection what a parser finds, but of the first head, which it knows."""

    def __init__(self, connection: OneProtocol) -> None:
        self.is_in_head = True
        self._connection = connection
        self.on_body = connection.on_body
        self.on_message_complete = connection.on_message_complete

    def on_message_begin(self) -> None:
        if not self.is_in_head:
            self._connection.on_message_begin()

    def on_url(self, url: bytes) -> None:
        if not self.is_in_head:
            self._connection.on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.is_in_head:
            self._connection.on_header(name, value)

    def on_headers_complete(self) -> None:
        if not self.is_in_head:
            self._connection.on_headers_complete()
