"""`make bench`: how close each hot operation is to what the machine can do, and how it grows."""

import argparse
import asyncio
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import fill, isolation, load, report, round_trips, serving
from benchmarks.measuring import Limits, measure
from benchmarks.report import Run


def main() -> None:
    """Run the bench and write RESULTS.md."""
    given = _arguments()
    load.require()
    console = Console()
    began = time.monotonic()
    run = Run(given.seconds, Limits(), sessions_per_client=fill.SESSIONS_PER_CLIENT)
    for number, clients in enumerate(given.clients):
        _measure_size(run, given, clients, console, is_first=number == 0)
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
    parser.add_argument("--only", nargs="*", help="names of rows; RESULTS.md stays as it is")
    parser.add_argument("--data", type=Path, default=Path("var/bench"))
    return parser.parse_args()


def _measure_size(
    run: Run, given: argparse.Namespace, clients: int, console: Console, *, is_first: bool
) -> None:
    """Measure every row at the first size, and those that read what grows at the others."""
    with serving.served(given.data / str(clients), clients, workers=1) as served:
        run.starts.append(served.start_seconds)
        run.idle_mib[clients] = served.idle_mib
        rows = [row for row in served.guests.rows() if is_first or row.grows]
        rows = [row for row in rows if not given.only or row.name in given.only]
        asked = asyncio.run(round_trips.of(rows, served.config))
        for row in rows:
            seen = measure(row, served, given.seconds, run.limits, round_trips=asked[row.name])
            run.figures.append(seen)
            console.print("  ".join(report.cells(seen)), markup=False)
        run.bytes_per_row = asyncio.run(fill.bytes_per_row(served.dsn))
        if is_first and not given.only:
            run.isolation = isolation.measure(served)


def _measure_workers(run: Run, given: argparse.Namespace, console: Console) -> None:
    """Measure the mint by as many workers as there are cores to two."""
    clients = given.clients[0]
    with serving.served(given.data / str(clients), clients, workers=2) as served:
        row = next(row for row in served.guests.rows() if row.name == "session token")
        alone = run.of(row.name, clients)
        trips = 0 if alone is None else alone.round_trips
        seen = measure(row, served, given.seconds, run.limits, round_trips=trips)
        run.figures.append(seen)
        console.print("  ".join(report.cells(seen)), markup=False)


def _goals(run: Run) -> Table:
    table = Table("what", "goal", "measured", "met")
    for goal in report.goals(run):
        table.add_row(goal.what, goal.asked, goal.measured, "yes" if goal.is_met else "no")
    return table


if __name__ == "__main__":
    main()
