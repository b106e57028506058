"""A Chromium for the browser tests: one that is installed, Playwright's, or Debian's."""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.toolchain import debian, records
from scripts.toolchain.shell import ROOT, VENV, MissingPiece, attempt, probe, say

PIECE = "chromium"
VARIABLE = "HALLPORTER_CHROMIUM"
NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]

PLAYWRIGHT_PATH = """\
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def set_up() -> Mapping[str, str]:
    """Find or install a Chromium that starts, and return the variable that makes it known."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return {VARIABLE: _chosen(chosen)}
    key = records.digest(os.environ.get("PATH", ""), ROOT / "uv.lock")
    found = records.recall(PIECE, key)
    if found is None or not Path(found[0]).exists():
        found = [_first_that_starts()]
        records.remember(PIECE, key, *found)
    return {VARIABLE: found[0]}


def _chosen(path: str) -> str:
    if not _starts(path):
        raise MissingPiece(f"{VARIABLE}={path} does not start.")
    return path


def _first_that_starts() -> str:
    ways: list[Callable[[], str | None]] = [
        _installed,
        _from_playwright,
        _downloaded,
        _from_debian,
    ]
    for way in ways:
        path = way()
        if path and _starts(path):
            return path
    raise MissingPiece(
        "no Chromium for the browser tests. Install Chromium or Chrome (Debian:"
        f" apt-get install chromium) or name one in {VARIABLE}, then run make again."
    )


def _installed() -> str | None:
    # A package manager puts it where a short PATH may not look.
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/bin"])
    return next(filter(None, (shutil.which(name, path=places) for name in NAMES)), None)


def _from_playwright() -> str | None:
    return probe([VENV / "bin" / "python", "-c", PLAYWRIGHT_PATH])


def _downloaded() -> str | None:
    say("Chromium: none installed, trying playwright install chromium")
    if not attempt([VENV / "bin" / "playwright", "install", "chromium"]):
        return None
    return _from_playwright()


def _from_debian() -> str | None:
    return _installed() if debian.install("chromium") else None


def _starts(path: str) -> bool:
    # `--version` also succeeds where a library is missing, so ask for a page.
    with tempfile.TemporaryDirectory() as profile:
        options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
        page = probe([path, *options, "--dump-dom", "data:text/html,<p>ready"], seconds=60)
    return page is not None and "ready" in page
