"""Compare docs/operating/settings.md with the settings; `--write` brings the page up to date."""

import argparse
import sys

from tests import drawn_pages
from tests.settings.page import page

PAGE = drawn_pages.DOCS / "operating" / "settings.md"


def main(arguments: list[str]) -> int:
    """Return 0 when the page is true."""
    parser = argparse.ArgumentParser(prog="make settings", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the page instead")
    if parser.parse_args(arguments).write:
        PAGE.write_text(page())
    return drawn_pages.compared(PAGE, page(), command="make settings")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
