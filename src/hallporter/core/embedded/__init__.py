"""The bundled PostgreSQL: in the data directory, on a private socket, with our life span."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from hallporter.core import data_dir as data_dirs
from hallporter.core.embedded import account as accounts
from hallporter.core.embedded import cluster as clusters
from hallporter.core.embedded import locks, postmaster
from hallporter.core.embedded.watching import Watch
from hallporter.core.ending import FailureCallback
from hallporter.core.operator_error import OperatorError

__all__ = ["EmbeddedPostgres", "start"]


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """A running PostgreSQL this process uses, until stopped.

    `dsn` holds a password and suits asyncpg and libpq alike.
    """

    dsn: str = field(repr=False)
    pid: int
    _data_dir: Path
    _membership: locks.Membership

    def watch(self, give_up: FailureCallback) -> Watch:
        """Start PostgreSQL again whenever it ends before we stop it; end the watch before that.

        `give_up` hears when it has not started for a minute.
        """
        cluster = clusters.directory(self._data_dir)
        return Watch(lambda: postmaster.find(cluster) is not None, self._revive, give_up)

    def _revive(self) -> None:
        with locks.exclusive(self._data_dir):
            _ensure_running(self._data_dir)

    def stop(self) -> None:
        """Give PostgreSQL up; stop it cleanly unless another process uses it."""
        with locks.exclusive(self._data_dir):
            _release(self._data_dir, self._membership)


def start(data_dir: Path) -> EmbeddedPostgres:
    """Start PostgreSQL in `data_dir`, or join the one that runs there already."""
    if sys.platform == "win32":
        raise OperatorError("There is no bundled PostgreSQL on Windows: set DATABASE_URL.")
    try:
        return _start(data_dirs.prepare(data_dir))
    except PermissionError as error:
        raise OperatorError(
            f"{error.filename} belongs to another user: start as that user."
        ) from error


def _start(data_dir: Path) -> EmbeddedPostgres:
    with locks.exclusive(data_dir):
        membership = locks.Membership(data_dir)
        try:
            found = _ensure_running(data_dir)
            dsn = _dsn(clusters.directory(data_dir), found)
        except BaseException:
            _release(data_dir, membership)
            raise
    return EmbeddedPostgres(dsn, found.pid, data_dir, membership)


def _ensure_running(data_dir: Path) -> postmaster.Postmaster:
    cluster = clusters.directory(data_dir)
    account = accounts.choose(cluster)
    accounts.clear_way(account, cluster, clusters.program("postgres"))
    clusters.sweep(data_dir)
    if not cluster.exists():
        clusters.create(data_dir, account)
    return postmaster.ensure_running(cluster, account)


def _dsn(cluster: Path, found: postmaster.Postmaster) -> str:
    name, password = clusters.NAME, clusters.password(cluster)
    return f"postgresql://{name}:{password}@/{name}?host={found.socket_dir}"


def _release(data_dir: Path, membership: locks.Membership) -> None:
    try:
        if membership.is_last():
            postmaster.stop(clusters.directory(data_dir))
    finally:
        membership.close()
