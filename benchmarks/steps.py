"""How many steps of the interpreter a request takes, and in which functions it takes them.

`python -m benchmarks.steps 'session token'` prints them. Unlike time they are the same in each run
and on each machine with one version of Python; what is done in C, as hashes and signatures, is one.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import uvloop

from benchmarks import inside, serving
from benchmarks.callers import Row
from hallporter.config import Config

_WARM_UP, _COUNTED = 3, 20

Steps = Counter[CodeType]


@contextmanager
def counted() -> Generator[Steps]:
    """Count the steps that this thread takes meanwhile, by function."""
    steps: Steps = Counter()

    def count(frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "call":
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
        elif event == "opcode":
            steps[frame.f_code] += 1
        return count

    sys.settrace(count)
    try:
        yield steps
    finally:
        sys.settrace(None)


async def of(rows: list[Row], config: Config) -> dict[str, Steps]:
    """Return the steps of one request of each row, once many like it have been answered."""
    found: dict[str, Steps] = {}
    async with inside.application(config) as application:
        for row in rows:
            requests = list(islice(cycle(row.requests()), _COUNTED))
            for request in requests * _WARM_UP:
                await inside.answer(application, request)
            with counted() as steps:
                for request in requests:
                    await inside.answer(application, request)
            found[row.name] = Counter({code: n // _COUNTED for code, n in steps.items()})
    return found


def total(steps: Steps) -> int:
    """Return all steps, but those of the caller itself."""
    return sum(n for code, n in steps.items() if code.co_filename != inside.__file__)


def main() -> None:
    """Print where the steps of one row are taken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.steps", description=__doc__)
    parser.add_argument("row")
    parser.add_argument("--top", type=int, default=40)
    parser.add_argument("--data", type=Path, default=Path("var/bench/10000"))
    given = parser.parse_args()
    with serving.served(given.data, 10_000, workers=1) as served:
        rows = [row for row in served.callers.rows() if row.name == given.row]
        steps = uvloop.run(of(rows, served.config))[given.row]
    print(f"{total(steps):7,} steps")
    for code, n in steps.most_common(given.top):
        print(f"{n:7,} {_place(code)}")


def _place(code: CodeType) -> str:
    file = code.co_filename.rpartition("site-packages/")[2].rpartition("src/")[2]
    return f"{file}:{code.co_firstlineno} {code.co_qualname}"


if __name__ == "__main__":
    main()
