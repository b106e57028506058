"""The Python environment: `.venv`, exactly as `uv.lock` has it."""

import shutil
from collections.abc import Mapping

from scripts.toolchain import records, uv
from scripts.toolchain.shell import (
    ROOT,
    SYSTEM_CERTIFICATES,
    VENV,
    MissingPiece,
    attempt,
    environment,
    say,
)

PIECE = "python"
COMMANDS = [VENV / "bin" / "python", VENV / "bin" / "hallporter"]


def set_up() -> Mapping[str, str]:
    """Install the locked packages and the `hallporter` command into `.venv`."""
    key = records.digest(ROOT / "uv.lock", ROOT / "pyproject.toml")
    if records.recall(PIECE, key) is not None and all(command.exists() for command in COMMANDS):
        return {}
    if _is_a_copy():
        shutil.rmtree(VENV)
    installer = uv.find()
    say("Python: installing the locked packages into .venv")
    if not attempt([installer, "sync", "--locked", "--quiet"], env=_environment()):
        raise MissingPiece("the locked Python packages could not be installed, see above.")
    records.remember(PIECE, key, str(ROOT))
    return {}


def _is_a_copy() -> bool:
    record = records.RECORDS / PIECE
    return record.exists() and record.read_text().splitlines()[1:] != [str(ROOT)]


def _environment() -> dict[str, str]:
    env = environment(UV_PROJECT_ENVIRONMENT=str(VENV))
    env.pop("VIRTUAL_ENV", None)
    if SYSTEM_CERTIFICATES.exists():
        env.setdefault("SSL_CERT_FILE", str(SYSTEM_CERTIFICATES))
    return env
