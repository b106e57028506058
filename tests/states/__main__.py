"""Compare docs/states with the tables in the code; `--write` brings the pages up to date."""

import argparse
import sys

from tests import drawn_pages
from tests.states import session, sign_in, sign_up

FOLDER = drawn_pages.DOCS / "states"


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
    return max(
        drawn_pages.compared(FOLDER / name, page, command="make states")
        for name, page in pages().items()
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
