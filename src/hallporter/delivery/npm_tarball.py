"""From a downloaded tarball to files a browser may ask for: verified, trimmed, compressed."""

import base64
import gzip
import hashlib
import os
import re
import shutil
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

from hallporter.delivery.npm_pins import PackageUnavailable, Pin

MAX_TARBALL_BYTES = 64 * 1024 * 1024
MAX_UNPACKED_BYTES = 256 * 1024 * 1024

# Bundles and their chunks lie flat in dist; deeper are modules for bundlers, types and source maps,
# no browser can use them. The licence asks to travel along.
KEPT = re.compile(r"package/(LICENSE|dist/[^/]+\.(js|css|txt))")

# Below this a gzip header and another round of bookkeeping save nothing.
WORTH_COMPRESSING_BYTES = 1024


def verify(tarball: Path, pin: Pin) -> None:
    """Refuse `tarball` unless its SHA-512 is the pinned one (W3C SRI form, as npm records it)."""
    if tarball.stat().st_size > MAX_TARBALL_BYTES:
        raise _unavailable(pin, "is absurdly large")
    with tarball.open("rb") as file:
        digest = hashlib.file_digest(file, "sha512").digest()
    integrity = f"sha512-{base64.b64encode(digest).decode()}"
    if integrity != pin.integrity:
        raise _unavailable(pin, "is not the pinned one", f"{integrity}, pinned {pin.integrity}")


def unpack(tarball: Path, pin: Pin, into: Path) -> Path:
    """Unpack what browsers need of the verified `tarball` below `into`; return that folder."""
    try:
        with tarfile.open(tarball, "r:gz") as archive:
            for member in _kept(archive, pin):
                _write(archive, member, into)
    except tarfile.TarError as error:
        raise _unavailable(pin, "cannot be unpacked", str(error)) from error
    folder = into / "package"
    if not folder.is_dir():
        raise _unavailable(pin, "holds no browser bundle")
    _compress(folder / "dist")
    _flush()
    return folder


def _kept(archive: tarfile.TarFile, pin: Pin) -> Iterator[tarfile.TarInfo]:
    size = 0
    for member in archive:
        # Counted before reading on, so a bomb is noticed at its header.
        size += member.size
        if size > MAX_UNPACKED_BYTES:
            raise _unavailable(pin, "is absurdly large")
        if member.isreg() and KEPT.fullmatch(member.name):
            yield member


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> None:
    """Write the content of a kept member, nothing else of it.

    By hand: the extraction filters came with Python 3.11.4, and `KEPT` lets no name climb out.
    """
    content = archive.extractfile(member)
    if content is None:
        return
    target = into / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    with content, target.open("wb") as file:
        shutil.copyfileobj(content, file)


def _compress(dist: Path) -> None:
    for file in list(dist.iterdir()):
        content = file.read_bytes()
        if len(content) >= WORTH_COMPRESSING_BYTES:
            packed = gzip.compress(content, mtime=0)
            file.with_name(f"{file.name}.gz").write_bytes(packed)


def _flush() -> None:
    # A rename may reach the disk before the contents do: after a power cut the folder would stand
    # there, complete in name, with empty scripts that browsers keep for a year.
    if sys.platform != "win32":
        os.sync()


def _unavailable(pin: Pin, what: str, detail: str = "") -> PackageUnavailable:
    return PackageUnavailable(f"The tarball of {pin} was refused: it {what}.", detail)
