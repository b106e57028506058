"""`/npm/*`: Clerk's browser bundles, from the data directory."""

from pathlib import Path

import structlog

from hallporter.contract import errors
from hallporter.contract.api_version import UNDATED
from hallporter.delivery.npm_pins import PackageUnavailable
from hallporter.edge import error_envelope, reply, request_head
from hallporter.edge.asgi import AsgiApp, AsgiScope, Receive, Send
from hallporter.edge.response import JSON
from hallporter.pages import assets, http

log = structlog.get_logger()


def page(data_dir: Path) -> AsgiApp:
    """Return the page that serves what is, or can be, unpacked in `data_dir`."""

    async def serve(scope: AsgiScope, receive: Receive, send: Send) -> None:
        try:
            found = await assets.serve(
                data_dir,
                scope["path"],
                accept_encoding=request_head.of(scope).header(b"accept-encoding"),
                if_none_match=request_head.of(scope).header(b"if-none-match"),
            )
        except PackageUnavailable as unavailable:
            log.error("browser bundle not available", detail=unavailable.detail)
            await _unavailable(scope, send, unavailable.sentence)
        else:
            await http.answer(scope, send, found.status, found.headers, found.body)

    return serve


async def _unavailable(scope: AsgiScope, send: Send, sentence: str) -> None:
    error = errors.request.unavailable(reason=sentence)
    body = reply.encode(error_envelope.envelope(error, error_envelope.new_trace_id()), UNDATED)
    headers = {
        "content-type": JSON,
        "cache-control": "no-store",
        "access-control-allow-origin": "*",
    }
    await http.answer(scope, send, error.status, headers, body)
