"""The pinned packages, through the machine's own npm: run after every change of a pin."""

import asyncio
import gzip
import re
from pathlib import Path

import pytest

from hallporter.delivery import npm_packages
from hallporter.delivery.npm_pins import PINS
from hallporter.pages import assets
from hallporter.pages.assets import Answer

# How a bundle computes the file name of a chunk: its names by number, then two fixed endings.
CHUNKS = re.compile(
    r'=>""\+\(+\{(?P<names>[^}]*)\}\)?\[\w\]\|\|\w\)\+"(?P<build>_[\w.]+_)"\+\w\.h\(\)'
    r'\.slice\(0,6\)\+"(?P<version>_[\d.]+\.js)",\w\.h=\(\)=>"(?P<hash>\w{6})'
)
LOADED = re.compile(r'\.e\("?(\d+)"?\)')

ENTRIES = (
    ("@clerk/clerk-js@6", "clerk.browser.js"),
    ("@clerk/clerk-js@6", "clerk.legacy.browser.js"),
    ("@clerk/clerk-js@5", "clerk.browser.js"),
    ("@clerk/clerk-js@5", "clerk.headless.browser.js"),
    ("@clerk/ui@1", "ui.browser.js"),
    ("@clerk/ui@1", "ui.legacy.browser.js"),
    ("@clerk/ui@1", "ui.shared.browser.js"),
)


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    data_dir = tmp_path_factory.mktemp("data")
    lines: list[str] = []
    asyncio.run(npm_packages.fetch_all(data_dir, lines.append))
    return data_dir, lines


def get(data_dir: Path, path: str) -> Answer:
    return asyncio.run(assets.serve(data_dir, path, accept_encoding="gzip", if_none_match=None))


def test_every_pin_is_fetched_reported_and_listed(fetched: tuple[Path, list[str]]):
    data_dir, lines = fetched
    for pin, line in zip(PINS, lines, strict=True):
        assert line.startswith(f"{pin.name} {pin.version} ")
        assert line.endswith("fetched, sha512 verified")
    listed = {(package.name, package.version) for package in npm_packages.installed(data_dir)}
    assert listed == {(pin.name, pin.version) for pin in PINS}


def test_every_entry_script_and_every_chunk_it_loads_are_served(
    fetched: tuple[Path, list[str]],
):
    data_dir, _ = fetched
    for package, entry in ENTRIES:
        reply = get(data_dir, f"/npm/{package}/dist/{entry}")
        for path in chunk_paths(package, gzip.decompress(reply.body).decode()):
            assert get(data_dir, path).status == 200, path


def chunk_paths(package: str, script: str) -> list[str]:
    chunks = CHUNKS.search(script)
    assert chunks
    ending = f"{chunks['build']}{chunks['hash']}{chunks['version']}"
    names = dict(re.findall(r'(\d+):"([^"]+)"', chunks["names"]))
    wanted = {*names, *LOADED.findall(script)}
    assert len(wanted) > 5
    # The scripts leave the alias and ask for chunks of their own exact version.
    exact = f"{package.rpartition('@')[0]}@{chunks['version'].removeprefix('_')[:-3]}"
    return [f"/npm/{exact}/dist/{names.get(number, number)}{ending}" for number in wanted]
