"""One row of the bench: an operation under load, between two looks at its limit."""

import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass

from benchmarks import limits, load, processes, serving
from benchmarks.callers import Row
from benchmarks.serving import Served

_WARM_UP_SECONDS = 2
_MOST_WARM_UPS = 4
_LIMIT_SECONDS = 1


@dataclass(frozen=True)
class Inside:
    """What one request of a row takes: statements of the database, steps of the interpreter."""

    round_trips: int
    steps: int


@dataclass(frozen=True)
class Figures:
    """What one row showed; latencies in ms, memory in MiB, of the server and its PostgreSQL."""

    name: str
    clients: int
    workers: int
    per_second: float
    per_cpu_second: float
    share: float
    limit: str
    postgres_us: float
    round_trips: int
    steps: int
    p50: float
    p99: float
    failed: int
    memory_mib: float

    @property
    def server_us(self) -> float:
        """What one request takes of the server's processor, in µs."""
        return 1e6 / self.per_cpu_second


class Limits:
    """What the machine can do at best, asked again and again while the rows run."""

    def __init__(self) -> None:
        self.seen: defaultdict[str, list[float]] = defaultdict(list)

    def look(self, name: str, dsn: str = "") -> float:
        """Return operations per CPU-second, measured now."""
        rate = _hello() if name == "hello" else limits.alone(name, _LIMIT_SECONDS, dsn=dsn)
        self.seen[name].append(rate)
        return rate

    def median(self, name: str) -> float:
        """Return the middle of what was seen of a limit."""
        return statistics.median(self.seen[name])


def measure(
    row: Row,
    served: Served,
    seconds: float,
    seen_limits: Limits,
    inside: Inside,
) -> Figures:
    """Warm a row up and load it for some seconds."""
    before_limit = seen_limits.look(row.limit)
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as requests:
        lines = [request.line for request in row.requests()]
        requests.write("\n".join(lines))
        requests.flush()
        _warm_up(row, served, requests.name, callers=len(lines))
        before = processes.idle(served.serve_pid, served.postmaster_pid)
        seen = load.run(served.url, seconds, requests.name, connections=row.connections)
        after = processes.usage(served.serve_pid, served.postmaster_pid)
    limit = (before_limit + seen_limits.look(row.limit)) / 2
    per_cpu_second = seen.requests / (after.server_seconds - before.server_seconds)
    return Figures(
        name=row.name,
        clients=served.clients,
        workers=served.workers,
        per_second=seen.requests / seen.seconds,
        per_cpu_second=per_cpu_second,
        share=per_cpu_second / limit,
        limit=row.limit,
        postgres_us=(after.postgres_seconds - before.postgres_seconds) / seen.requests * 1e6,
        round_trips=inside.round_trips,
        steps=inside.steps,
        p50=seen.p50,
        p99=seen.p99,
        failed=seen.failed,
        memory_mib=after.memory_mib,
    )


def _warm_up(row: Row, served: Served, requests: str, *, callers: int) -> None:
    """Load a row until it has heard every caller twice: what is read or signed once is then."""
    heard = 0
    for _ in range(1 if row.limit == "argon2id" else _MOST_WARM_UPS):
        heard += load.run(
            served.url, _WARM_UP_SECONDS, requests, connections=row.connections
        ).requests
        if heard >= 2 * callers:
            return


def _hello() -> float:
    port = serving.free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.hello", str(port)])
    try:
        url = f"http://127.0.0.1:{port}"
        serving.wait_until_ready(url)
        load.run(url, _LIMIT_SECONDS, None)
        before = processes.usage(process.pid, 0).server_seconds
        seen = load.run(url, _LIMIT_SECONDS, None)
        return seen.requests / (processes.usage(process.pid, 0).server_seconds - before)
    finally:
        process.terminate()
        process.wait(10)
