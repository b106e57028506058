"""A stranger who makes clients without end: what of it arrives, what it leaves, who notices.

    python -m benchmarks.unknown_callers --attempts 200000

One address asks for a new client over and over, on so many connections, while somebody at another
one mints session tokens at an even pace. Told are the refusals, the rows and the memory that
remain, and how long a token took, before and meanwhile.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import httpx

from benchmarks import processes
from benchmarks.serving import free_port, postmaster_pid, wait_until_ready
from hallporter.cli import command_context
from hallporter.config import Config

_STRANGER = "127.0.0.66"
_PASSWORD = "correct horse battery"  # of nobody
_QUIET_SECONDS = 15.0
_BETWEEN_TOKENS = 0.02
_HALLPORTER = [sys.executable, "-m", "hallporter"]


async def flood(port: int, attempts: int, connections: int) -> Counter[int]:
    """Ask for clients from the stranger's address; return how often each status came."""
    left = iter(range(attempts))
    found = await asyncio.gather(*(_ask(port, left) for _ in range(connections)))
    return sum(found, Counter[int]())


async def _ask(port: int, left: Any) -> Counter[int]:
    statuses: Counter[int] = Counter()
    request = f"PUT /v1/client HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 0\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(_STRANGER, 0))
    for _ in left:
        writer.write(request.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        statuses[int(head.split(b" ", 2)[1])] += 1
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
    writer.close()
    return statuses


class Minter:
    """Somebody who is signed in and mints tokens, one every so often."""

    def __init__(self, port: int, secret_key: str) -> None:
        self._http = httpx.AsyncClient(base_url=f"http://localhost:{port}", timeout=30)
        self._key = {"Authorization": f"Bearer {secret_key}"}
        self._path = ""
        self.failed = 0

    async def sign_in(self) -> None:
        """Become a user and sign in."""
        user = {"email_address": ["ada@example.com"], "password": _PASSWORD}
        (await self._http.post("/v1/users", json=user, headers=self._key)).raise_for_status()
        form = {"strategy": "password", "identifier": "ada@example.com", "password": _PASSWORD}
        reply = await self._http.post("/v1/client/sign_ins", data=form)
        session = reply.raise_for_status().json()["response"]["created_session_id"]
        self._path = f"/v1/client/sessions/{session}/tokens"

    async def until(self, end: "asyncio.Future[Any]") -> list[float]:
        """Mint until `end` is done; return how long each took, in ms, from when it was due."""
        taken: list[float] = []
        due = time.perf_counter()
        while not end.done():
            reply = await self._http.post(self._path)
            self.failed += reply.status_code != 200
            taken.append((time.perf_counter() - due) * 1000)
            # One that was late makes the next no later: that one waits as well.
            due = max(due + _BETWEEN_TOKENS, time.perf_counter() - 1)
            await asyncio.sleep(due - time.perf_counter())
        return taken


async def measured(port: int, secret_key: str, attempts: int, connections: int) -> dict[str, Any]:
    """Mint in quiet and during the flood."""
    minter = Minter(port, secret_key)
    await minter.sign_in()
    await minter.until(_background(asyncio.sleep(2)))
    quiet = await minter.until(_background(asyncio.sleep(_QUIET_SECONDS)))
    # A process of its own: what sends must not hold up what measures.
    operation = ("--attempts", str(attempts), "--connections", str(connections))
    start = time.perf_counter()
    sender = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.unknown_callers", "--send-to", str(port), *operation),
        stdout=asyncio.subprocess.PIPE,
    )
    ended = _background(sender.communicate())
    meanwhile = await minter.until(ended)
    seconds = time.perf_counter() - start
    return {
        "statuses": json.loads(ended.result()[0]),
        "attempts_per_second": round(attempts / seconds),
        "tokens": {
            "quiet": _percentiles(quiet),
            "meanwhile": _percentiles(meanwhile),
            "failed": minter.failed,
        },
    }


def _background(work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
    return asyncio.create_task(work)


def _percentiles(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    return {
        "count": len(ordered),
        "p50_ms": round(ordered[len(ordered) // 2], 1),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)], 1),
    }


async def _rows(data_dir: Path) -> dict[str, int]:
    async with command_context.opened(Config(data_dir=data_dir)) as opened:
        return {
            table: await opened.db.value(f"select count(*) from {table}")
            for table in ("clients", "spendings")
        }


def _printed(data_dir: Path, *arguments: str) -> str:
    """Return what a command prints about the server of a data directory."""
    command = [*_HALLPORTER, *arguments, "--data-dir", str(data_dir)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def run(attempts: int, connections: int, workers: int) -> dict[str, Any]:
    """Start a server, try it, and return what came of it."""
    with tempfile.TemporaryDirectory(prefix="hallporter-bench-") as folder:
        data_dir, port = Path(folder) / "data", free_port()
        command = [*_HALLPORTER, "serve", "--port", str(port), "--workers", str(workers)]
        server = subprocess.Popen(
            [*command, "--data-dir", str(data_dir)],
            env={**os.environ, "HALLPORTER_PREFETCH": "0"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/v1/health")
            # In test mode this machine may ask as often as it likes.
            _printed(data_dir, "instance", "update", "default", "test_mode=false")
            key = json.loads(_printed(data_dir, "keys", "--json"))["secret_key"]
            postmaster = postmaster_pid(data_dir)
            before = processes.idle(server.pid, postmaster).memory_mib
            found = asyncio.run(measured(port, key, attempts, connections))
            after = processes.idle(server.pid, postmaster).memory_mib
            found["memory_mib"] = {"before": round(before), "after": round(after)}
            found["rows"] = asyncio.run(_rows(data_dir))
            return found
        finally:
            server.terminate()
            server.wait(30)


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=200_000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--send-to", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.send_to:
        print(json.dumps(asyncio.run(flood(given.send_to, given.attempts, given.connections))))
    else:
        print(json.dumps(run(given.attempts, given.connections, given.workers), indent=2))


if __name__ == "__main__":
    main()
