"""Where Clerk's published OpenAPI documents are: `HALLPORTER_SPEC` names the folder."""

import os
from pathlib import Path

from hallporter.contract.api_version import NEWEST

ABSENT = "Clerk's published OpenAPI documents are not at hand: nothing was compared with them."
_BESIDE = Path(__file__).parents[2].parent / "shared" / "spec"


def folder() -> Path | None:
    """Return where the documents are, or None."""
    named = os.environ.get("HALLPORTER_SPEC")
    found = Path(named) if named else _BESIDE
    return found if (found / NEWEST / "backend.yml").exists() else None
