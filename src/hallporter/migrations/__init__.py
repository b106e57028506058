"""One linear, forward-only chain of plain SQL, applied at start under an advisory lock."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from hallporter.core import connection_string, own_name
from hallporter.core.operator_error import OperatorError

FOLDER = Path(__file__).parent / "sql"
# Any number will do as long as every hallporter takes the same one. Behind a pooler the lock of a
# session would outlive us. Whoever waits for it, or has it from a statement with parameters, keeps
# a snapshot, and building an index concurrently waits for that.
_LOCK = "set local lock_timeout = '1s'; select pg_advisory_xact_lock(41002021)"
_TRIES = 40
_PAUSE_SECONDS = 1


async def apply(dsn: str, folder: Path = FOLDER) -> list[str]:
    """Bring the database at `dsn` to this release's schema and return what was applied.

    Raises Refusal when a table that it changes stays in use for a minute.
    """
    while await pending(dsn, folder):
        # Somebody else migrates: what is left when that is done?
        with suppress(asyncpg.LockNotAvailableError):
            return await _apply_alone(dsn, folder)
    return []


async def _apply_alone(dsn: str, folder: Path) -> list[str]:
    async with _connected(dsn) as connection, connection.transaction():
        await connection.execute(_LOCK)
        # On a connection of its own: this one must not lock the tables it looks at.
        found = await pending(dsn, folder)
        if found:
            await asyncio.to_thread(_run_patiently, dsn, folder)
        return found


async def pending(dsn: str, folder: Path = FOLDER) -> list[str]:
    """Return what `apply` would apply to the database at `dsn`."""
    async with _connected(dsn) as connection:
        return await _pending(connection, folder)


@asynccontextmanager
async def _connected(dsn: str) -> AsyncGenerator["asyncpg.Connection[asyncpg.Record]"]:
    # Without named statements: there may be a pooler.
    connection = await asyncpg.connect(dsn, statement_cache_size=0)
    try:
        yield connection
    finally:
        await connection.close()


async def _pending(connection: "asyncpg.Connection[asyncpg.Record]", folder: Path) -> list[str]:
    wanted = _names(folder)
    if await connection.fetchval("select to_regclass('_yoyo_migration')") is None:
        return wanted
    rows: Sequence[asyncpg.Record] = await connection.fetch(
        "select migration_id from _yoyo_migration"
    )
    applied = {row["migration_id"] for row in rows}
    return [name for name in wanted if name not in applied]


def _names(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.sql"))


def _run_patiently(dsn: str, folder: Path) -> None:
    """Apply what there is; begin again when a table does not get free at once.

    Servers that run wait behind a migration that waits for a lock. So each gives up after half a
    second (`lock_timeout`), sooner than they do, and than PostgreSQL looks for deadlocks.
    """
    # Imported here: a start with nothing to apply does not pay for the tool and its driver.
    from psycopg.errors import DeadlockDetected, LockNotAvailable

    for _ in range(_TRIES):
        with suppress(DeadlockDetected, LockNotAvailable):
            _run(dsn, folder)
            return
        time.sleep(_PAUSE_SECONDS)
    raise OperatorError(
        "The schema was not changed: somebody has kept a table in use for a minute, a backup or a "
        "long query. Try again when it is done."
    )


def _run(dsn: str, folder: Path) -> None:
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
        backend.apply_migrations(backend.to_apply(read_migrations(str(folder))))
    finally:
        backend.connection.close()
