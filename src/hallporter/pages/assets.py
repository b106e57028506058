"""`/npm/*`: the browser packages, by alias (`@6`, `@latest`) and by exact version alike."""

import asyncio
import re
from functools import lru_cache
from pathlib import Path, PurePosixPath

import msgspec

from hallporter.delivery import npm_packages
from hallporter.delivery.npm_pins import PINS, Pin
from hallporter.pages.http import Answer

URL = re.compile(r"/npm/(@[a-z0-9-]+/[a-z0-9-]+)@([A-Za-z0-9.-]+)/(.+)")
ZERO_QUALITY = re.compile(r"q=0(\.0*)?")

# An alias moves when the server is upgraded; an exact version never does.
ALIAS_CACHE = "public, max-age=300"
EXACT_CACHE = "public, max-age=31536000, immutable"

CONTENT_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
PLAIN_TEXT = "text/plain; charset=utf-8"

# Pages of any origin load these scripts, and they hold nothing of anyone.
SHARED_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


class Asset(msgspec.Struct, frozen=True):
    """What a path asks for: a file of one exact version, pinned by this release or not."""

    name: str
    version: str
    file: str
    pin: Pin | None
    is_alias: bool


NOT_FOUND = Answer(
    404,
    {**SHARED_HEADERS, "Content-Type": PLAIN_TEXT, "Cache-Control": "no-store"},
    b"There is no such package, version or file here.\n",
)


def resolve(path: str) -> Asset | None:
    """Say what the decoded `path` asks for; None when it can be nothing of ours."""
    match = URL.fullmatch(path)
    if not match:
        return None
    name, version, file = match.groups()
    for pin in PINS:
        if pin.name == name and version in (pin.version, *pin.aliases):
            return Asset(name, pin.version, file, pin, is_alias=version != pin.version)
    return Asset(name, version, file, None, is_alias=False)


async def serve(
    data_dir: Path, path: str, *, accept_encoding: str | None, if_none_match: str | None
) -> Answer:
    """Answer a GET of `path`, fetching its package on first need.

    Raises `PackageUnavailable` when the package is pinned, absent and cannot be fetched now.
    """
    asset = resolve(path)
    folder = await _folder(data_dir, asset) if asset else None
    if asset is None or folder is None:
        return NOT_FOUND
    # The name is only ever compared with names that are there, never joined to a path unseen.
    has_gzip = _files(folder).get(asset.file)
    if has_gzip is None:
        return NOT_FOUND
    compress = has_gzip and _accepts_gzip(accept_encoding)
    headers = _headers(asset, varies=has_gzip, compress=compress)
    if _matches(if_none_match, headers["ETag"]):
        return Answer(304, headers, b"")
    file = folder / (f"{asset.file}.gz" if compress else asset.file)
    return Answer(200, headers, await asyncio.to_thread(file.read_bytes))


async def _folder(data_dir: Path, asset: Asset) -> Path | None:
    if asset.pin:
        return await npm_packages.ensure(data_dir, asset.pin)
    # A page opened before an upgrade still asks for chunks of the version it started with.
    for package in npm_packages.installed(data_dir):
        if (package.name, package.version) == (asset.name, asset.version):
            return package.folder
    return None


@lru_cache(maxsize=16)
def _files(folder: Path) -> dict[str, bool]:
    """Map every file of a package, which never changes, to whether it also lies there gzipped."""
    names = {
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and not file.is_symlink()
    }
    return {name: f"{name}.gz" in names for name in names if not name.endswith(".gz")}


def _headers(asset: Asset, *, varies: bool, compress: bool) -> dict[str, str]:
    headers = {
        **SHARED_HEADERS,
        "Content-Type": CONTENT_TYPES.get(PurePosixPath(asset.file).suffix, PLAIN_TEXT),
        "Cache-Control": ALIAS_CACHE if asset.is_alias else EXACT_CACHE,
        # A file of a published version never changes, so the version is tag enough.
        "ETag": f'"{asset.version}-gzip"' if compress else f'"{asset.version}"',
    }
    if varies:
        headers["Vary"] = "Accept-Encoding"
    if compress:
        headers["Content-Encoding"] = "gzip"
    return headers


def _accepts_gzip(accept_encoding: str | None) -> bool:
    for item in (accept_encoding or "").lower().replace(" ", "").split(","):
        coding, _, weight = item.partition(";")
        if coding == "gzip":
            return not ZERO_QUALITY.fullmatch(weight)
    return False


def _matches(if_none_match: str | None, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    return etag in tags or "*" in tags
