"""One linear, forward-only chain of plain SQL, applied at start under an advisory lock."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from hallporter.core import connection_string, own_name

FOLDER = Path(__file__).parent / "sql"
# Any number will do as long as every hallporter takes the same one.
_ADVISORY_LOCK = 4_100_2021


async def apply(dsn: str) -> list[str]:
    """Bring the database at `dsn` to this release's schema and return what was applied."""
    if not await pending(dsn):
        return []
    async with _connected(dsn) as connection, connection.transaction():
        # Behind a pooler the lock of a session would outlive us.
        await connection.execute("select pg_advisory_xact_lock($1)", _ADVISORY_LOCK)
        # On a connection of its own: this one must not lock the tables it looks at.
        found = await pending(dsn)
        if found:
            await asyncio.to_thread(_run, dsn)
        return found


async def pending(dsn: str) -> list[str]:
    """Return what `apply` would apply to the database at `dsn`."""
    async with _connected(dsn) as connection:
        return await _pending(connection)


@asynccontextmanager
async def _connected(dsn: str) -> AsyncGenerator["asyncpg.Connection[asyncpg.Record]"]:
    # Without named statements: there may be a pooler.
    connection = await asyncpg.connect(dsn, statement_cache_size=0)
    try:
        yield connection
    finally:
        await connection.close()


async def _pending(connection: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    wanted = sorted(path.stem for path in FOLDER.glob("*.sql"))
    if await connection.fetchval("select to_regclass('_yoyo_migration')") is None:
        return wanted
    rows: Sequence[asyncpg.Record] = await connection.fetch(
        "select migration_id from _yoyo_migration"
    )
    applied = {row["migration_id"] for row in rows}
    return [name for name in wanted if name not in applied]


def _run(dsn: str) -> None:
    # Imported here: a start with nothing to apply does not pay for the tool and its driver.
    # The tool has no types.
    from yoyo import (  # type: ignore[import-untyped]
        get_backend,  # pyright: ignore[reportUnknownVariableType]
        read_migrations,  # pyright: ignore[reportUnknownVariableType]
    )

    # The tool notes who applied what.
    own_name.stand_in()
    parts = urlsplit(connection_string.for_libpq(dsn))
    backend = get_backend(urlunsplit(parts._replace(scheme="postgresql+psycopg")))
    backend.connection.prepare_threshold = None
    try:
        # The tool's own lock is a row that outlives a killed process; ours dies with us.
        backend.apply_migrations(backend.to_apply(read_migrations(str(FOLDER))))
    finally:
        backend.connection.close()
