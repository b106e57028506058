"""Who uses the bundled PostgreSQL, and who may start or stop it.

Every process that uses it shares one lock; whoever leaves last, alone with the lock, stops
PostgreSQL. Coming and going happens one at a time behind a second lock, so nobody can join a
database that is being stopped. The kernel drops both locks with the process, however it dies.
"""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl


class Membership:
    """The shared lock of one user of the database, until closed."""

    def __init__(self, data_dir: Path) -> None:
        """Join the users. Call it with the exclusive lock."""
        self._descriptor: int | None = _open(data_dir / "postgres.users.lock")
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def is_last(self) -> bool:
        """Tell whether we are the only user left. Call it with the exclusive lock, and close
        afterwards."""
        if self._descriptor is None:
            return False
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        """Leave the users."""
        if self._descriptor is None:
            return
        os.close(self._descriptor)
        self._descriptor = None


@contextmanager
def exclusive(data_dir: Path) -> Generator[None]:
    """Wait until no other process is starting or stopping the database, and keep it so."""
    descriptor = _open(data_dir / "postgres.gate.lock")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
