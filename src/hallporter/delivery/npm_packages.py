"""Browser packages on this machine: `<data directory>/npm/<name>@<version>`, fetched once each."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import msgspec

from hallporter.delivery import npm_tarball, npm_transfer
from hallporter.delivery.npm_pins import PINS, PackageUnavailable, Pin

if sys.platform != "win32":
    import fcntl

FETCH_FOLDER = ".fetching"
TURN_POLL_SECONDS = 0.2

_under_way: dict[Path, asyncio.Task[Path]] = {}


class Installed(msgspec.Struct, frozen=True):
    """A package that is here, pinned by this release or by an earlier one."""

    name: str
    version: str
    folder: Path


def installed(data_dir: Path) -> list[Installed]:
    """List the packages unpacked in `data_dir`."""
    return [
        Installed(f"{folder.parent.name}/{name}", version, folder)
        for folder in sorted((data_dir / "npm").glob("@*/*@*"))
        for name, _, version in [folder.name.partition("@")]
        if folder.is_dir()
    ]


async def ensure(data_dir: Path, package: Pin) -> Path:
    """Return the folder of `package`, fetching it first when it is not here.

    Raises `PackageUnavailable`; nothing of a failure is kept, the next call tries again.
    """
    folder = _folder(data_dir, package)
    if folder.is_dir():
        return folder
    task = _under_way.get(folder)
    if task is None:
        task = asyncio.create_task(_fetch(data_dir, package))
        _under_way[folder] = task
        task.add_done_callback(lambda _: _under_way.pop(folder))
    # One visitor who leaves must not stop what the others wait for.
    return await asyncio.shield(task)


async def fetch_all(data_dir: Path, report: Callable[[str], None]) -> None:
    """Fetch every pinned package, telling `report` one line about each."""
    for pin in PINS:
        was_here = _folder(data_dir, pin).is_dir()
        folder = await ensure(data_dir, pin)
        size = sum(file.stat().st_size for file in folder.rglob("*"))
        origin = "already here" if was_here else "fetched, sha512 verified"
        report(f"{pin.name} {pin.version}  {size / 1_000_000:.1f} MB  {origin}")


def _folder(data_dir: Path, pin: Pin) -> Path:
    return data_dir.absolute() / "npm" / str(pin)


async def _fetch(data_dir: Path, pin: Pin) -> Path:
    folder = _folder(data_dir, pin)
    try:
        fetch_folder = _prepare(folder)
        async with _turn(fetch_folder / f"{folder.name}.lock"):
            if not folder.is_dir():
                await _install(pin, folder, fetch_folder)
    except OSError as error:
        raise PackageUnavailable(
            f"{pin} could not be stored in the data directory.", str(error)
        ) from error
    return folder


def _prepare(folder: Path) -> Path:
    # On the same filesystem as the goal, so that the last step is one rename.
    fetch_folder = folder.parent.parent / FETCH_FOLDER
    fetch_folder.mkdir(parents=True, exist_ok=True)
    folder.parent.mkdir(exist_ok=True)
    return fetch_folder


async def _install(pin: Pin, folder: Path, fetch_folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=fetch_folder) as scratch:
        tarball = await npm_transfer.download(pin, Path(scratch))
        await asyncio.to_thread(_place, tarball, pin, folder)


def _place(tarball: Path, pin: Pin, folder: Path) -> None:
    npm_tarball.verify(tarball, pin)
    unpacked = npm_tarball.unpack(tarball, pin, into=tarball.parent)
    try:
        unpacked.rename(folder)
    except OSError:
        # Another process was first; what it placed passed the same check.
        if not folder.is_dir():
            raise


@asynccontextmanager
async def _turn(lock: Path) -> AsyncGenerator[None]:
    """Hold the one place in the queue of processes that would fetch the same package."""
    with lock.open("a") as file:
        # The other may be another process: there is no event to wait for, and flock would block.
        while not _is_locked(file):  # noqa: ASYNC110
            await asyncio.sleep(TURN_POLL_SECONDS)
        yield


def _is_locked(file: IO[str]) -> bool:
    # Windows has no flock: there two processes may both fetch, and the rename decides.
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
