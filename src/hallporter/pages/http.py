"""Answering over plain ASGI: what pages need and no more."""

from collections.abc import Mapping

import msgspec

from hallporter.edge.asgi import AsgiScope, Send


class Answer(msgspec.Struct, frozen=True):
    """A complete HTTP reply."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def answer(
    scope: AsgiScope, send: Send, status: int, headers: Mapping[str, str], body: bytes
) -> None:
    """Send a whole answer; HEAD gets everything but the body."""
    lines = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    lines.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
