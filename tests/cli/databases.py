"""A PostgreSQL that is not a server's own, and what happens to one."""

import subprocess
import uuid
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from hallporter.core import embedded
from hallporter.core.embedded import EmbeddedPostgres
from tests.cli.processes import Serving, new_data_dir, ready_data_dir, serving, wait_until

# A killed backend is gone by then, or something is wrong.
_TERMINATED_MS = 10_000


@contextmanager
def running_database(data_dir: Path) -> Generator[EmbeddedPostgres]:
    """Yield the PostgreSQL of a data directory, running."""
    database = embedded.start(data_dir)
    try:
        yield database
    finally:
        database.stop()


@contextmanager
def new_database() -> Generator[EmbeddedPostgres]:
    """Yield a running PostgreSQL that is empty."""
    with new_data_dir() as data_dir, running_database(data_dir) as database:
        yield database


@contextmanager
def ready_database() -> Generator[EmbeddedPostgres]:
    """Yield a running PostgreSQL that has the schema."""
    with ready_data_dir() as data_dir, running_database(data_dir) as database:
        yield database


@contextmanager
def on_its_own() -> Generator[Serving]:
    """Yield a server with its bundled PostgreSQL."""
    with ready_data_dir() as data_dir, serving(data_dir) as server:
        yield server


@contextmanager
def on_another() -> Generator[tuple[Serving, psycopg.Connection]]:
    """Yield a server and a way into its PostgreSQL, which is not its own."""
    with (
        ready_database() as database,
        new_data_dir() as own,
        psycopg.connect(database.dsn, autocommit=True) as inside,
        serving(own, DATABASE_URL=database.dsn) as server,
    ):
        yield server, inside


def reconnect_all(inside: psycopg.Connection) -> None:
    """Cut every connection to the database but this one, and wait until they are gone."""
    inside.execute(
        "select pg_terminate_backend(pid, %s) from pg_stat_activity "
        "where datname = 'hallporter' and pid <> pg_backend_pid()",
        [_TERMINATED_MS],
    )


def refuse_writes(inside: psycopg.Connection) -> None:
    """Let the database take no writes from now on, as a former primary does."""
    inside.execute("alter database hallporter set default_transaction_read_only = on")
    reconnect_all(inside)


def take_writes(inside: psycopg.Connection) -> None:
    """Let new connections write again."""
    inside.execute("set default_transaction_read_only = off")
    inside.execute("alter database hallporter set default_transaction_read_only = off")


def postmaster(data_dir: Path) -> int:
    """Return the process id of a bundled PostgreSQL."""
    return int((data_dir / "postgres" / "data" / "postmaster.pid").read_text().split()[0])


def log_of(data_dir: Path) -> str:
    """Return all that a running bundled PostgreSQL has logged until now."""
    mark = uuid.uuid4().hex
    # One of its processes writes what the others log: this is written once all before it is.
    with (
        running_database(data_dir) as database,
        suppress(psycopg.errors.UndefinedColumn),
        psycopg.connect(database.dsn) as connection,
    ):
        connection.execute(f'select "{mark}"'.encode())
    found: list[str] = []

    def is_whole() -> bool:
        files = (data_dir / "postgres" / "log").iterdir()
        found.append("".join(path.read_text() for path in files))
        return mark in found[-1]

    wait_until(is_whole)
    return found[-1]


def family(pid: int) -> list[int]:
    """Return a process and its children."""
    listed = subprocess.check_output(["ps", "-eo", "pid=,ppid="], text=True)
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    return [pid, *(child for child, parent in pairs if parent == pid)]
