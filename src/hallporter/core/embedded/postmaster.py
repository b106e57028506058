"""The running PostgreSQL: find it, launch it, stop it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO

import msgspec

from hallporter.core.embedded import account as accounts
from hallporter.core.embedded import cluster as clusters
from hallporter.core.embedded import socket_dir
from hallporter.core.embedded.account import Account
from hallporter.core.operator_error import OperatorError

_POLL_SECONDS = 0.01
# After a crash PostgreSQL first replays up to `max_wal_size` of its log.
_START_SECONDS = 300
_STOP_SECONDS = 60
# How long what a killed predecessor left (its child processes) may keep us from starting.
_LEFTOVER_SECONDS = 5


class Postmaster(msgspec.Struct, frozen=True):
    """PostgreSQL's first process, as its pid file describes it."""

    pid: int
    socket_dir: Path
    is_ready: bool


def find(cluster: Path) -> Postmaster | None:
    """Return the PostgreSQL that now runs on `cluster`, if any."""
    noted = _noted(cluster)
    if noted is None or not _is_postmaster(noted.pid, cluster):
        return None
    return noted


def ensure_running(cluster: Path, account: Account) -> Postmaster:
    """Return the PostgreSQL on `cluster` once it takes connections; launch it if need be."""
    began = time.monotonic()
    launched: subprocess.Popen[bytes] | None = None
    try:
        with tempfile.TemporaryFile() as output:
            while time.monotonic() < began + _START_SECONDS:
                found = find(cluster)
                if found is not None and found.is_ready:
                    return found
                if launched is None and found is None:
                    launched = _launch(cluster, account, output)
                elif launched is not None and launched.poll() is not None:
                    _refuse_or_wait(output, began)
                    launched = None
                time.sleep(_POLL_SECONDS)
    except BaseException:
        # Interrupted: it may not have told yet where it runs, so that nobody else could stop it.
        if launched is not None:
            launched.send_signal(signal.SIGINT)
            launched.wait(_STOP_SECONDS)
        raise
    raise OperatorError(f"PostgreSQL takes too long to start: see {cluster / 'log'}.")


def stop(cluster: Path) -> None:
    """Stop PostgreSQL cleanly without waiting for its clients; return when it is gone."""
    found = find(cluster)
    if found is None:
        return
    # "Fast shutdown"; SIGTERM would wait for every client to leave.
    os.kill(found.pid, signal.SIGINT)
    deadline = time.monotonic() + _STOP_SECONDS
    while _is_postmaster(found.pid, cluster):
        if time.monotonic() > deadline:
            raise OperatorError(
                f"PostgreSQL (process {found.pid}) does not stop: see {cluster / 'log'}."
            )
        time.sleep(_POLL_SECONDS)


def _launch(cluster: Path, account: Account, output: IO[bytes]) -> subprocess.Popen[bytes]:
    _remove_recycled(cluster)
    listen = socket_dir.choose(cluster, account)
    accounts.clear_way(account, listen)
    settings = {**clusters.SETTINGS, "unix_socket_directories": str(listen)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [clusters.program("postgres"), "-D", cluster / "data", *options]
    process = accounts.spawn(account, command, cwd=cluster, output=output)
    # It may end long before us, by another's hand: someone has to take its exit status.
    threading.Thread(target=process.wait, name="postgres-exit", daemon=True).start()
    return process


def _refuse_or_wait(output: IO[bytes], began: float) -> None:
    if time.monotonic() < began + _LEFTOVER_SECONDS:
        time.sleep(0.2)
        return
    output.seek(0)
    said = output.read().decode(errors="replace").strip()
    raise OperatorError(f"The bundled PostgreSQL does not start; it said:\n{said}")


def _noted(cluster: Path) -> Postmaster | None:
    try:
        lines = (cluster / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    # Pid, directory, start, port, socket directory, address, shared memory, status: the file
    # grows while PostgreSQL starts.
    if len(lines) < 5 or not lines[0].isdigit():
        return None
    is_ready = len(lines) > 7 and lines[7].strip() == "ready"
    return Postmaster(int(lines[0]), Path(lines[4]), is_ready)


def _is_postmaster(pid: int, cluster: Path) -> bool:
    # Its children rename themselves, and a dead process has no command line.
    return f"postgres -D {cluster / 'data'} -c " in _command_line(pid)


def _command_line(pid: int) -> str:
    if sys.platform != "linux":
        command = ["/bin/ps", "-ww", "-o", "args=", "-p", str(pid)]
        return subprocess.run(command, capture_output=True, text=True).stdout  # noqa: S603 (ours)
    try:
        # Not /proc/…/cwd or exe: root in a container may not look at those of another user.
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""
    return os.fsdecode(raw.replace(b"\0", b" "))


def _remove_recycled(cluster: Path) -> None:
    """Remove the pid files of a PostgreSQL that died, if another process has its id by now.

    PostgreSQL itself sees through any other stale file, but takes a living process of this id
    for a running PostgreSQL. In a container, where ids start at 1 every time, that is common.
    """
    noted = _noted(cluster)
    if noted is None:
        return
    # One that was killed a moment ago still answers when its command line is gone.
    deadline = time.monotonic() + _LEFTOVER_SECONDS
    while _is_alive(noted.pid) and _answers(noted.socket_dir / socket_dir.SOCKET):
        if time.monotonic() > deadline:
            raise OperatorError(
                f"A PostgreSQL we cannot see (in another container?) runs on {cluster}."
            )
        time.sleep(_POLL_SECONDS)
    if not _is_alive(noted.pid):
        return
    (noted.socket_dir / f"{socket_dir.SOCKET}.lock").unlink(missing_ok=True)
    (cluster / "data" / "postmaster.pid").unlink()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True
