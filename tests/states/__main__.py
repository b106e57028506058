"""Compare docs/states with the tables in the code; `--write` brings the pages up to date."""

import argparse
import difflib
import sys
from pathlib import Path

from tests.states import session, sign_in, sign_up

FOLDER = Path(__file__).parents[2] / "docs" / "states"


def pages() -> dict[str, str]:
    """Return every page by its file's name."""
    return {
        "sign-in.md": sign_in.page(),
        "sign-up.md": sign_up.page(),
        "session.md": session.page(),
    }


def main(arguments: list[str]) -> int:
    """Return 0 when the pages are true."""
    parser = argparse.ArgumentParser(prog="make states", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the pages instead")
    if parser.parse_args(arguments).write:
        FOLDER.mkdir(exist_ok=True)
        for name, page in pages().items():
            (FOLDER / name).write_text(page)
    return max(_told(FOLDER / name, page) for name, page in pages().items())


def _told(path: Path, page: str) -> int:
    written = path.read_text() if path.exists() else ""
    if written == page:
        print(f"docs/states/{path.name} is up to date")
        return 0
    sys.stdout.writelines(
        difflib.unified_diff(
            written.splitlines(keepends=True), page.splitlines(keepends=True), "written", "true"
        )
    )
    print(f"docs/states/{path.name} is out of date: run `make states ARGS=--write`")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
