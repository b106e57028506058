"""What who is signed in notices of searches: tokens minted while many callers search all users.

`python -m benchmarks.searching` fills a database, mints quietly, then mints beside the searches.
It takes a minute or two at most and ends with status 1 if a mint failed or too many were slow.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path

import httpx
import msgspec

from benchmarks import serving
from benchmarks.guests import Request
from benchmarks.serving import Served

GOAL_P99_MS = 200
_MINTS_AT_ONCE = 2
_PAUSE_SECONDS = 0.05
_TIMEOUT_SECONDS = 60


class Minted(msgspec.Struct, frozen=True):
    """How long each mint took, in ms, and how many failed."""

    took: list[float]
    failed: int

    def percentile(self, share: float) -> float:
        """Return what so many of all mints did not exceed."""
        return sorted(self.took)[min(len(self.took) - 1, int(share * len(self.took)))]

    def __str__(self) -> str:
        p50, p99 = self.percentile(0.5), self.percentile(0.99)
        return f"{len(self.took)} mints, {self.failed} failed, p50 {p50:.0f} ms, p99 {p99:.0f} ms"


class Found(msgspec.Struct, frozen=True):
    """Mints by themselves and beside searches, and what searches were answered."""

    quiet: Minted
    beside: Minted
    searches: Counter[int]

    @property
    def is_good(self) -> bool:
        """Whether no mint failed and few were slow."""
        return not self.beside.failed and self.beside.percentile(0.99) <= GOAL_P99_MS


async def measure(served: Served, *, callers: int, seconds: float) -> Found:
    """Mint for `seconds`, then again beside `callers` who search without a pause."""
    async with _client(served) as http:
        quiet = await _mint(http, served, seconds)
        searches: Counter[int] = Counter()
        searching = [
            asyncio.create_task(_search(http, served.guests.search_everybody(), searches))
            for _ in range(callers)
        ]
        try:
            # Until the first of them are under way.
            await asyncio.sleep(min(1, seconds / 4))
            beside = await _mint(http, served, seconds)
        finally:
            for each in searching:
                each.cancel()
            await asyncio.wait(searching)
    return Found(quiet, beside, searches)


@asynccontextmanager
async def _client(served: Served) -> AsyncGenerator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(
        base_url=served.url, limits=limits, timeout=_TIMEOUT_SECONDS
    ) as http:
        yield http


async def _search(http: httpx.AsyncClient, request: Request, answered: Counter[int]) -> None:
    while True:
        reply = await _send(http, request)
        answered[reply.status_code] += 1
        if reply.status_code != 200:
            # As a caller does who reads Retry-After, only sooner.
            await asyncio.sleep(1)


async def _mint(http: httpx.AsyncClient, served: Served, seconds: float) -> Minted:
    row = next(row for row in served.guests.rows() if row.name == "session token")
    requests = cycle(row.requests())
    until, took, failed = time.monotonic() + seconds, list[float](), 0

    async def mint() -> None:
        nonlocal failed
        while time.monotonic() < until:
            began = time.perf_counter()
            try:
                reply = await _send(http, next(requests))
                failed += reply.status_code != 200
            except httpx.HTTPError:
                failed += 1
            took.append((time.perf_counter() - began) * 1_000)
            await asyncio.sleep(_PAUSE_SECONDS)

    await asyncio.gather(*[mint() for _ in range(_MINTS_AT_ONCE)])
    return Minted(took, failed)


async def _send(http: httpx.AsyncClient, request: Request) -> httpx.Response:
    headers = dict(request.headers)
    if request.body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    return await http.request(request.method, request.path, headers=headers, content=request.body)


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.searching", description=__doc__)
    parser.add_argument("--users", type=int, default=300_000)
    parser.add_argument("--callers", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--data", type=Path, default=Path("var/bench"))
    given = parser.parse_args()
    with serving.served(given.data / str(given.users), given.users, workers=1) as served:
        found = asyncio.run(measure(served, callers=given.callers, seconds=given.seconds))
    answered = ", ".join(f"{n} x {status}" for status, n in sorted(found.searches.items()))
    print(f"quiet:  {found.quiet}")
    print(f"beside: {found.beside}")
    print(f"{given.callers} callers searched {given.users} users: {answered or 'none answered'}")
    sys.exit(not found.is_good)


if __name__ == "__main__":
    main()
