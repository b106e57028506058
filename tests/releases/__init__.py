"""The release before this one, kept whole: what it needs of the schema is what it does."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

WHEELS = sorted(Path(__file__).parent.glob("hallporter-*.whl"))


def wheel() -> Path:
    """Return the newest release that is kept."""
    return max(WHEELS, key=lambda path: [int(each) for each in path.name.split("-")[1].split(".")])


def unpacked(folder: Path) -> Path:
    """Unpack it into `folder` and return that: where Python is to look first."""
    with zipfile.ZipFile(wheel()) as packed:
        packed.extractall(folder)
    return folder


def migrations() -> dict[str, bytes]:
    """Return its migrations by name."""
    with zipfile.ZipFile(wheel()) as packed:
        return {
            Path(name).name: packed.read(name)
            for name in packed.namelist()
            if name.startswith("hallporter/migrations/sql/")
        }


def run(code: str, folder: Path, *arguments: str) -> str:
    """Run `code` with the release that is in `folder` and return what it prints."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    ).stdout
