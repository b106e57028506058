"""uv, which installs everything else that is Python: the one on the PATH, or one of our own."""

import shutil
import sys
from pathlib import Path

from scripts.toolchain import debian
from scripts.toolchain.shell import ROOT, MissingPiece, attempt, probe, say

VERSION = "uv==0.13.9"
HOME = ROOT / ".uv"
OWN = HOME / "bin" / "uv"


def find() -> Path:
    """Return a uv that runs, installing one into the checkout where the machine has none."""
    on_path = shutil.which("uv")
    if on_path and probe([on_path, "--version"]):
        return Path(on_path)
    if probe([OWN, "--version"]):
        return OWN
    say(f"Python: no uv on the PATH, installing {VERSION} into {HOME.name}")
    if _by_venv(sys.executable) or _by_pip() or _by_debian():
        return OWN
    raise MissingPiece(
        "uv could not be installed. Install uv (docs.astral.sh/uv), or a Python with venv and pip"
        " (Debian: apt-get install python3-venv), then run make again."
    )


def _by_venv(python: str) -> bool:
    return (
        _empty_home()
        and attempt([python, "-m", "venv", HOME])
        and attempt([HOME / "bin" / "python", "-m", "pip", "install", "--quiet", VERSION])
    )


def _by_pip() -> bool:
    return _empty_home() and attempt(
        [sys.executable, "-m", "pip", "install", "--quiet", "--target", HOME, VERSION]
    )


def _by_debian() -> bool:
    return debian.install("python3-venv") and _by_venv("/usr/bin/python3")


def _empty_home() -> bool:
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir()
    (HOME / ".gitignore").write_text("*\n")
    return True
