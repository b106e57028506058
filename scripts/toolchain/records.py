"""What has been set up already, so that a second `make run` starts at once."""

import hashlib
from pathlib import Path

from scripts.toolchain.shell import ROOT, VENV

RECORDS = VENV / "toolchain"


def digest(*parts: str | Path) -> str:
    """Return one hash over the content of the files and the strings given."""
    hashed = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        hashed.update(len(content).to_bytes(8) + content)
    # A copied checkout must not run what its copied environment still points at.
    hashed.update(bytes(ROOT))
    return hashed.hexdigest()


def recall(piece: str, key: str) -> list[str] | None:
    """Return the values recorded for `piece`, or None where it was set up from anything else."""
    record = RECORDS / piece
    if not record.exists():
        return None
    recorded, *values = record.read_text().splitlines()
    return values if recorded == key else None


def remember(piece: str, key: str, *values: str) -> None:
    """Record that `piece` is set up, and the values it was found to have."""
    RECORDS.mkdir(parents=True, exist_ok=True)
    (RECORDS / piece).write_text("\n".join([key, *values]) + "\n")
