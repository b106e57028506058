"""What connections that say next to nothing do to those who are signed in.

`python -m benchmarks.slow` mints session tokens one after another, first in peace, then while 1 500
connections are open that never finish what they began: half of them a head, half of them a body.
"""

import argparse
import asyncio
import contextlib
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import processes, serving
from benchmarks.isolation import FILLING_SECONDS, PAUSE_SECONDS, Caller
from benchmarks.serving import Served

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_CLIENTS = 10_000
_SLOW = 1_500
_SECONDS = 8
_HALF_A_HEAD = b"GET /v1/client HTTP/1.1\r\nHost: localhost\r\n"
_HALF_A_BODY = b"POST /v1/client HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\na="


def main() -> None:
    """Fill a server, measure and print; takes some 40 s once it is filled."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.slow", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("var/bench"))
    parser.add_argument("--connections", type=int, default=_SLOW)
    given = parser.parse_args()
    with serving.served(given.data / str(_CLIENTS), _CLIENTS, workers=1) as served:
        print(asyncio.run(_measure(served, given.connections)))


async def _measure(served: Served, count: int) -> str:
    mints = next([*row.requests()] for row in served.guests.rows() if row.name == "session token")
    address = urlsplit(served.url)
    quiet, beside = (Caller(address.hostname or "", address.port or 80) for _ in range(2))
    await quiet.call(mints, FILLING_SECONDS, pause=PAUSE_SECONDS)
    quiet.forget()
    await quiet.call(mints, _SECONDS, pause=PAUSE_SECONDS)
    idle = processes.usage(served.serve_pid, served.postmaster_pid).memory_mib
    slow = [await _begin(quiet.host, quiet.port, number) for number in range(count)]
    await beside.call(mints, _SECONDS, pause=PAUSE_SECONDS)
    busy = processes.usage(served.serve_pid, served.postmaster_pid).memory_mib
    left = await _until_ended(slow)
    return (
        f"session token p50 / p99 {quiet.percentile(50):.1f} / {quiet.percentile(99):.1f} ms in "
        f"peace, {beside.percentile(50):.1f} / {beside.percentile(99):.1f} ms beside {count} slow "
        f"connections ({beside.percentile(99) / quiet.percentile(99):.1f}x); mints failed: "
        f"{quiet.failed + beside.failed}; memory {idle:.0f} MiB, then {busy:.0f} MiB; still open "
        f"after their time: {left}"
    )


async def _begin(host: str, port: int, number: int) -> Streams:
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(_HALF_A_BODY if number % 2 else _HALF_A_HEAD)
    return reader, writer


async def _until_ended(slow: list[Streams]) -> int:
    """Return how many are open when the server's limits for a head and a body are long past."""
    ending = [asyncio.create_task(_end(reader)) for reader, _ in slow]
    _, open_still = await asyncio.wait(ending, timeout=45)
    for each in open_still:
        each.cancel()
    return len(open_still)


async def _end(reader: asyncio.StreamReader) -> None:
    with contextlib.suppress(ConnectionError):
        await reader.read()


if __name__ == "__main__":
    main()
