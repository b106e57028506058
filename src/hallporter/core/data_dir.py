"""The directory that holds what the process must not lose, and the secrets in it."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from hallporter.core.operator_error import OperatorError


def prepare(path: Path) -> Path:
    """Return `path` absolute and without symlinks; if it is new, make it for this user alone."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path.resolve()


def read_private(path: Path) -> str | None:
    """Return the text of `path` or None if there is no such file; refuse one others may open."""
    try:
        file = path.open(encoding="utf-8")
    except FileNotFoundError:
        return None
    with file:
        # Windows has no such bits: its access lists are inherited from the directory.
        if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
            raise OperatorError(f"{path} is a secret that others may open: run `chmod 600 {path}`.")
        return file.read()


def create_private(path: Path, text: str) -> None:
    """Write a file for this user alone, whole or not at all; leave one that exists as it is."""
    # A link, unlike a rename, never replaces the file another process wrote meanwhile.
    with _written(path, text) as temporary, suppress(FileExistsError):
        os.link(temporary, path)
    sync(path.parent)


def replace_private(path: Path, text: str) -> None:
    """Write a file for this user alone over the one that is there, whole or not at all."""
    with _written(path, text) as temporary:
        if path.exists() and os.name == "posix":
            # As root we write for whoever owned it.
            before = path.stat()
            os.chown(temporary, before.st_uid, before.st_gid)
        temporary.replace(path)
    sync(path.parent)


@contextmanager
def _written(path: Path, text: str) -> Generator[Path]:
    """Yield a file beside `path`, for this user alone, with all of `text` on the disk."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def sync(directory: Path) -> None:
    """Make the names in `directory` survive a power cut."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
