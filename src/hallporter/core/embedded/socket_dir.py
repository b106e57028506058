"""Where the bundled PostgreSQL listens: a directory only its own user can enter."""

import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from hallporter.core.embedded import account as accounts
from hallporter.core.embedded.account import Account
from hallporter.core.operator_error import OperatorError

SOCKET = ".s.PGSQL.5432"

# The kernel's limit for a socket's path: 107 bytes on Linux, 103 on macOS.
_LONGEST = 103
# What needs no escape in a connection string or in PostgreSQL's list of directories.
_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


def choose(cluster: Path, account: Account) -> Path:
    """Return `cluster`, or a short private directory if a socket's address cannot hold its path."""
    if _fits(cluster):
        return cluster
    digest = hashlib.sha256(os.fsencode(cluster)).hexdigest()[:16]
    parent = Path(tempfile.gettempdir()).resolve()
    short = parent / f"hallporter-{account.uid}-{digest}"
    if not _fits(short):
        raise OperatorError(
            f"Neither {cluster} nor {short} can hold a socket: use a shorter, plain path."
        )
    _refuse_open_parent(parent)
    try:
        short.mkdir(mode=0o700)
        accounts.give(short, account)
    except FileExistsError:
        _refuse_stranger(short, account)
    return short


def _fits(directory: Path) -> bool:
    path = str(directory / SOCKET)
    return len(path) <= _LONGEST and _PLAIN.fullmatch(path) is not None


def _refuse_open_parent(parent: Path) -> None:
    mode = parent.stat().st_mode
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        raise OperatorError(f"Anyone may replace directories in {parent}: run `chmod +t {parent}`.")


def _refuse_stranger(directory: Path, account: Account) -> None:
    # Someone may have made it first, to read or to pose as our database.
    found = directory.lstat()
    if stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid and not found.st_mode & 0o077:
        return
    raise OperatorError(
        f"{directory} is not ours alone: remove it, or move the data directory to a shorter path."
    )
