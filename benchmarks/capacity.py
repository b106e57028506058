"""What so many users need: `python -m benchmarks.capacity` writes docs/operating/capacity.md.

A model in three steps: what a monthly user does, what each request costs (measured.json, from
`make bench`), and how many workers keep the queue short at the busiest hour. The last step is
checked by simulation: the same requests at random moments, served one after another.
"""

import heapq
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.report import MEASURED

_WRITTEN = Path(__file__).parents[1] / "docs" / "operating" / "capacity.md"
MILLION = 1_000_000
_SECONDS_A_MONTH = 30 * 86_400
# The busiest second of a week has about this many times the requests of an average one.
_PEAK = 4
# Above this, waiting grows faster than load.
_BUSY = 0.6
_SIMULATED_SECONDS = 120


@dataclass(frozen=True)
class Habit:
    """What a monthly user makes an application ask for, per month."""

    row: str
    per_month: float
    why: str
    commits: float = 0


# A user comes on 8 days a month, twice a day, for 10 minutes; a session lasts 7 days.
HABITS = (
    Habit("session token", 160, "one a minute while a page is open: 8 × 2 × 10"),
    Habit("GET /v1/client", 16, "one a visit"),
    Habit("environment", 16, "one a visit"),
    Habit("touch", 32, "two a visit; noted once a minute", commits=1),
    Habit("sign-in by password", 4, "when the session of 7 days is over", commits=1),
    Habit("sign-up", 0.1, "one user in ten is new", commits=3),
    Habit("handshake", 16, "one a visit whose token has expired", commits=1),
    Habit("users/:id", 16, "the application's server reads the user once a visit"),
    Habit("clients/verify", 4, "a server that wants more than a signature"),
)
# Rows that a user leaves behind in a month, by table.
_ROWS = {
    "users": 0.1,
    "identifications": 0.1,
    "credentials": 0.1,
    "clients": 0.2,
    "sessions": 4.1,
}


class Measured(msgspec.Struct):
    """One row of the bench."""

    name: str
    clients: int
    workers: int
    per_cpu_second: float
    postgres_us: float
    round_trips: int


class _File(msgspec.Struct):
    figures: list[Measured]
    bytes_per_row: dict[str, float]


@dataclass(frozen=True)
class Needs:
    """What a number of monthly users needs at the busiest moment."""

    users: int
    requests: float
    server_cores: float
    database_cores: float
    workers: int
    connections: int
    commits: float
    bytes_a_month: float


@dataclass(frozen=True)
class Seen:
    """What the simulation of that moment showed."""

    busy: float
    p50: float
    p99: float


def main() -> None:
    """Write the page from the last run of the bench."""
    found = msgspec.json.decode(MEASURED.read_bytes(), type=_File)
    costs = _costs(found.figures)
    sizes = [needs(costs, found.bytes_per_row, users) for users in (10_000, 100_000, MILLION)]
    simulated = [simulate(costs, each) for each in sizes]
    _WRITTEN.write_text(_page(costs, found.bytes_per_row, sizes, simulated))


def _costs(figures: list[Measured]) -> dict[str, Measured]:
    """Return each row as measured with the most clients and one worker."""
    ordered = sorted(figures, key=lambda each: each.clients)
    return {each.name: each for each in ordered if each.workers == 1}


def needs(costs: dict[str, Measured], bytes_per_row: dict[str, float], users: int) -> Needs:
    """Return what `users` monthly users need."""
    rates = [(habit, _peak_rate(habit, users)) for habit in HABITS]
    server = sum(rate / costs[habit.row].per_cpu_second for habit, rate in rates)
    database = sum(rate * costs[habit.row].postgres_us / 1e6 for habit, rate in rates)
    return Needs(
        users=users,
        requests=sum(rate for _, rate in rates),
        server_cores=server,
        database_cores=database,
        workers=max(1, math.ceil(server / _BUSY)),
        connections=max(1, math.ceil(server / _BUSY)) * 10,
        commits=sum(rate * habit.commits for habit, rate in rates),
        bytes_a_month=users * sum(_ROWS[table] * bytes_per_row[table] for table in _ROWS),
    )


def _peak_rate(habit: Habit, users: int) -> float:
    return users * habit.per_month / _SECONDS_A_MONTH * _PEAK


def simulate(costs: dict[str, Measured], planned: Needs) -> Seen:
    """Serve the busiest two minutes by the planned workers, each a queue of its own."""
    chance = random.Random(2021)
    free = [0.0] * planned.workers
    waited: list[float] = []
    worked = 0.0
    for at, service in _arrival_times(costs, planned.users, chance):
        # The kernel gives a connection to whoever listens first: here, to any.
        which = chance.randrange(len(free))
        begins = max(at, free[which])
        free[which] = begins + service
        waited.append(begins + service - at)
        worked += service
    waited.sort()
    return Seen(
        busy=worked / (_SIMULATED_SECONDS * planned.workers),
        p50=waited[len(waited) // 2] * 1000,
        p99=waited[int(len(waited) * 0.99)] * 1000,
    )


def _arrival_times(
    costs: dict[str, Measured], users: int, chance: random.Random
) -> Iterator[tuple[float, float]]:
    """Yield moments (s) and service times (s) in order; each kind comes at random by itself."""
    kinds = [(_peak_rate(habit, users), 1 / costs[habit.row].per_cpu_second) for habit in HABITS]
    coming = [(chance.expovariate(rate), rate, service) for rate, service in kinds]
    heapq.heapify(coming)
    while coming[0][0] < _SIMULATED_SECONDS:
        at, rate, service = coming[0]
        yield at, service
        heapq.heapreplace(coming, (at + chance.expovariate(rate), rate, service))


def _page(
    costs: dict[str, Measured],
    bytes_per_row: dict[str, float],
    sizes: list[Needs],
    simulated: list[Seen],
) -> str:
    lines = [
        "# Capacity",
        "",
        "Written by `python -m benchmarks.capacity` from the last `make bench`: the costs are those"
        " of the machine that it ran on. Measure yours, change the habits at the top of"
        " `benchmarks/capacity.py` to your users', and write the page again.",
        "",
        "## What a monthly user asks for",
        "",
        "| request | a month | because | server µs | PostgreSQL µs | round trips |",
        "|---|---|---|---|---|---|",
        *(_habit(habit, costs[habit.row]) for habit in HABITS),
        "",
        "## What that takes at the busiest moment",
        "",
        f"The busiest moment has {_PEAK} times the average; a worker is planned to be busy"
        f" {_BUSY:.0%} of the time, with a pool of 10 connections.",
        "",
        "| monthly users | requests/s | workers | connections | cores, server | cores, PostgreSQL |"
        " commits/s | new GB a month |",
        "|---|---|---|---|---|---|---|---|",
        *(_need(each) for each in sizes),
        "",
        "A commit is one flush of the write-ahead log, shared by those that wait at the same time:"
        " commits/s is the ceiling of the flushes that the disk must take.",
        "",
        "## The same moment, simulated",
        "",
        f"{_SIMULATED_SECONDS} s of requests at random moments, each served by one of the planned"
        " workers after those that came to it before. The model says how busy; the simulation also"
        " says how long a request waits. (A password's hash counts as if the worker did nothing"
        " else meanwhile; it runs beside the others, so theirs is the shorter wait.)",
        "",
        "| monthly users | busy, model | busy, simulated | p50 ms | p99 ms |",
        "|---|---|---|---|---|",
        *(
            f"| {need.users:,} | {need.server_cores / need.workers:.0%} | {seen.busy:.0%} |"
            f" {seen.p50:.1f} | {seen.p99:.1f} |"
            for need, seen in zip(sizes, simulated, strict=True)
        ),
        "",
        "## What a row takes, with its indexes",
        "",
        "| table | bytes | rows a user leaves in a month |",
        "|---|---|---|",
        *(f"| {name} | {bytes_per_row[name]:,.0f} | {_ROWS[name]} |" for name in _ROWS),
        "",
    ]
    return "\n".join(lines)


def _habit(habit: Habit, cost: Measured) -> str:
    server = 1e6 / cost.per_cpu_second
    return (
        f"| {habit.row} | {habit.per_month:g} | {habit.why} | {server:,.0f} |"
        f" {cost.postgres_us:,.0f} | {cost.round_trips} |"
    )


def _need(each: Needs) -> str:
    return (
        f"| {each.users:,} | {each.requests:,.1f} | {each.workers} | {each.connections} |"
        f" {each.server_cores:.2f} | {each.database_cores:.2f} | {each.commits:,.1f} |"
        f" {each.bytes_a_month / 1e9:,.2f} |"
    )


if __name__ == "__main__":
    main()
