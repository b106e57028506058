"""What connections that say next to nothing do to those who are signed in.

`python -m benchmarks.slow` mints session tokens one after another, first in peace, then while 1 500
connections are open that never finish what they began: half of them a head, half of them a body.
"""

import argparse
import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import beside, processes, serving
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
    slow: list[Streams] = []
    memory: list[float] = []

    @asynccontextmanager
    async def open_slowly() -> AsyncGenerator[None]:
        memory.append(_mib(served))
        address = urlsplit(served.url)
        for number in range(count):
            slow.append(await _begin(address.hostname or "", address.port or 80, number))
        yield
        memory.append(_mib(served))

    mints = await beside.measured(
        served, open_slowly, quiet_seconds=_SECONDS, busy_seconds=_SECONDS
    )
    left = await _until_ended(slow)
    return (
        f"{mints.line(f'{count} slow connections')}; memory {memory[0]:.0f} MiB, then "
        f"{memory[1]:.0f} MiB; still open after their time: {left}"
    )


def _mib(served: Served) -> float:
    return processes.usage(served.serve_pid, served.postmaster_pid).memory_mib


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
    with suppress(ConnectionError):
        await reader.read()


if __name__ == "__main__":
    main()
