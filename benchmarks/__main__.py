"""`make bench`: how close each hot operation is to what the machine can do, and how it grows."""

import argparse
import asyncio
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import load, processes, serving
from benchmarks.guests import Row
from benchmarks.limits import alone
from benchmarks.serving import Served

_RESULTS = Path(__file__).parent / "RESULTS.md"
_WARM_UP_SECONDS = 1.5
LIMITS = ("sign", "argon2id", "select_1")


@dataclass(frozen=True)
class Figures:
    """One row of the table."""

    name: str
    clients: int
    per_second: float
    per_cpu_second: float
    share: float
    limit: str
    postgres_us: float
    transactions: float
    p50: float
    p99: float
    failed: int
    memory_mib: float


def main() -> None:
    """Run the bench and write RESULTS.md."""
    given = _arguments()
    load.require()
    console = Console()
    began = time.monotonic()
    figures: list[Figures] = []
    limits: dict[str, list[float]] = {name: [] for name in (*LIMITS, "hello")}
    starts: dict[int, float] = {}
    for clients in given.clients:
        folder = given.data / str(clients)
        with serving.served(folder, clients, workers=given.workers) as served:
            starts[clients] = served.start_seconds
            _measure_limits(served, limits)
            for row in _chosen(served, given.only):
                figures.append(_measure(row, served, clients, limits, given.seconds))
                console.print(_line(figures[-1]))
            _measure_limits(served, limits)
    table = _table(figures)
    console.print(table)
    if not given.only:
        _write(figures, limits, starts, given, time.monotonic() - began)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="names of rows; RESULTS.md stays as it is")
    parser.add_argument("--data", type=Path, default=Path("var/bench"))
    return parser.parse_args()


def _chosen(served: Served, only: list[str] | None) -> Iterator[Row]:
    return (row for row in served.guests.rows() if not only or row.name in only)


def _measure_limits(served: Served, limits: dict[str, list[float]]) -> None:
    for name in LIMITS:
        limits[name].append(alone(name, 1.5, dsn=served.dsn))
    limits["hello"].append(_hello())


def _hello() -> float:
    port = serving.free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.hello", str(port)])
    try:
        url = f"http://127.0.0.1:{port}"
        serving.wait_until_ready(url)
        before = processes.usage(process.pid, 0).server_seconds
        seen = load.run(url, 2, None)
        return seen.requests / (processes.usage(process.pid, 0).server_seconds - before)
    finally:
        process.terminate()
        process.wait(10)


def _measure(
    row: Row, served: Served, clients: int, limits: dict[str, list[float]], seconds: float
) -> Figures:
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as requests:
        requests.write("\n".join(request.line for request in row.requests()))
        requests.flush()
        load.run(served.url, _WARM_UP_SECONDS, requests.name)
        # By then also what the warm-up left unanswered is done: up to a hash a connection.
        transactions = asyncio.run(_settled_transactions(served))
        before = processes.usage(served.serve_pid, served.postmaster_pid)
        seen = load.run(served.url, seconds, requests.name)
        after = processes.usage(served.serve_pid, served.postmaster_pid)
        transactions = asyncio.run(_settled_transactions(served)) - transactions
    server_seconds = after.server_seconds - before.server_seconds
    per_cpu_second = seen.requests / server_seconds
    return Figures(
        name=row.name,
        clients=clients,
        per_second=seen.requests / seen.seconds,
        per_cpu_second=per_cpu_second,
        share=per_cpu_second / statistics.median(limits[row.limit]),
        limit=row.limit,
        postgres_us=(after.postgres_seconds - before.postgres_seconds) / seen.requests * 1e6,
        transactions=transactions / seen.requests,
        p50=seen.p50,
        p99=seen.p99,
        failed=seen.failed,
        memory_mib=after.memory_mib,
    )


async def _settled_transactions(served: Served) -> int:
    # Backends tell their counters at most once a second.
    await asyncio.sleep(1.1)
    return await serving.transactions(served.dsn)


_COLUMNS = (
    "operation",
    "clients",
    "req/s",
    "per CPU-s",
    "share of limit",
    "PostgreSQL µs",
    "transactions",
    "p50 ms",
    "p99 ms",
    "failed",
    "MiB",
)


def _cells(row: Figures) -> tuple[str, ...]:
    return (
        row.name,
        f"{row.clients:,}",
        f"{row.per_second:,.0f}",
        f"{row.per_cpu_second:,.0f}",
        f"{row.share:.0%} of {row.limit}",
        f"{row.postgres_us:,.0f}",
        f"{row.transactions:.2f}",
        f"{row.p50:.1f}",
        f"{row.p99:.1f}",
        str(row.failed),
        f"{row.memory_mib:,.0f}",
    )


def _line(row: Figures) -> str:
    return "  ".join(_cells(row))


def _table(figures: list[Figures]) -> Table:
    table = Table(*_COLUMNS)
    for row in figures:
        table.add_row(*_cells(row))
    return table


def _write(
    figures: list[Figures],
    limits: dict[str, list[float]],
    starts: dict[int, float],
    given: argparse.Namespace,
    took: float,
) -> None:
    lines = [
        "# Results of the bench",
        "",
        "Written by `make bench`. Rates per CPU-second count the server's processes alone.",
        "Absolute figures belong to this machine, which may be shared; compare shares and ratios.",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {given.workers} worker(s), "
        f"{load.CONNECTIONS} connections, {given.seconds:g} s a row, "
        f"{took / 60:.1f} minutes in all.",
        "",
        "| limit, measured in the same run | per CPU-second |",
        "|---|---|",
        *(f"| {name} | {statistics.median(values):,.0f} |" for name, values in limits.items()),
        "",
        f"| {' | '.join(_COLUMNS)} |",
        f"|{'---|' * len(_COLUMNS)}",
        *(f"| {' | '.join(_cells(row))} |" for row in figures),
        "",
        *_growth(figures),
        "",
        *(
            f"Ready in {seconds:.2f} s with {clients:,} clients."
            for clients, seconds in starts.items()
        ),
        "",
    ]
    _RESULTS.write_text("\n".join(lines))


def _growth(figures: list[Figures]) -> list[str]:
    sizes = sorted({row.clients for row in figures})
    if len(sizes) < 2:
        return []
    rate = {(row.name, row.clients): row.per_cpu_second for row in figures}
    small, large = sizes[0], sizes[-1]
    names = [row.name for row in figures if row.clients == small]
    return [
        f"| operation | cost at {large:,} clients over {small:,} |",
        "|---|---|",
        *(f"| {name} | {rate[name, small] / rate[name, large]:.2f}x |" for name in names),
    ]


if __name__ == "__main__":
    main()
