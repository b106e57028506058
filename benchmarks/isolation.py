"""What a flood of sign-ins does to those who are signed in.

`python -m benchmarks.isolation` mints session tokens one after another, first in peace, then beside
64 callers who do nothing but sign in by password.
"""

import argparse
import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import beside, serving
from benchmarks.beside import FILLING_SECONDS, Beside
from benchmarks.serving import Served

_CLIENTS = 10_000
_FLOODING = 64
_QUIET_SECONDS = 4
_FLOOD_SECONDS = 8


@dataclass(frozen=True)
class Isolation:
    """The mints, and the flood's answers by status."""

    mints: Beside
    flood: dict[int, int]

    @property
    def line(self) -> str:
        """Everything in one line."""
        return (
            f"{self.mints.line(f'{_FLOODING} signing in')}; "
            f"sign-ins by status: {beside.in_words(self.flood)}"
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
    sign_ins = beside.requests_of(served, "sign-in by password")
    callers = [beside.caller(served) for _ in range(_FLOODING)]
    share = len(sign_ins) // _FLOODING

    @asynccontextmanager
    async def flood() -> AsyncGenerator[None]:
        floods = [
            asyncio.create_task(each.call(sign_ins[number * share :], _FLOOD_SECONDS))
            for number, each in enumerate(callers)
        ]
        await asyncio.sleep(FILLING_SECONDS)
        yield
        await asyncio.gather(*floods)

    mints = await beside.measured(
        served,
        flood,
        quiet_seconds=_QUIET_SECONDS,
        busy_seconds=_FLOOD_SECONDS - 2 * FILLING_SECONDS,
    )
    return Isolation(mints, beside.by_status(each.statuses for each in callers))


if __name__ == "__main__":
    main()
