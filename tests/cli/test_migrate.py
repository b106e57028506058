"""`hallporter migrate` and `serve --no-migrate`: the schema first, then the servers."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from threading import Thread, Timer

import psycopg
import pytest

from hallporter import migrations
from tests.cli.databases import new_database
from tests.cli.processes import (
    environment,
    free_port,
    hallporter,
    new_data_dir,
    serving,
    wait_until,
)

# As CONTRIBUTING.md wants it: whoever is cut off leaves an index behind.
_INDEX = """-- transactional: false

drop index concurrently if exists by_name;
create index concurrently by_name on people (name);
"""
_APPLY = """
import asyncio, pathlib, sys
from hallporter import migrations
asyncio.run(migrations.apply(sys.argv[1], pathlib.Path(sys.argv[2])))
"""
# PostgreSQL notices late that nobody waits for what it builds.
_CUT_OFF = """
    select pg_terminate_backend(pid, 10000) from pg_stat_activity
    where query like '%index concurrently%' and pid <> pg_backend_pid()
"""
_IS_VALID = "select indisvalid from pg_index where indexrelid = to_regclass('by_name')"


@pytest.fixture
def dsn() -> Generator[str]:
    """An empty database."""
    with new_database() as database:
        yield database.dsn


def test_a_server_that_may_not_migrate_says_what_to_run(dsn: str) -> None:
    with new_data_dir() as own:
        arguments = ("--data-dir", str(own))
        refused = hallporter(
            "serve", "--no-migrate", "--port", str(free_port()), *arguments, DATABASE_URL=dsn
        )
        assert refused.returncode == 1
        assert "run `hallporter migrate` of this release first" in " ".join(refused.stderr.split())
        assert "Traceback" not in refused.stderr
        assert _tables(dsn) == 0

        first = hallporter("migrate", *arguments, DATABASE_URL=dsn)
        assert first.returncode == 0, first.stderr
        names = sorted(path.stem for path in migrations.FOLDER.glob("*.sql"))
        is_there = "The database has the schema of this release."
        assert first.stdout.splitlines() == [*(f"applied {name}" for name in names), is_there]
        again = hallporter("migrate", *arguments, DATABASE_URL=dsn)
        assert again.stdout.splitlines() == [is_there]

        with serving(own, "--no-migrate", DATABASE_URL=dsn) as server:
            assert server.stop() == 0


def test_every_command_leaves_the_schema_alone_where_it_is_told_to(dsn: str) -> None:
    with new_data_dir() as own:
        refused = hallporter(
            "instance", "list", "--data-dir", str(own), DATABASE_URL=dsn, HALLPORTER_MIGRATE="0"
        )
    assert refused.returncode == 1
    assert "run `hallporter migrate`" in refused.stderr
    assert _tables(dsn) == 0


# One that builds indexes beside it is in no transaction.
@pytest.mark.parametrize(
    "sql",
    [
        "set local lock_timeout = '500ms';\nalter table people add column name text;",
        f"""-- transactional: false
        set lock_timeout = '500ms';
        alter table people add column if not exists name text;
        reset lock_timeout;
        {_INDEX.partition(chr(10))[2]}""",
    ],
    ids=["in a transaction", "in none"],
)
def test_nobody_waits_long_behind_a_migration_that_waits(
    dsn: str, tmp_path: Path, sql: str
) -> None:
    (tmp_path / "0001_first.sql").write_text("create table people (id text);")
    asyncio.run(migrations.apply(dsn, tmp_path))
    (tmp_path / "0002_second.sql").write_text(sql)
    applied: list[str] = []
    migrating = Thread(target=lambda: applied.extend(asyncio.run(migrations.apply(dsn, tmp_path))))
    with psycopg.connect(dsn) as backup, psycopg.connect(dsn, autocommit=True) as server:
        backup.execute("select id from people")
        migrating.start()
        slowest = max(
            _seconds_of("insert into people (id) values ('ada')", server) for _ in range(40)
        )
        assert applied == []
    migrating.join(30)
    assert applied == ["0002_second"]
    # A request gives a lock three seconds.
    assert 0.1 < slowest < 2


def test_an_index_is_built_concurrently_while_others_start(dsn: str, tmp_path: Path) -> None:
    (tmp_path / "0001_first.sql").write_text("create table people (name text);")
    asyncio.run(migrations.apply(dsn, tmp_path))
    (tmp_path / "0002_second.sql").write_text(_INDEX)

    async def start_three() -> list[list[str]]:
        starting = [migrations.apply(dsn, tmp_path) for _ in range(3)]
        return await asyncio.wait_for(asyncio.gather(*starting), 30)

    with psycopg.connect(dsn) as busy:
        # What it waits for is done once the others have begun to wait for it: its snapshot stays.
        busy.execute("set transaction isolation level repeatable read")
        busy.execute("select name from people")
        ending = Timer(2, busy.rollback)
        ending.start()
        applied = asyncio.run(start_three())
        ending.join()
    assert sorted(applied) == [[], [], ["0002_second"]]


def test_an_index_whose_building_was_cut_off_is_built_anew(dsn: str, tmp_path: Path) -> None:
    (tmp_path / "0001_first.sql").write_text("create table people (name text);")
    asyncio.run(migrations.apply(dsn, tmp_path))
    (tmp_path / "0002_second.sql").write_text(_INDEX)
    with psycopg.connect(dsn) as busy, psycopg.connect(dsn, autocommit=True) as inside:
        # Its snapshot stays, and what is built waits for it.
        busy.execute("set transaction isolation level repeatable read")
        busy.execute("select name from people")
        building = subprocess.Popen(
            [sys.executable, "-c", _APPLY, dsn, str(tmp_path)], env=environment()
        )
        wait_until(lambda: inside.execute(_IS_VALID).fetchone() == (False,))
        building.kill()
        building.wait()
        inside.execute(_CUT_OFF)
        assert inside.execute(_IS_VALID).fetchone() == (False,)
    assert asyncio.run(migrations.apply(dsn, tmp_path)) == ["0002_second"]
    with psycopg.connect(dsn) as inside:
        assert inside.execute(_IS_VALID).fetchone() == (True,)


def _seconds_of(sql: str, server: "psycopg.Connection[tuple[object, ...]]") -> float:
    began = time.monotonic()
    server.execute(sql.encode())
    took = time.monotonic() - began
    time.sleep(0.05)
    return took


def _tables(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        sql = "select count(*) from pg_class where relnamespace = 'public'::regnamespace"
        (count,) = connection.execute(sql).fetchone() or (0,)
    return count
