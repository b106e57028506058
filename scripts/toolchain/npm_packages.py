"""npm packages, as their lock file has them: Clerk's own for the tests, peers for the bench."""

import os
from collections.abc import Mapping
from pathlib import Path

from scripts.toolchain import records
from scripts.toolchain.shell import ROOT, MissingPiece, attempt, say

INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


def set_up() -> Mapping[str, str]:
    """Install the locked npm packages beside the tests that use them."""
    return _installed("npm-packages", ROOT / "tests" / "sdk")


def set_up_peers() -> Mapping[str, str]:
    """Install the servers that `make bench-peers` compares with."""
    return _installed("peers", ROOT / "benchmarks" / "peers")


def _installed(piece: str, folder: Path) -> Mapping[str, str]:
    key = records.digest(folder / "package.json", folder / "package-lock.json")
    installed = (folder / "node_modules" / ".package-lock.json").exists()
    if installed and records.recall(piece, key) is not None:
        return {}
    say(f"npm: installing the locked packages into {folder.relative_to(ROOT)}/node_modules")
    if not attempt([os.environ["HALLPORTER_NPM"], *INSTALL, "--prefix", folder]):
        raise MissingPiece("the locked npm packages could not be installed, see above.")
    records.remember(piece, key)
    return {}
