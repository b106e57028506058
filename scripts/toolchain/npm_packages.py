"""npm packages, as their lock files have them: for the tests, the examples and the bench."""

import os
from collections.abc import Mapping
from pathlib import Path

from scripts.toolchain import records
from scripts.toolchain.shell import ROOT, MissingPiece, attempt, say

EXAMPLES = ROOT / "examples"
NAMES = ("express", "nextjs", "react-vite")

INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


def set_up() -> Mapping[str, str]:
    """Install the locked npm packages beside the tests that use them."""
    return _installed("npm-packages", ROOT / "tests" / "sdk")


def set_up_peers() -> Mapping[str, str]:
    """Install the servers that `make bench-peers` compares with."""
    return _installed("peers", ROOT / "benchmarks" / "peers")


def set_up_examples() -> Mapping[str, str]:
    """Install what each of the example apps is made of."""
    for name in NAMES:
        _installed(f"example-{name}", EXAMPLES / name)
    return {}


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
