"""The application in this process, asked without HTTP: for what no load can count."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any

from benchmarks.callers import UNLIKE, Request
from hallporter import main
from hallporter.cli import command_context
from hallporter.config import Config
from hallporter.core.clock import SystemClock
from hallporter.edge import respond
from hallporter.edge.router import Router
from hallporter.features.directory.directory import Directory


@asynccontextmanager
async def application(config: Config) -> AsyncGenerator[Router]:
    """Open the application on a filled database."""
    async with command_context.opened(config) as opened:
        directory = Directory(opened.db, opened.box, SystemClock())
        await directory.refresh()
        yield main.router(opened.config, opened.db, opened.box, SystemClock(), directory)


async def answer(application: Router, request: Request) -> None:
    """Send one request; raises unless it is answered well."""
    path, _, query = request.path.partition("?")
    body = request.body.replace(UNLIKE, f"{time.time_ns() // 1_000:016}").encode()
    headers = {"host": "127.0.0.1", "content-length": str(len(body)), **request.headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "server": ("127.0.0.1", 4100),
        "client": ("127.0.0.1", 4101),
        "root_path": "",
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        if message.get("status", 200) >= 400:
            raise RuntimeError(f"{request.method} {path} was answered {message['status']}")

    await application(scope, receive, send)


def is_of_request(frame: FrameType | None) -> bool:
    """Tell whether a request waits for what runs in a frame, which may be the clock's work."""
    while frame is not None and frame.f_code.co_filename != respond.__file__:
        frame = frame.f_back
    return frame is not None
