"""Compare the application with the published documents; `--write` brings the page up to date."""

import argparse
import sys
from typing import get_args

import structlog

from hallporter.contract.api_version import DATED, ApiVersion
from hallporter.edge.operation import Api
from hallporter.main import operations
from tests import drawn_pages
from tests.contract import documents, published
from tests.contract.documents import Document
from tests.contract.drift import drift
from tests.contract.walk import SETTINGS, walk
from tests.harness import running_harness
from tests.ledger.page import Drift, render

PAGE = drawn_pages.DOCS / "compatibility.md"
_ERROR = 40


def main(arguments: list[str]) -> int:
    """Return 0 when the page is true, or when nothing can be said about it."""
    parser = argparse.ArgumentParser(prog="make ledger", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the page instead")
    given = parser.parse_args(arguments)
    if published.folder() is None:
        print(published.ABSENT)
        return 0
    page = _page()
    if given.write:
        PAGE.write_text(page)
    return drawn_pages.compared(PAGE, page, command="make ledger")


def _page() -> str:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(_ERROR))
    found: dict[tuple[Api, ApiVersion], Document] = {}
    for version in DATED:
        for api in get_args(Api):
            document = documents.load(api, version)
            assert document is not None
            found[api, version] = document
    return render(operations(), found, _drift())


def _drift() -> dict[ApiVersion, Drift]:
    return {version: _drift_of(version) for version in DATED}


def _drift_of(version: ApiVersion) -> Drift:
    # A harness for each, because its clock stands still and a stand-in's tokens would soon come
    # from the future.
    with running_harness() as harness:
        return drift(walk(harness.make_instance(SETTINGS), version), version)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
