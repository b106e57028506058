"""The real program in processes of its own: started, asked, stopped and killed."""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any

import httpx

PATIENCE_SECONDS = 60


def environment(**more: str) -> dict[str, str]:
    """Return this environment as an operator has it: compiled modules kept, no bundles fetched."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
        and not name.startswith("HALLPORTER_")
    }
    cache = str(Path(tempfile.gettempdir()) / "hallporter-test-pycache")
    return {**kept, "PYTHONPYCACHEPREFIX": cache, "HALLPORTER_PREFETCH": "0", **more}


def hallporter(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "hallporter", *arguments],
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something holds; fail if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def mark_of_change() -> str:
    """Return a setting that changes nothing, to be seen in the environment once it is known."""
    return f"display.after_switch_session_url=https://example.com/{uuid.uuid4()}"


@contextmanager
def new_data_dir() -> Generator[Path]:
    """Yield a directory for a server; not pytest's own: as root the database must reach it."""
    with tempfile.TemporaryDirectory(prefix="hallporter-test-") as directory:
        yield Path(directory) / "data"


@contextmanager
def ready_data_dir() -> Generator[Path]:
    """Yield a directory for a server, whose database is there and has the schema, and no more."""
    with new_data_dir() as data_dir:
        # With their owners: as root, PostgreSQL's files are another user's.
        subprocess.run(["cp", "-a", _ready(), data_dir], check=True)
        yield data_dir


@cache
def _ready() -> Path:
    """Make what is copied, once for all tests of this process."""
    folder = tempfile.mkdtemp(prefix="hallporter-test-")
    atexit.register(shutil.rmtree, folder)
    data_dir = Path(folder) / "data"
    migrated = hallporter("migrate", "--data-dir", str(data_dir))
    assert migrated.returncode == 0, migrated.stderr
    return data_dir


def _hear_hangups() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def _written(file: IO[bytes]) -> str:
    """Read from the start without a seek: that would move where the process writes next."""
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode()


class Serving:
    """A server's process, and who calls it."""

    def __init__(
        self,
        data_dir: Path,
        *arguments: str,
        port: int | None = None,
        wait: bool = True,
        **variables: str,
    ) -> None:
        self.data_dir = data_dir
        self._variables = variables
        self.port = port or free_port()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (as long as the process)
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115
        command = [sys.executable, "-m", "hallporter", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--data-dir", str(data_dir), *arguments],
            env=environment(**variables),
            stdout=self._printed,
            stderr=self._log,
            # Run under nohup, the tests would hand on that hangups are to be ignored.
            preexec_fn=_hear_hangups,
        )
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = httpx.Client(base_url=self.url, timeout=PATIENCE_SECONDS)
        self.callers = [self.http]
        if wait:
            wait_until(self._answers)

    def _answers(self) -> bool:
        assert self.process.poll() is None, f"it ended: {self.log}"
        try:
            return self.http.get("/v1/health").status_code == 200
        except httpx.HTTPError:
            return False

    @property
    def printed(self) -> str:
        """What it has printed on stdout."""
        return _written(self._printed)

    @property
    def log(self) -> str:
        """What it has logged on stderr."""
        return _written(self._log)

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command beside it, with the variables that it was given."""
        return hallporter(*arguments, "--data-dir", str(self.data_dir), **self._variables)

    @property
    def keys(self) -> dict[str, str]:
        """What `hallporter keys --json` says."""
        done = self.run("keys", "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def instance(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run `hallporter instance …` beside it."""
        return self.run("instance", *arguments)

    def change(self, *settings: str) -> None:
        """Change the first instance's settings, and wait until the server knows."""
        mark = mark_of_change()
        done = self.instance("update", "default", *settings, mark)
        assert done.returncode == 0, done.stderr
        wait_until(lambda: mark.partition("=")[2] in self.http.get("/v1/environment").text)

    def children(self) -> dict[int, str]:
        """Return the command lines of its child processes."""
        listed = subprocess.check_output(["ps", "-ww", "-eo", "pid=,ppid=,args="], text=True)
        rows = [line.split(None, 2) for line in listed.splitlines()]
        return {int(pid): args for pid, parent, args in rows if int(parent) == self.process.pid}

    def database_is_stopped(self) -> bool:
        """Whether the bundled PostgreSQL is gone, its pid file with it."""
        return not (self.data_dir / "postgres" / "data" / "postmaster.pid").exists()

    def stop(self) -> int:
        """Ask it to end and return how it did."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Leave nothing behind."""
        for caller in self.callers:
            caller.close()
        if self.process.poll() is None:
            self.stop()
        if not self.database_is_stopped():
            hallporter("keys", "--data-dir", str(self.data_dir))
        self._log.close()
        self._printed.close()


@contextmanager
def serving(
    data_dir: Path,
    *arguments: str,
    port: int | None = None,
    wait: bool = True,
    **variables: str,
) -> Generator[Serving]:
    """Yield a running server."""
    running = Serving(data_dir, *arguments, port=port, wait=wait, **variables)
    try:
        yield running
    finally:
        running.close()
