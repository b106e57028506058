"""A PgBouncer in transaction mode, in front of the bundled PostgreSQL."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from hallporter.core.embedded import account as accounts
from hallporter.core.embedded import cluster as clusters
from tests.cli.processes import free_port, wait_until

# Fewer than the connections of one server: every transaction may meet another one's leavings.
_SERVER_CONNECTIONS = 3
_CONFIG = """\
[databases]
{name} = host={host} dbname={name} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 200
{more}
"""


def program() -> str:
    """Return the path of PgBouncer, which `make test` finds or installs."""
    found = os.environ.get("HALLPORTER_PGBOUNCER") or shutil.which("pgbouncer")
    assert found is not None, "no PgBouncer: run `make test`"
    return found


def tracks_statements() -> bool:
    """Tell whether this PgBouncer can: from 1.21 on."""
    said = subprocess.check_output([program(), "--version"], text=True)
    version = re.search(r"(\d+)\.(\d+)", said)
    assert version is not None
    return (int(version[1]), int(version[2])) >= (1, 21)


@contextmanager
def in_front_of(
    dsn: str, data_dir: Path, *, connections: int = _SERVER_CONNECTIONS, **settings: int
) -> Generator[str]:
    """Yield the address of a PgBouncer before the bundled PostgreSQL at `dsn`."""
    account = accounts.choose(clusters.directory(data_dir))
    folder = Path(tempfile.mkdtemp(dir=data_dir, prefix="pgbouncer-"))
    parts, port = urlsplit(dsn), free_port()
    config = _CONFIG.format(
        name=parts.path[1:],
        host=parse_qs(parts.query)["host"][0],
        user=parts.username,
        password=parts.password,
        port=port,
        folder=folder,
        size=connections,
        more="\n".join(f"{name} = {value}" for name, value in settings.items()),
    )
    for name, text in {
        "pgbouncer.ini": config,
        "users": f'"{parts.username}" "{parts.password}"\n',
    }.items():
        (folder / name).write_text(text)
        accounts.give(folder / name, account)
    accounts.give(folder, account)
    with tempfile.TemporaryFile() as output:
        process = accounts.spawn(
            account, [program(), folder / "pgbouncer.ini"], cwd=folder, output=output
        )
        try:
            wait_until(lambda: process.poll() is not None or _listens(port))
            assert process.poll() is None, os.pread(output.fileno(), 9_999, 0).decode()
            yield f"postgresql://{parts.username}:{parts.password}@127.0.0.1:{port}{parts.path}"
        finally:
            # From 1.23 on it waits for its clients when it is asked to end.
            process.kill()
            process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
