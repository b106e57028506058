"""A streaming replica of the bundled PostgreSQL, made with its own programs."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg
from psycopg import sql

from hallporter.core.embedded import account as accounts
from hallporter.core.embedded import cluster as clusters
from tests.cli.processes import wait_until

_ROW = sql.SQL("select 1 from {} where id = %s")


class Standby:
    """A replica that can be stopped and started."""

    def __init__(self, primary_dsn: str, data_dir: Path) -> None:
        self._account = accounts.choose(clusters.directory(data_dir))
        self._folder = Path(tempfile.mkdtemp(dir=data_dir, prefix="standby-"))
        accounts.give(self._folder, self._account)
        parts = urlsplit(primary_dsn)
        self.dsn = parts._replace(query=urlencode({"host": str(self._folder)})).geturl()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 (as long as the process)
        self._process: subprocess.Popen[bytes] | None = None
        copying = self._spawn(
            *("pg_basebackup", "--pgdata", self._folder / "data", "--dbname", primary_dsn),
            *("--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"),
        )
        assert copying.wait() == 0, self.said

    @property
    def said(self) -> str:
        """What its programs have printed."""
        return os.pread(self._output.fileno(), 99_999, 0).decode()

    def start(self, *, apply_after: str = "0") -> None:
        """Start it anew and wait until it can be asked; it follows after `apply_after`."""
        self.stop()
        settings = {
            "unix_socket_directories": str(self._folder),
            "listen_addresses": "",
            "shared_buffers": "16MB",
            "recovery_min_apply_delay": apply_after,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._process = self._spawn("postgres", "-D", self._folder / "data", *options)
        wait_until(self._answers)

    def stop(self) -> None:
        """Stop it without waiting for its clients."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()

    def promote(self) -> None:
        """Make it a primary."""
        promoting = self._spawn("pg_ctl", "promote", "--wait", "-D", self._folder / "data")
        assert promoting.wait() == 0, self.said

    def holds(self, table: str, id: str) -> bool:
        """Tell whether it has a row."""
        with psycopg.connect(self.dsn) as inside:
            return inside.execute(_ROW.format(sql.Identifier(table)), [id]).fetchone() is not None

    def close(self) -> None:
        """Leave nothing behind."""
        self.stop()
        self._output.close()
        shutil.rmtree(self._folder)

    def has_answered(self, words: str) -> bool:
        """Tell whether the last statement of a connection of hallporter's had these words in it."""
        with psycopg.connect(self.dsn) as inside:
            row = inside.execute(
                "select query from pg_stat_activity where application_name = 'hallporter'"
            ).fetchall()
        return any(words in query for (query,) in row)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.said
        try:
            psycopg.connect(self.dsn).close()
        except psycopg.OperationalError:
            return False
        return True

    def _spawn(self, program: str, *arguments: str | Path) -> "subprocess.Popen[bytes]":
        command = [clusters.program(program), *arguments]
        return accounts.spawn(self._account, command, cwd=self._folder, output=self._output)


@contextmanager
def standby_of(primary_dsn: str, data_dir: Path) -> Generator[Standby]:
    """Yield a replica, not started yet, of the bundled PostgreSQL in `data_dir`."""
    standby = Standby(primary_dsn, data_dir)
    try:
        yield standby
    finally:
        standby.close()
