"""`python3 -m scripts.toolchain PIECE… [-- COMMAND…]`: set up the pieces, become the command."""

import fcntl
import os
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager

from scripts.toolchain import chromium, node, npm_packages, pgbouncer, python_env
from scripts.toolchain.shell import ROOT, MissingPiece, environment, say

PIECES: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "python": python_env.set_up,
    "node": node.set_up,
    "npm-packages": npm_packages.set_up,
    "examples": npm_packages.set_up_examples,
    "peers": npm_packages.set_up_peers,
    "chromium": chromium.set_up,
    "pgbouncer": pgbouncer.set_up,
}


@contextmanager
def _alone() -> Generator[None, None, None]:
    # `make run` in one terminal and `make test` in another must not install over each other.
    with (ROOT / "uv.lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up in this checkout to finish")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _readable() -> Generator[None, None, None]:
    # Where root lets nobody read what it makes: PostgreSQL is installed here, and runs as another.
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def main(arguments: list[str]) -> None:
    """Set up the pieces named before `--` and replace this process by the command after it."""
    split = arguments.index("--") if "--" in arguments else len(arguments)
    command = arguments[split + 1 :]
    with _alone(), _readable():
        for piece in arguments[:split]:
            os.environ.update(PIECES[piece]())
    if command:
        os.execvpe(command[0], command, environment())  # noqa: S606 - the Makefile's own command


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except MissingPiece as missing:
        sys.exit(f"error: {missing}")
