"""The load generator, wrk, and what it saw."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent
CONNECTIONS = 32
# What is under way when the time is up has cost its CPU and counts for nothing: a hash is dear.
PASSWORD_CONNECTIONS = 4
# Well above what a password costs 32 at once; wrk's own 2 s would count good replies as failed.
_TIMEOUT = "30s"


@dataclass(frozen=True)
class Load:
    """What the load generator saw; latencies in ms."""

    requests: int
    seconds: float
    failed: int
    p50: float
    p99: float


def require() -> None:
    """End the command where wrk is not installed."""
    if shutil.which("wrk") is None:
        sys.exit("The bench needs the load generator wrk: `apt-get install wrk`.")


def run(url: str, seconds: float, requests: str | None, *, connections: int = CONNECTIONS) -> Load:
    """Send the requests of a file in turn (see callers.py), or GET `url` over and over."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s"]
    command += ["--timeout", _TIMEOUT]
    environment = dict(os.environ)
    script = _HERE / ("hello.lua" if requests is None else "requests.lua")
    if requests is not None:
        environment["BENCH_REQUESTS"] = requests
    printed = subprocess.run(
        [*command, "-s", str(script), url],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    ).stdout
    line = next(line for line in printed.splitlines() if line.startswith("BENCH "))
    requests_sent, microseconds, failed, p50, p99 = map(int, line.split()[1:])
    return Load(requests_sent, microseconds / 1e6, failed, p50 / 1000, p99 / 1000)
