"""`make bench-peers`: hallporter beside other products, on this machine, in this run."""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from benchmarks import limits, load, processes, serving
from benchmarks.load import PASSWORD_CONNECTIONS
from benchmarks.peers import own, report, running
from benchmarks.peers.entries import Entry, prove
from benchmarks.peers.report import Comparison, Figures, Pass

_COMPARISONS = (
    Comparison("session token", ("emulate", "session token"), 1.05),
    Comparison("session token", ("oidc-provider", "token"), 1.3),
    Comparison("session token", ("better-auth", "JWT mint, RS256"), 6),
    Comparison("session token", ("better-auth", "JWT mint, EdDSA"), None),
    Comparison("GET /v1/client", ("better-auth", "session check"), 6),
    Comparison("sign-in by password", ("better-auth", "login"), None),
)
# What a server is warmed up with again, when the others have had their turn.
_AGAIN_SECONDS = 3


def main() -> None:
    """Run the comparison and write PEERS.md."""
    given = _arguments()
    load.require()
    console = Console()
    began, machine = time.monotonic(), report.machine()
    with (
        tempfile.TemporaryDirectory(prefix="bench-peers-") as folder,
        running.peers(Path(folder)) as peers,
        serving.served(given.data / str(given.clients), given.clients, workers=1) as served,
    ):
        measured = [own.rows(served, given.clients), *peers]
        entries = _in_turn(entry for _, found in measured for entry in found)
        for entry in entries:
            prove(entry)
        passes: dict[tuple[str, str], list[Pass]] = {entry.key: [] for entry in entries}
        signatures = [limits.alone("sign", 1.5)]
        for number in range(given.passes):
            warm_up = _AGAIN_SECONDS if number else given.warm_up
            for entry in entries if number % 2 == 0 else reversed(entries):
                passes[entry.key].append(_measure(entry, warm_up, given.seconds, Path(folder)))
                seen = passes[entry.key][-1]
                console.print(report.line(entry, seen))
            signatures.append(limits.alone("sign", 1.5))
    signing = statistics.median(signatures)
    figures = [Figures(entry, passes[entry.key]) for entry in entries]
    text = report.written(
        machine=machine,
        run=_run(given, time.monotonic() - began),
        products=[product for product, _ in measured],
        signing=signing,
        figures=figures,
        comparisons=_COMPARISONS,
    )
    report.RESULTS.write_text(text)
    console.print(*report.ratios(figures, _COMPARISONS, signing), sep="\n", markup=False)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-peers", description=__doc__)
    parser.add_argument("--clients", type=int, default=10_000, help="in hallporter's database")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--warm-up", type=float, default=12)
    parser.add_argument("--passes", type=int, default=2)
    parser.add_argument("--data", type=Path, default=Path("var/bench"))
    return parser.parse_args()


def _in_turn(entries: Iterable[Entry]) -> list[Entry]:
    """Return the rows that are compared, each near those it is compared with."""
    known = {entry.key: entry for entry in entries}
    keys = [key for each in _COMPARISONS for key in (("hallporter", each.own), each.peer)]
    return [known[key] for key in dict.fromkeys(keys)]


def _measure(entry: Entry, warm_up: float, seconds: float, folder: Path) -> Pass:
    requests = folder / "requests.tsv"
    requests.write_text("\n".join(request.line for request in entry.operation.requests))
    warming = load.run(entry.url, warm_up, str(requests), connections=entry.connections)
    # A hash a connection may be under way yet.
    before = processes.idle(entry.pid, entry.database_pid)
    seen = load.run(entry.url, seconds, str(requests), connections=entry.connections)
    after = processes.usage(entry.pid, entry.database_pid)
    if seen.requests <= seen.failed:
        raise RuntimeError(f"{entry.key}: no good reply in {seconds:g} s")
    return Pass(
        answered=seen.requests - seen.failed,
        seconds=seen.seconds,
        server_seconds=after.server_seconds - before.server_seconds,
        database_seconds=after.postgres_seconds - before.postgres_seconds,
        failed=warming.failed + seen.failed,
        p50=seen.p50,
        p99=seen.p99,
        memory_mib=after.memory_mib,
    )


def _run(given: argparse.Namespace, took: float) -> str:
    return (
        f"{load.CONNECTIONS} connections, {PASSWORD_CONNECTIONS} where a password is checked."
        f" Every row was warmed up for {given.warm_up:g} s and measured for {given.seconds:g} s,"
        f" in {given.passes} interleaved passes; {took / 60:.1f} minutes in all."
    )


if __name__ == "__main__":
    main()
