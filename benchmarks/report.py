"""What a run of the bench says: tables, growth, and every goal with what was measured."""

import os
import platform
import statistics
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from benchmarks import load
from benchmarks.isolation import Isolation
from benchmarks.measuring import Figures, Inside, Limits

RESULTS = Path(__file__).parent / "RESULTS.md"
# The same for programs: the capacity model begins with it.
MEASURED = Path(__file__).parent / "measured.json"
# The goals in requests per CPU-second were set on a machine whose hello-world made this many. On
# another one they are the same share of its own.
_HELLO_OF_GOALS = 44_408
_COLUMNS = (
    "operation",
    "clients",
    "req/s",
    "per CPU-s",
    "share of limit",
    "PostgreSQL µs",
    "round trips",
    "steps",
    "p50 ms",
    "p99 ms",
    "failed",
    "MiB",
)


@dataclass
class Run:
    """Everything that a run has measured."""

    seconds: float
    limits: Limits
    figures: list[Figures] = field(default_factory=list[Figures])
    starts: list[float] = field(default_factory=list[float])
    idle_mib: dict[int, float] = field(default_factory=dict[int, float])
    sessions_per_client: int = 1
    inside: dict[str, Inside] = field(default_factory=dict[str, Inside])
    isolation: Isolation | None = None
    bytes_per_row: dict[str, float] = field(default_factory=dict[str, float])
    minutes: float = 0

    def of(self, name: str, clients: int, workers: int = 1) -> Figures | None:
        """Return the figures of a row."""
        for each in self.figures:
            if (each.name, each.clients, each.workers) == (name, clients, workers):
                return each
        return None

    @property
    def sizes(self) -> list[int]:
        """The numbers of clients, ascending."""
        return sorted({each.clients for each in self.figures})


def cells(row: Figures) -> tuple[str, ...]:
    """Return a row of the table."""
    name = row.name if row.workers == 1 else f"{row.name}, {row.workers} workers"
    return (
        name,
        f"{row.clients:,}",
        f"{row.per_second:,.0f}",
        f"{row.per_cpu_second:,.0f}",
        f"{row.share:.0%} of {row.limit}",
        f"{row.postgres_us:,.0f}",
        str(row.round_trips),
        f"{row.steps:,}",
        f"{row.p50:.1f}",
        f"{row.p99:.1f}",
        str(row.failed),
        f"{row.memory_mib:,.0f}",
    )


def written(run: Run) -> str:
    """Return RESULTS.md."""
    lines = [
        "# Results of the bench",
        "",
        "Written by `make bench`. Rates per CPU-second count the server's processes alone.",
        "Absolute figures belong to this machine, which may be shared; compare shares and ratios.",
        "",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores,"
        f" Python {platform.python_version()}, {load.CONNECTIONS} connections"
        f" ({load.PASSWORD_CONNECTIONS} where a password is hashed), {run.seconds:g} s a row,"
        f" {run.minutes:.1f} minutes in all.",
        "",
        "## Limits",
        "",
        "Measured before and after each row that is judged by them: here the middle of all, and the"
        " range. Each runs by itself: `sign` in one thread; `argon2id` in one per core, as the"
        " server hashes; `hello` is the same framework under the same uvicorn; `select 1` goes"
        " through the same pool, before all rows and after them.",
        "",
        "| limit | per CPU-second | from | to |",
        "|---|---|---|---|",
        *(
            f"| {name} | {run.limits.median(name):,.0f} | {min(seen):,.0f} | {max(seen):,.0f} |"
            for name, seen in run.limits.seen.items()
        ),
        "",
        "## Operations",
        "",
        f"| {' | '.join(_COLUMNS)} |",
        f"|{'---|' * len(_COLUMNS)}",
        *(f"| {' | '.join(cells(row))} |" for row in run.figures),
        "",
        "Steps are those of the interpreter for one request, without uvicorn's: on any machine the"
        " same, and counted by `python -m benchmarks.steps 'session token'` with where they are.",
        "",
        "A client is told with a token per session, which is signed once in half a minute: of the"
        " 2,000 clients that ask in turn, most are told with tokens signed before. So are those"
        " that touch; a touch takes its six round trips once a minute per session, else two.",
        "",
        *_split(run),
        *_growth(run),
        "## Goals",
        "",
        "| what | goal | measured | met |",
        "|---|---|---|---|",
        *(
            f"| {goal.what} | {goal.wanted} | {goal.measured} | {goal.verdict} |"
            for goal in goals(run)
        ),
        "",
    ]
    return "\n".join(lines)


def measured(run: Run) -> bytes:
    """Return measured.json: the rows, and what a row of each table takes with its indexes."""
    line = {"figures": run.figures, "bytes_per_row": run.bytes_per_row}
    return msgspec.json.format(msgspec.json.encode(line)) + b"\n"


def _split(run: Run) -> list[str]:
    """Return what each row's server time is made of, by what the limits take alone."""
    if "select 1" not in run.limits.seen:
        return []
    lines = [
        "## Where the server's time goes",
        "",
        "µs of the server's processor for one request. Signature or hash (one of each row that is"
        " judged by it), HTTP and round trips are what `sign` or `argon2id`, `hello` and `select 1`"
        " take alone; the rest is what the operation itself costs, colder caches among it.",
        "",
        "| operation | in all | signature or hash | HTTP | round trips | rest |",
        "|---|---|---|---|---|---|",
    ]
    hello, ask = (1e6 / run.limits.median(name) for name in ("hello", "select 1"))
    for row in run.figures:
        if (row.clients, row.workers) != (run.sizes[0], 1):
            continue
        secret = 0 if row.limit == "hello" else 1e6 / run.limits.median(row.limit)
        rest = row.server_us - secret - hello - ask * row.round_trips
        costs = (row.server_us, secret, hello, ask * row.round_trips, rest)
        lines.append(f"| {row.name} | {' | '.join(f'{cost:,.0f}' for cost in costs)} |")
    return [*lines, ""]


def _growth(run: Run) -> list[str]:
    if len(run.sizes) < 2:
        return []
    small, large = run.sizes[0], run.sizes[-1]
    return [
        "## Growth",
        "",
        f"Processor time of a request at {large:,} clients over that at {small:,}.",
        "",
        "| operation | server's | PostgreSQL's | both |",
        "|---|---|---|---|",
        *(
            f"| {name} | {grown.server:.2f}x | {grown.postgres:.2f}x | {grown.both:.2f}x |"
            for name, grown in growth(run, small, large).items()
        ),
        "",
    ]


@dataclass(frozen=True)
class Growth:
    """How much dearer a request is with more clients: for the server, PostgreSQL, and in all."""

    server: float
    postgres: float
    both: float


def growth(run: Run, small: int, large: int) -> dict[str, Growth]:
    """Return how much dearer each operation is at `large`.

    The server's cost is taken as a share of its limit, which cancels what else the machine does.
    """
    found: dict[str, Growth] = {}
    for row in run.figures:
        before = run.of(row.name, small)
        if row.clients == large and row.workers == 1 and before is not None:
            server = before.share / row.share
            in_all = before.server_us * server + row.postgres_us
            found[row.name] = Growth(
                server=server,
                postgres=row.postgres_us / before.postgres_us,
                both=in_all / (before.server_us + before.postgres_us),
            )
    return found


@dataclass(frozen=True)
class Goal:
    """A goal, and what was measured of it."""

    what: str
    wanted: str
    measured: str
    is_met: bool

    @property
    def verdict(self) -> str:
        """Yes or no."""
        return "yes" if self.is_met else "**no**"


def goals(run: Run) -> list[Goal]:
    """Return every goal that this run can judge."""
    found: list[Goal] = []
    for clients in run.sizes:
        found += _share(run, "session token", clients, 0.7)
        found += _rate(run, "GET /v1/client", clients, 5_000)
        found += _rate(run, "clients/:id", clients, 5_000)
        found += _rate(run, "clients/verify", clients, 4_000)
    found += _share(run, "sign-in by password", run.sizes[0], 0.9)
    return [
        *found,
        *_growing(run),
        *_isolated(run),
        *_started(run),
        *_remembered(run),
        *_workers(run),
    ]


def _share(run: Run, name: str, clients: int, least: float) -> list[Goal]:
    row = run.of(name, clients)
    if row is None:
        return []
    what = f"{name}, {clients:,} clients, share of {row.limit}"
    return [Goal(what, f"≥ {least:.0%}", f"{row.share:.1%}", row.share >= least)]


def _rate(run: Run, name: str, clients: int, least: int) -> list[Goal]:
    row = run.of(name, clients)
    if row is None:
        return []
    share = least / _HELLO_OF_GOALS
    return [
        Goal(
            f"{name}, {clients:,} clients, per CPU-second",
            f"≥ {least:,} where hello makes {_HELLO_OF_GOALS:,}: {share:.1%} of it; one round trip",
            f"{row.per_cpu_second:,.0f}: {row.share:.1%}; {row.round_trips}",
            row.share >= share and row.round_trips == 1,
        )
    ]


def _growing(run: Run) -> list[Goal]:
    if len(run.sizes) < 2:
        return []
    grown = growth(run, run.sizes[0], run.sizes[-1])
    return [
        Goal(
            f"growth of {name}",
            f"≤ {most}x",
            f"{each.both:.2f}x",
            each.both <= most,
        )
        for name, each in grown.items()
        for most in [1.5 if name.startswith("clients, ") else 1.3]
    ]


def _isolated(run: Run) -> list[Goal]:
    seen = run.isolation
    if seen is None:
        return []
    failed = sum(count for status, count in seen.flood.items() if status >= 500)
    return [
        Goal(
            "session token p99 in a flood of logins, over its quiet p99",
            "≤ 3x, no login answered 500",
            f"{seen.mints.ratio:.1f}x; {seen.line}",
            seen.mints.ratio <= 3 and not failed and not seen.mints.failed,
        )
    ]


def _started(run: Run) -> list[Goal]:
    if not run.starts:
        return []
    middle = statistics.median(run.starts)
    measured = f"{middle:.2f} s, from {min(run.starts):.2f} to {max(run.starts):.2f}"
    return [Goal("start, database initialised", "≤ 1.0 s", measured, middle <= 1.0)]


def _remembered(run: Run) -> list[Goal]:
    sizes = sorted(run.idle_mib)
    small, large = sizes[0], sizes[-1]
    found = [
        Goal(
            f"memory, idle, server and PostgreSQL, {clients:,} clients",
            "≤ 140 MiB",
            f"{run.idle_mib[clients]:.0f} MiB",
            run.idle_mib[clients] <= 140,
        )
        for clients in sizes
    ]
    if large > small:
        more = (large - small) * run.sessions_per_client
        each = (run.idle_mib[large] - run.idle_mib[small]) * 1024 * 1024 / more
        found.append(
            Goal("memory per additional open session", "≤ 1 KiB", f"{each:.1f} bytes", each <= 1024)
        )
    return found


def _workers(run: Run) -> list[Goal]:
    found: list[Goal] = []
    for row in run.figures:
        alone = run.of(row.name, row.clients)
        if row.workers > 1 and alone is not None:
            ratio = row.per_second / alone.per_second
            what = f"{row.name}, {row.workers} workers, per second over one"
            found.append(Goal(what, "≥ 1.5x", f"{ratio:.2f}x", ratio >= 1.5))
    return found
