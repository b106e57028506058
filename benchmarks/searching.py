"""What who is signed in notices of searches: tokens minted while many callers search all users.

`python -m benchmarks.searching` fills a database, mints quietly, then mints beside the searches.
It takes a minute or two at most and ends with status 1 if a mint failed or too many were slow.
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from benchmarks import beside, serving
from benchmarks.beside import FILLING_SECONDS, Beside
from benchmarks.callers import Request
from benchmarks.serving import Served

GOAL_P99_MS = 200
_TIMEOUT_SECONDS = 60


async def measure(served: Served, *, callers: int, seconds: float) -> tuple[Beside, dict[int, int]]:
    """Mint for `seconds`, then again beside `callers` who search without a pause.

    Returns what came of the mints, and the searches by status.
    """
    searches: Counter[int] = Counter()

    @asynccontextmanager
    async def search() -> AsyncGenerator[None]:
        async with _client(served) as http:
            request = served.callers.search_everybody()
            searching = [
                asyncio.create_task(_search(http, request, searches)) for _ in range(callers)
            ]
            try:
                await asyncio.sleep(FILLING_SECONDS)
                yield
            finally:
                for each in searching:
                    each.cancel()
                await asyncio.wait(searching)

    mints = await beside.measured(served, search, quiet_seconds=seconds, busy_seconds=seconds)
    return mints, beside.by_status([searches])


@asynccontextmanager
async def _client(served: Served) -> AsyncGenerator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(
        base_url=served.url, limits=limits, timeout=_TIMEOUT_SECONDS
    ) as http:
        yield http


async def _search(http: httpx.AsyncClient, request: Request, answered: Counter[int]) -> None:
    while True:
        reply = await http.request(request.method, request.path, headers=request.headers)
        answered[reply.status_code] += 1
        if reply.status_code != 200:
            # As a caller does who reads Retry-After, only sooner.
            await asyncio.sleep(1)


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.searching", description=__doc__)
    parser.add_argument("--users", type=int, default=300_000)
    parser.add_argument("--callers", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--data", type=Path, default=Path("var/bench"))
    given = parser.parse_args()
    with serving.served(given.data / str(given.users), given.users, workers=1) as served:
        mints, searches = asyncio.run(measure(served, callers=given.callers, seconds=given.seconds))
    print(mints.line(f"{given.callers} callers who search {given.users} users"))
    print(f"searches by status: {beside.in_words(searches) or 'none answered'}")
    sys.exit(mints.failed > 0 or mints.busy_p99 > GOAL_P99_MS)


if __name__ == "__main__":
    main()
