"""How often one request asks the database, counted in this process."""

import contextlib
import inspect
from collections.abc import Generator
from typing import Any

import asyncpg

from benchmarks import inside
from benchmarks.callers import Row
from hallporter.config import Config

_METHODS = ("fetch", "fetchrow", "fetchval", "execute")


@contextlib.contextmanager
def recorded() -> Generator[list[str]]:
    """Collect what requests ask meanwhile, `begin` and `commit` among it."""
    statements: list[str] = []
    originals = {name: getattr(asyncpg.Connection, name) for name in _METHODS}

    def collecting(method: Any) -> Any:
        async def ask(self: Any, sql: str, *args: Any, **more: Any) -> Any:
            if inside.is_of_request(inspect.currentframe()):
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
    async with inside.application(config) as application:
        for row in rows:
            requests = row.requests()
            first = next(requests)
            await inside.answer(application, first)
            with recorded() as statements:
                await inside.answer(application, next(requests, first))
            found[row.name] = len(statements)
    return found
