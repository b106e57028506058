"""A PgBouncer for the tests: one that is installed, or Debian's."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from scripts.toolchain import debian
from scripts.toolchain.shell import MissingPiece, probe

VARIABLE = "HALLPORTER_PGBOUNCER"


def set_up() -> Mapping[str, str]:
    """Find or install a PgBouncer that runs, and return the variable that makes it known."""
    chosen = os.environ.get(VARIABLE) or _installed()
    if chosen is None and debian.install("pgbouncer"):
        chosen = _installed()
    if chosen is None or not _runs(chosen):
        raise MissingPiece(
            "no PgBouncer for the tests behind a pooler. Install it (Debian: apt-get install"
            f" pgbouncer) or name one in {VARIABLE}, then run make again."
        )
    return {VARIABLE: chosen}


def _installed() -> str | None:
    # Debian puts it where a user's PATH does not look.
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin"])
    return shutil.which("pgbouncer", path=places)


def _runs(path: str) -> bool:
    return Path(path).exists() and "PgBouncer" in (probe([path, "--version"]) or "")
