"""PEERS.md: the figures, what they are figures of, and the ratios."""

import os
import platform
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.peers import running
from benchmarks.peers.entries import Entry, Product

RESULTS = Path(__file__).parents[1] / "PEERS.md"
_HEAD = """\
# hallporter beside its peers

Written by `make bench-peers`. Rates are good replies per CPU-second of the server's own process,
all its threads. Absolute figures belong to this machine, which may be shared; compare ratios.

A peer's data is in its own process, so what reading it costs is in the peer's rate. hallporter's is
in PostgreSQL: the figures "with database" count PostgreSQL's processes too.
"""
_SETTINGS = """
## What was measured

Every server is one process on the same machine, run as in production (`NODE_ENV=production`, Node's
own pool of four threads), with logs and rate limits off. Every token is signed with RS256 and a key
of 2,048 bits, but in the row that says EdDSA; one reply of each row is looked at before the run.
"""
_COLUMNS = (
    "product",
    "operation",
    "per CPU-s",
    "each pass",
    "with database",
    "req/s",
    "p50 ms",
    "p99 ms",
    "failed",
    "MiB",
)


@dataclass(frozen=True)
class Pass:
    """What one pass over one row saw; latencies in ms."""

    answered: int
    seconds: float
    server_seconds: float
    database_seconds: float
    failed: int
    p50: float
    p99: float
    memory_mib: float

    @property
    def per_cpu_second(self) -> float:
        """Good replies per CPU-second of the server."""
        return self.answered / self.server_seconds

    @property
    def with_database(self) -> float:
        """Good replies per CPU-second of the server and its database."""
        return self.answered / (self.server_seconds + self.database_seconds)


@dataclass(frozen=True)
class Figures:
    """A row and its passes."""

    entry: Entry
    passes: Sequence[Pass]

    @property
    def per_cpu_second(self) -> float:
        """The median of the passes."""
        return statistics.median(each.per_cpu_second for each in self.passes)

    @property
    def with_database(self) -> float:
        """The median of the passes."""
        return statistics.median(each.with_database for each in self.passes)


@dataclass(frozen=True)
class Comparison:
    """A row of ours against a peer's, and how many times the peer's rate ours should be."""

    own: str
    peer: tuple[str, str]
    wanted: float | None


def machine() -> str:
    """Return what this run runs on and how busy that is: to be asked before the run begins."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {os.cpu_count()} cores,"
        f" load {os.getloadavg()[0]:.1f} before the run;"
        f" Python {platform.python_version()}, Node {running.node_version()}"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    named = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def written(
    *,
    machine: str,
    run: str,
    products: Sequence[Product],
    signing: float,
    figures: Sequence[Figures],
    comparisons: Sequence[Comparison],
) -> str:
    """Return the whole page."""
    lines = [
        _HEAD,
        f"{machine}. {run}",
        "",
        f"In a CPU-second this machine makes {signing:,.0f} RS256 signatures and nothing else:",
        "the ceiling is the ratio of a server that minted tokens as fast as that.",
        "",
        "| hallporter | peer | ratio | wanted | ceiling | ratio with databases |",
        "|---|---|---|---|---|---|",
        *ratios(figures, comparisons, signing),
        "",
        f"| {' | '.join(_COLUMNS)} |",
        f"|{'---|' * len(_COLUMNS)}",
        *map(_row, figures),
        _SETTINGS,
        *_products(products),
        "",
        *(f"- {', '.join(each.entry.key)}: {each.entry.operation.does}." for each in figures),
        "",
    ]
    return "\n".join(lines)


def ratios(
    figures: Sequence[Figures], comparisons: Sequence[Comparison], signing: float
) -> Iterator[str]:
    """Yield a line of the table of ratios for each comparison."""
    by_key = {each.entry.key: each for each in figures}
    for each in comparisons:
        own, peer = by_key["hallporter", each.own], by_key[each.peer]
        cells = (
            each.own,
            ", ".join(each.peer),
            f"**{own.per_cpu_second / peer.per_cpu_second:.2f}**",
            "" if each.wanted is None else f"≥ {each.wanted:g}",
            f"{signing / peer.per_cpu_second:.2f}" if own.entry.operation.signs else "",
            f"{own.with_database / peer.with_database:.2f}",
        )
        yield f"| {' | '.join(cells)} |"


def line(entry: Entry, seen: Pass) -> str:
    """Return what the terminal is told of one pass over one row."""
    cpu = f"{seen.per_cpu_second:>8,.0f} per CPU-second"
    text = f"{entry.product:<14} {entry.operation.name:<20} {cpu}"
    return f"{text}, {seen.failed:,} failed" if seen.failed else text


def _row(figures: Figures) -> str:
    last = figures.passes[-1]
    cells = (
        *figures.entry.key,
        f"{figures.per_cpu_second:,.0f}",
        " / ".join(f"{each.per_cpu_second:,.0f}" for each in figures.passes),
        f"{figures.with_database:,.0f}",
        f"{statistics.median(each.answered / each.seconds for each in figures.passes):,.0f}",
        f"{statistics.median(each.p50 for each in figures.passes):.1f}",
        f"{statistics.median(each.p99 for each in figures.passes):.1f}",
        f"{sum(each.failed for each in figures.passes)}",
        f"{last.memory_mib:,.0f}",
    )
    return f"| {' | '.join(cells)} |"


def _products(products: Sequence[Product]) -> Iterator[str]:
    # better-auth runs more than once, and says the same of itself each time.
    for each in dict.fromkeys(products):
        yield f"- **{each.name} {each.version}**: {each.setting}."
