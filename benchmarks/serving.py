"""A filled server, started as a user would start it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks import fill, processes
from benchmarks.callers import PASSWORD, Callers
from hallporter.cli import command_context
from hallporter.config import Config
from hallporter.core import passwords
from hallporter.core.clock import SystemClock
from hallporter.features.directory.directory import load
from hallporter.features.instances import actions as instance_actions
from hallporter.features.instances.actions import NewInstance


@dataclass(frozen=True)
class Served:
    """A running server with so many clients, and who calls it."""

    url: str
    dsn: str
    serve_pid: int
    postmaster_pid: int
    start_seconds: float
    idle_mib: float
    clients: int
    workers: int
    callers: Callers
    config: Config


async def prepare(data_dir: Path, clients: int) -> None:
    """Fill the database in `data_dir` unless an earlier run has."""
    done = data_dir / f"filled-{clients}"
    if done.exists():
        return
    async with command_context.opened(Config(data_dir=data_dir)) as opened:
        given = NewInstance(slug="default", frontend_host="clerk.localhost:4100")
        instance_id = await instance_actions.create_instance(
            opened.db, opened.box, given, opened.now
        )
        password_hash = await passwords.hash_password(PASSWORD)
        dsn = opened.config.database_url or ""
        await fill.fill(dsn, instance_id, clients, password_hash, opened.now)
    done.touch()


@dataclass(frozen=True)
class Started:
    """A server that answers: its address, its process, and after how long it was ready."""

    url: str
    pid: int
    seconds: float


@contextmanager
def started(
    data_dir: Path, *, workers: int = 1, python: Path = Path(sys.executable)
) -> Generator[Started]:
    """Run the `hallporter serve` of an interpreter on a data directory."""
    port = free_port()
    command = [str(python), "-m", "hallporter", "serve", "--data-dir", str(data_dir)]
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--port", str(port), "--workers", str(workers)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HALLPORTER_LOG_LEVEL": "error", "HALLPORTER_PREFETCH": "0"},
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(f"{url}/v1/health")
        yield Started(url, process.pid, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@contextmanager
def served(data_dir: Path, clients: int, *, workers: int) -> Generator[Served]:
    """Run `hallporter serve` on a filled data directory."""
    asyncio.run(prepare(data_dir, clients))
    with started(data_dir, workers=workers) as server:
        dsn, postmaster_pid, callers = asyncio.run(_inside(data_dir, clients))
        yield Served(
            url=server.url,
            dsn=dsn,
            serve_pid=server.pid,
            postmaster_pid=postmaster_pid,
            start_seconds=server.seconds,
            idle_mib=processes.idle(server.pid, postmaster_pid).memory_mib,
            clients=clients,
            workers=workers,
            callers=callers,
            config=Config(data_dir=data_dir),
        )


async def _inside(data_dir: Path, clients: int) -> tuple[str, int, Callers]:
    async with command_context.opened(Config(data_dir=data_dir)) as opened:
        row = await instance_actions.find(opened.db, None)
        dsn = opened.config.database_url or ""
        # Here rather than when it is filled: what rows need grows, and a filled database stays.
        await fill.furnish(dsn, row.id, opened.now)
        instance = await load(opened.db, opened.box, row, opened.now)
        secret_key = await instance_actions.secret_key(opened.db, opened.box, row.id)
        callers = Callers(instance, secret_key, clients, SystemClock().now())
        return dsn, postmaster_pid(data_dir), callers


def postmaster_pid(data_dir: Path) -> int:
    """Return the process id of the bundled PostgreSQL."""
    found = next(data_dir.glob("postgres/**/postmaster.pid"))
    return int(found.read_text().splitlines()[0])


def wait_until_ready(url: str) -> None:
    """Wait until a GET of `url` succeeds."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.01)
    raise TimeoutError("the server did not start")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
