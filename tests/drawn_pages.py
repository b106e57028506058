"""Pages of docs/ that are drawn from the code, against what is written there."""

import difflib
import sys
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def compared(path: Path, page: str, *, command: str) -> int:
    """Tell whether `path` holds `page`, or what differs; 0 if it does, as programs end."""
    written = path.read_text() if path.exists() else ""
    name = path.relative_to(DOCS.parent)
    if written == page:
        print(f"{name} is up to date")
        return 0
    sys.stdout.writelines(
        difflib.unified_diff(
            written.splitlines(keepends=True), page.splitlines(keepends=True), "written", "true"
        )
    )
    print(f"{name} is out of date: run `{command} ARGS=--write`")
    return 1
