"""How often one request asks the database, counted in this process."""

import contextlib
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from benchmarks.guests import Request, Row
from hallporter import main
from hallporter.cli import house
from hallporter.config import Config
from hallporter.core.clock import SystemClock
from hallporter.edge.entrance import Entrance
from hallporter.features.instances.directory import Directory

_METHODS = ("fetch", "fetchrow", "fetchval", "execute")


@contextlib.contextmanager
def asked() -> Generator[list[str]]:
    """Collect every statement that is sent meanwhile, `begin` and `commit` among them."""
    statements: list[str] = []
    originals = {name: getattr(asyncpg.Connection, name) for name in _METHODS}

    def collecting(method: Any) -> Any:
        async def ask(self: Any, sql: str, *args: Any, **more: Any) -> Any:
            statements.append(sql)
            return await method(self, sql, *args, **more)

        return ask

    for name, method in originals.items():
        setattr(asyncpg.Connection, name, collecting(method))
    try:
        yield statements
    finally:
        for name, method in originals.items():
            setattr(asyncpg.Connection, name, method)


async def of(rows: list[Row], config: Config) -> dict[str, int]:
    """Return the statements of each row's request, once one like it has been answered."""
    found: dict[str, int] = {}
    async with _application(config) as application:
        for row in rows:
            requests = row.requests()
            first = next(requests)
            await _answer(application, first)
            with asked() as statements:
                await _answer(application, next(requests, first))
            found[row.name] = len(statements)
    return found


@asynccontextmanager
async def _application(config: Config) -> AsyncGenerator[Entrance]:
    async with house.opened(config) as opened:
        directory = Directory(opened.db, opened.box)
        await directory.refresh()
        yield main.entrance(opened.config, opened.db, opened.box, SystemClock(), directory)


async def _answer(application: Entrance, request: Request) -> None:
    path, _, query = request.path.partition("?")
    body = request.body.encode()
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
