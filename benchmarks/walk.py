"""How far a reader walks through the features to follow one request: functions, files and moves.

`python -m benchmarks.walk 'sign-in by password'` prints the way. A move is a call in another file
than the call before it. A coroutine that goes on is no new call, and a comprehension no function.
"""

import argparse
import sys
from collections.abc import Generator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import msgspec
import uvloop

import hallporter
from benchmarks import inside, serving
from benchmarks.callers import Row
from hallporter.config import Config

_ROOT = Path(hallporter.__file__).parent
_FEATURES = str(_ROOT / "features")
_WARM_UP = 3
_COMPREHENSIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})


class Walk(msgspec.Struct):
    """What was called in the features, in this order."""

    calls: list[CodeType] = []

    @property
    def functions(self) -> int:
        """How many different functions were called."""
        return len(set(self.calls))

    @property
    def files(self) -> int:
        """In how many files they are."""
        return len({each.co_filename for each in self.calls})

    @property
    def moves(self) -> int:
        """How often a call is in another file than the one before."""
        return sum(one.co_filename != other.co_filename for one, other in pairwise(self.calls))


@contextmanager
def followed() -> Generator[Walk]:
    """Follow what this thread calls meanwhile."""
    walk = Walk()
    # Kept while it is looked at: of a frame that is gone, another could have the name.
    begun: set[FrameType] = set()

    def look(frame: FrameType, event: str, _argument: Any) -> None:
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(_FEATURES) or frame in begun:
            return
        begun.add(frame)
        if code.co_name not in _COMPREHENSIONS and inside.is_of_request(frame):
            walk.calls.append(code)

    sys.setprofile(look)
    try:
        yield walk
    finally:
        sys.setprofile(None)


async def of(row: Row, config: Config) -> Walk:
    """Return the walk of one request of a row, once some like it have been answered."""
    requests = row.requests()
    async with inside.application(config) as application:
        for _ in range(_WARM_UP):
            await inside.answer(application, next(requests))
        with followed() as walk:
            await inside.answer(application, next(requests))
    return walk


def main() -> None:
    """Print the walk of one row."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.walk", description=__doc__)
    parser.add_argument("row", nargs="?", default="sign-in by password")
    parser.add_argument("--data", type=Path, default=Path("var/bench/10000"))
    given = parser.parse_args()
    with serving.served(given.data, 10_000, workers=1) as served:
        row = next(row for row in served.callers.rows() if row.name == given.row)
        walk = uvloop.run(of(row, served.config))
    print(in_words(walk))


def in_words(walk: Walk) -> str:
    """Return the way in words: each call under the file that it is in."""
    lines: list[str] = []
    file = ""
    for code in walk.calls:
        if code.co_filename != file:
            file = code.co_filename
            lines.append(file.removeprefix(f"{_FEATURES}/"))
        lines.append(f"    {code.co_qualname}")
    counted = f"{walk.functions} functions of {walk.files} files, {walk.moves} moves"
    return "\n".join([*lines, counted])


if __name__ == "__main__":
    main()
