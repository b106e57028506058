"""The npm packages that the tests drive: Clerk's own, as `tests/sdk/package-lock.json` has them."""

import os
from collections.abc import Mapping

from scripts.toolchain import records
from scripts.toolchain.shell import ROOT, MissingPiece, attempt, say

PIECE = "npm-packages"
FOLDER = ROOT / "tests" / "sdk"
INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


def set_up() -> Mapping[str, str]:
    """Install the locked npm packages beside the tests that use them."""
    key = records.digest(FOLDER / "package.json", FOLDER / "package-lock.json")
    installed = (FOLDER / "node_modules" / ".package-lock.json").exists()
    if installed and records.recall(PIECE, key) is not None:
        return {}
    say("npm: installing the locked packages into tests/sdk/node_modules")
    if not attempt([os.environ["HALLPORTER_NPM"], *INSTALL, "--prefix", FOLDER]):
        raise MissingPiece("the locked npm packages could not be installed, see above.")
    records.remember(PIECE, key)
    return {}
