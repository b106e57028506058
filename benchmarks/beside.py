"""What something does to those who are signed in: session tokens minted in peace, and beside it."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from itertools import cycle
from urllib.parse import urlsplit

from benchmarks.callers import Request
from benchmarks.serving import Served

FILLING_SECONDS = 1
# A page asks now and then, not as fast as it is answered.
_PAUSE_SECONDS = 0.01


@dataclass(frozen=True)
class Beside:
    """Latencies of a mint in ms, in peace and beside something, and how many failed."""

    quiet_p50: float
    quiet_p99: float
    busy_p50: float
    busy_p99: float
    failed: int

    @property
    def ratio(self) -> float:
        """How much longer the slowest hundredth waits beside it."""
        return self.busy_p99 / self.quiet_p99

    def line(self, what: str) -> str:
        """Everything in one line, with what it was beside."""
        return (
            f"session token p50 / p99 {self.quiet_p50:.1f} / {self.quiet_p99:.1f} ms in peace, "
            f"{self.busy_p50:.1f} / {self.busy_p99:.1f} ms beside {what} ({self.ratio:.1f}x); "
            f"mints failed: {self.failed}"
        )


async def measured(
    served: Served,
    busy: Callable[[], AbstractAsyncContextManager[None]],
    *,
    quiet_seconds: float,
    busy_seconds: float,
) -> Beside:
    """Mint tokens one after another, then again for as long as `busy` is open."""
    mints = requests_of(served, "session token")
    quiet, beside = caller(served), caller(served)
    await quiet.call(mints, FILLING_SECONDS, pause=_PAUSE_SECONDS)
    quiet.forget()
    await quiet.call(mints, quiet_seconds, pause=_PAUSE_SECONDS)
    async with busy():
        await beside.call(mints, busy_seconds, pause=_PAUSE_SECONDS)
    return Beside(
        quiet_p50=quiet.percentile(50),
        quiet_p99=quiet.percentile(99),
        busy_p50=beside.percentile(50),
        busy_p99=beside.percentile(99),
        failed=quiet.failed + beside.failed,
    )


def requests_of(served: Served, name: str) -> list[Request]:
    """Return the requests of a row of the bench."""
    return next([*row.requests()] for row in served.callers.rows() if row.name == name)


def by_status(statuses: Iterable[Counter[int]]) -> dict[int, int]:
    """Return how often each status was answered to all of some callers."""
    return dict(sorted(sum(statuses, Counter[int]()).items()))


def in_words(answers: dict[int, int]) -> str:
    """Return the answers by status in a few words."""
    return ", ".join(f"{status}: {count}" for status, count in answers.items())


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


def caller(served: Served) -> Caller:
    """Return somebody who calls a server."""
    address = urlsplit(served.url)
    return Caller(address.hostname or "", address.port or 80)


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
