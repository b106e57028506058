"""A hello-world under the same server: what HTTP costs by itself."""

import sys

import uvicorn

from hallporter.edge.asgi import AsgiScope, Receive, Send

_BODY = b'{"hello":"world"}'
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(_BODY))]


async def hello(_scope: AsgiScope, _receive: Receive, send: Send) -> None:
    """Answer a greeting."""
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": _BODY})


if __name__ == "__main__":
    uvicorn.run(
        hello,  # pyright: ignore[reportArgumentType]  # what is sent back is a dictionary
        port=int(sys.argv[1]),
        access_log=False,
        log_level="warning",
        lifespan="off",
    )
