"""`make bench`: how close each hot operation is to what the machine can do, and how it grows."""

import argparse
import asyncio
import time
from contextlib import ExitStack
from pathlib import Path

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks import against, fill, isolation, load, report, round_trips, serving, steps
from benchmarks.measuring import Inside, Limits, measure
from benchmarks.report import Run
from benchmarks.serving import Served

_STARTS = 3


def main() -> None:
    """Run the bench and write RESULTS.md."""
    given = _arguments()
    load.require()
    console = Console()
    if given.against:
        against.compare(
            given.against,
            given.data,
            clients=given.clients[0],
            pairs=given.pairs,
            only=given.only,
            console=console,
        )
        return
    began = time.monotonic()
    run = Run(given.seconds, Limits(), sessions_per_client=fill.SESSIONS_PER_CLIENT)
    if not given.only:
        _measure_starts(run, given)
    _measure_sizes(run, given, console)
    if not given.only:
        _measure_workers(run, given, console)
    run.minutes = (time.monotonic() - began) / 60
    if given.only:
        return
    report.RESULTS.write_text(report.written(run))
    report.MEASURED.write_bytes(report.measured(run))
    console.print(_goals(run))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--against", metavar="COMMIT", help="each row as a ratio to this build's")
    parser.add_argument("--pairs", type=int, default=9, help="turns of each row, with --against")
    parser.add_argument("--only", nargs="*", help="names of rows; RESULTS.md stays as it is")
    parser.add_argument("--data", type=Path, default=Path("var/bench"))
    return parser.parse_args()


def _measure_starts(run: Run, given: argparse.Namespace) -> None:
    """Start each server alone, some times over: how soon it is ready, and what it holds idle."""
    for clients in given.clients:
        asyncio.run(serving.prepare(given.data / str(clients), clients))
        for _ in range(_STARTS):
            with serving.served(given.data / str(clients), clients, workers=1) as served:
                run.starts.append(served.start_seconds)
                run.idle_mib[clients] = served.idle_mib


def _measure_sizes(run: Run, given: argparse.Namespace, console: Console) -> None:
    """Measure every row at the first size, and those that read what grows at the others as well.

    All sizes are served from the beginning, and a row is measured at one after the other: what the
    machine does besides changes from minute to minute, and is not growth.
    """
    with ExitStack() as serving_all:
        served = [
            serving_all.enter_context(serving.served(given.data / str(clients), clients, workers=1))
            for clients in given.clients
        ]
        rows = [row for row in served[0].callers.rows() if not given.only or row.name in given.only]
        operation = uvloop.run(round_trips.of(rows, served[0].config))
        taken = uvloop.run(steps.of(rows, served[0].config))
        run.inside = {name: Inside(operation[name], steps.total(taken[name])) for name in operation}
        run.limits.look("select 1", served[0].dsn)
        for row in rows:
            for each in served if row.grows else served[:1]:
                _measure_row(run, row.name, each, given.seconds, console)
        run.limits.look("select 1", served[0].dsn)
        run.bytes_per_row = asyncio.run(fill.bytes_per_row(served[-1].dsn))
        if not given.only:
            run.isolation = isolation.measure(served[0])


def _measure_row(run: Run, name: str, served: Served, seconds: float, console: Console) -> None:
    row = next(row for row in served.callers.rows() if row.name == name)
    seen = measure(row, served, seconds, run.limits, run.inside[name])
    run.figures.append(seen)
    console.print("  ".join(report.cells(seen)), markup=False)


def _measure_workers(run: Run, given: argparse.Namespace, console: Console) -> None:
    """Measure the mint by as many workers as there are cores to two."""
    clients = given.clients[0]
    with serving.served(given.data / str(clients), clients, workers=2) as served:
        _measure_row(run, "session token", served, given.seconds, console)


def _goals(run: Run) -> Table:
    table = Table("what", "goal", "measured", "met")
    for goal in report.goals(run):
        table.add_row(goal.what, goal.wanted, goal.measured, "yes" if goal.is_met else "no")
    return table


if __name__ == "__main__":
    main()
