"""CPU time and memory of a process and its children, from /proc."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_IDLE_SECONDS, _IDLE_WITHIN_SECONDS = 0.3, 30


@dataclass(frozen=True)
class Usage:
    """CPU-seconds used so far and proportional memory in MiB, of the server and its PostgreSQL."""

    server_seconds: float
    postgres_seconds: float
    memory_mib: float


def usage(serve_pid: int, postmaster_pid: int) -> Usage:
    """Return what `hallporter serve` and its PostgreSQL have used until now."""
    postgres = _family(postmaster_pid)
    server = [pid for pid in _family(serve_pid) if pid not in postgres]
    return Usage(
        server_seconds=sum(map(_cpu_seconds, server)),
        postgres_seconds=sum(map(_cpu_seconds, postgres)),
        memory_mib=sum(map(_proportional_mib, [*server, *postgres])),
    )


def idle(serve_pid: int, postmaster_pid: int) -> Usage:
    """Wait until the server has ended what an earlier load left behind; return its usage then."""
    before = usage(serve_pid, postmaster_pid)
    deadline = time.monotonic() + _IDLE_WITHIN_SECONDS
    while time.monotonic() < deadline:
        time.sleep(_IDLE_SECONDS)
        now = usage(serve_pid, postmaster_pid)
        if now.server_seconds - before.server_seconds < _IDLE_SECONDS / 10:
            return now
        before = now
    raise TimeoutError(f"the server is still busy {_IDLE_WITHIN_SECONDS} s after its load")


def most_mib(serve_pid: int, postmaster_pid: int) -> float:
    """Return the most memory (MiB) that one of the server's processes has held until now."""
    postgres = _family(postmaster_pid)
    return max(_high_mib(pid) for pid in _family(serve_pid) if pid not in postgres)


def _high_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(each.split()[1]) / 1024 for each in lines if each.startswith("VmHWM:")), 0)


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [pid, *(each for child in children for each in _family(int(child)))]


def _cpu_seconds(pid: int) -> float:
    try:
        # Children that ended count with their parent: PostgreSQL replaces its workers.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return sum(map(int, fields[11:13])) / _TICKS


def _proportional_mib(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, PermissionError):
        return 0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
