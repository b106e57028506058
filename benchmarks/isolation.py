"""What a flood of sign-ins does to those who are signed in.

`python -m benchmarks.isolation` mints session tokens one after another, first in peace, then beside
64 callers who do nothing but sign in by password.
"""

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import serving
from benchmarks.guests import Request
from benchmarks.serving import Served

_CLIENTS = 10_000
_FLOODING = 64
_QUIET_SECONDS = 4
_FLOOD_SECONDS = 8
FILLING_SECONDS = 1
# A page asks now and then, not as fast as it is answered.
PAUSE_SECONDS = 0.01


@dataclass(frozen=True)
class Isolation:
    """Latencies of a mint in ms, in peace and beside the flood; the flood's answers by status."""

    quiet_p50: float
    quiet_p99: float
    flood_p50: float
    flood_p99: float
    mints_failed: int
    flood: dict[int, int]

    @property
    def ratio(self) -> float:
        """How much longer the slowest hundredth waits beside the flood."""
        return self.flood_p99 / self.quiet_p99

    @property
    def line(self) -> str:
        """Everything in one line."""
        answers = ", ".join(f"{status}: {count}" for status, count in sorted(self.flood.items()))
        return (
            f"session token p50 / p99 {self.quiet_p50:.1f} / {self.quiet_p99:.1f} ms in peace, "
            f"{self.flood_p50:.1f} / {self.flood_p99:.1f} ms beside {_FLOODING} signing in "
            f"({self.ratio:.1f}x); mints failed: {self.mints_failed}; sign-ins by status: {answers}"
        )


def main() -> None:
    """Fill a server, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.isolation", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("var/bench"))
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    with serving.served(given.data / str(_CLIENTS), _CLIENTS, workers=given.workers) as served:
        print(measure(served).line)


def measure(served: Served) -> Isolation:
    """Return how a server that runs keeps the two apart; takes some 14 s."""
    return asyncio.run(_measure(served))


async def _measure(served: Served) -> Isolation:
    rows = {row.name: [*row.requests()] for row in served.guests.rows()}
    mints, sign_ins = rows["session token"], rows["sign-in by password"]
    address = urlsplit(served.url)
    quiet = Caller(address.hostname or "", address.port or 80)
    await quiet.call(mints, FILLING_SECONDS, pause=PAUSE_SECONDS)
    quiet.forget()
    await quiet.call(mints, _QUIET_SECONDS, pause=PAUSE_SECONDS)
    crowd = [Caller(quiet.host, quiet.port) for _ in range(_FLOODING)]
    share = len(sign_ins) // _FLOODING
    floods = [
        asyncio.create_task(each.call(sign_ins[number * share :], _FLOOD_SECONDS))
        for number, each in enumerate(crowd)
    ]
    await asyncio.sleep(FILLING_SECONDS)
    beside = Caller(quiet.host, quiet.port)
    await beside.call(mints, _FLOOD_SECONDS - 2 * FILLING_SECONDS, pause=PAUSE_SECONDS)
    await asyncio.gather(*floods)
    return Isolation(
        quiet_p50=quiet.percentile(50),
        quiet_p99=quiet.percentile(99),
        flood_p50=beside.percentile(50),
        flood_p99=beside.percentile(99),
        mints_failed=quiet.failed + beside.failed,
        flood=dict(sum((each.statuses for each in crowd), Counter[int]())),
    )


class Caller:
    """One connection that asks, reads the answer, and asks again."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self.forget()

    def forget(self) -> None:
        """Begin to count anew."""
        self.statuses: Counter[int] = Counter()
        self._milliseconds: list[float] = []

    @property
    def failed(self) -> int:
        """How many answers were no success."""
        return sum(count for status, count in self.statuses.items() if status != 200)

    def percentile(self, percent: float) -> float:
        """Return the latency (ms) that so many in a hundred did not exceed."""
        ordered = sorted(self._milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

    async def call(self, requests: Iterable[Request], seconds: float, *, pause: float = 0) -> None:
        """Send one request after another for so long."""
        reader, writer = await asyncio.open_connection(self.host, self.port)
        until = time.perf_counter() + seconds
        for request in cycle(requests):
            began = time.perf_counter()
            if began > until:
                break
            writer.write(_bytes(request, self.host))
            self.statuses[await _status(reader)] += 1
            self._milliseconds.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(pause)
        writer.close()


def _bytes(request: Request, host: str) -> bytes:
    headers = {
        "Host": host,
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(request.body)),
        **request.headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{request.method} {request.path} HTTP/1.1\r\n{head}\r\n{request.body}".encode()


async def _status(reader: asyncio.StreamReader) -> int:
    """Read one answer and return its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode().lower().split("\r\n")
    length = next(line for line in lines if line.startswith("content-length:"))
    await reader.readexactly(int(length.partition(":")[2]))
    return int(lines[0].split()[1])


if __name__ == "__main__":
    main()
