"""`make bench ARGS="--against COMMIT"`: the rows beside those of an earlier build, in short turns.

Both builds run at once on copies of one database, and a row is measured at one and the other in
turn, a second each: what the machine does besides then falls on both, and the ratio of a pair holds
where a figure alone would not.
"""

import statistics
import subprocess
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import load, processes, serving
from benchmarks.callers import Row
from benchmarks.serving import Served, Started

_TURN_SECONDS = 1
_WARM_UP_SECONDS = 3
# Few, so that each asks again soon: tokens that a client is shown are signed once in 30 seconds,
# and in turns as short as these many callers would have hardly any signed before.
_CALLERS = 100
_PREPARE = """
import asyncio, sys
from pathlib import Path
from benchmarks import serving
asyncio.run(serving.prepare(Path(sys.argv[1]), int(sys.argv[2])))
"""


@dataclass(frozen=True)
class Cost:
    """What a request took of the processors in one turn, in µs, and how many failed."""

    server_us: float
    postgres_us: float
    failed: int


@dataclass(frozen=True)
class Build:
    """A running build and what to watch of it."""

    name: str
    url: str
    serve_pid: int
    postmaster_pid: int


def compare(
    commit: str, data: Path, *, clients: int, pairs: int, only: list[str], console: Console
) -> None:
    """Print each row's cost here as a ratio to its cost in the build of `commit`.

    The first time, the commit is checked out and installed below `data`, and fills a database.
    """
    folder = data.resolve() / "against" / commit
    tree, before, now = folder / "tree", folder / f"before-{clients}", folder / f"now-{clients}"
    python = _installed(tree, commit)
    if not now.exists():
        _fill(tree, python, before, clients)
        # With owners and modes, which PostgreSQL insists on.
        subprocess.run(["cp", "-a", str(before), str(now)], check=True)
    with ExitStack() as serving_both:
        served = serving_both.enter_context(serving.served(now, clients, workers=1))
        # The later build may read what the earlier cannot have: it furnishes only its own.
        earlier = serving_both.enter_context(serving.started(before, python=python))
        builds = (_earlier(commit, earlier, before), _own(served))
        table = Table("row", "server µs", "ratio", "PostgreSQL µs", "ratio", "failed")
        for row in served.callers.rows():
            if not only or row.name in only:
                table.add_row(*_cells(row, _turns(row, builds, pairs)))
    console.print(table)


def _installed(tree: Path, commit: str) -> Path:
    if not tree.exists():
        tree.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "worktree", "add", "--detach", str(tree), commit], check=True)
        subprocess.run(["make", "setup"], cwd=tree, check=True)
    return tree / ".venv/bin/python"


def _fill(tree: Path, python: Path, data_dir: Path, clients: int) -> None:
    """Let the earlier build fill a database: the later can bring one forward, and none back."""
    command = [str(python), "-c", _PREPARE, str(data_dir), str(clients)]
    subprocess.run(command, cwd=tree, check=True)


def _earlier(commit: str, started: Started, data_dir: Path) -> Build:
    return Build(commit, started.url, started.pid, serving.postmaster_pid(data_dir))


def _own(served: Served) -> Build:
    return Build("here", served.url, served.serve_pid, served.postmaster_pid)


def _turns(row: Row, builds: tuple[Build, Build], pairs: int) -> list[tuple[Cost, Cost]]:
    """Load a row at both builds in turn, each of them first every other time."""
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as requests:
        sent = islice(row.requests(), _CALLERS)
        requests.write("\n".join(request.line for request in sent))
        requests.flush()
        for build in builds:
            load.run(build.url, _WARM_UP_SECONDS, requests.name, connections=row.connections)
        taken: list[tuple[Cost, Cost]] = []
        for turn in range(pairs):
            first, second = builds if turn % 2 == 0 else builds[::-1]
            costs = {each.name: _cost(row, each, requests.name) for each in (first, second)}
            taken.append((costs[builds[0].name], costs[builds[1].name]))
    return taken


def _cost(row: Row, build: Build, requests: str) -> Cost:
    before = processes.idle(build.serve_pid, build.postmaster_pid)
    seen = load.run(build.url, _TURN_SECONDS, requests, connections=row.connections)
    after = processes.usage(build.serve_pid, build.postmaster_pid)
    return Cost(
        (after.server_seconds - before.server_seconds) / seen.requests * 1e6,
        (after.postgres_seconds - before.postgres_seconds) / seen.requests * 1e6,
        seen.failed,
    )


def _cells(row: Row, taken: list[tuple[Cost, Cost]]) -> list[str]:
    server = [(before.server_us, now.server_us) for before, now in taken]
    postgres = [(before.postgres_us, now.postgres_us) for before, now in taken]
    failed = sum(before.failed + now.failed for before, now in taken)
    return [row.name, *_compared(server), *_compared(postgres), str(failed)]


def _compared(costs: list[tuple[float, float]]) -> tuple[str, str]:
    before, now = (statistics.median(each) for each in zip(*costs, strict=True))
    ratios = sorted(later / earlier for earlier, later in costs if earlier)
    if not ratios:
        return f"{before:.0f} → {now:.0f}", "-"
    middle = statistics.median(ratios)
    return f"{before:.0f} → {now:.0f}", f"{middle:.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})"
