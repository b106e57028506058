"""What the queue does: how many jobs a second, how soon after the commit, how it bears a backlog.

    python -m benchmarks.jobs
    uv run --with pgqueuer python -m benchmarks.jobs --peer

With `--peer` PgQueuer does the same on the same database: one asyncpg connection, as its guide has
it, and `--batch` jobs at a time.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import asyncpg

from hallporter.cli import command_context
from hallporter.config import Config
from hallporter.core import jobs
from hallporter.core.background_tasks import BackgroundTasks
from hallporter.core.clock import HOUR, SystemClock
from hallporter.core.database import Database
from hallporter.core.ending import end_process
from hallporter.core.jobs import store
from hallporter.core.jobs.kinds import Kind, Pace, WriteCallback
from hallporter.core.jobs.queue import Queue
from hallporter.core.jobs.rows import JobRow

_KIND = "bench"
_BACKLOG = """
    with added as (
        insert into jobs (kind, subject_id, instance_id, due_at, created_at)
        select $1, 'b' || n, 'ins_dead', $2, $2 from generate_series(1, $3) n returning 1
    )
    select count(*) from added
"""
_COMMITS = "select xact_commit from pg_stat_database where datname = current_database()"

Add = Callable[[str], Awaitable[None]]


class Done:
    """When each job was begun."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self.changed = asyncio.Event()

    def note(self, subject: str) -> None:
        """Note that a job is done."""
        self.at[subject] = time.perf_counter()
        self.changed.set()

    async def count(self, wanted: int) -> None:
        """Wait until so many are done."""
        while len(self.at) < wanted:
            self.changed.clear()
            await self.changed.wait()


async def measured(db: Database, add: Add, done: Done, many: int, once: int) -> dict[str, float]:
    """Return the throughput with many there already, and the delay of one after the other."""
    before, commits = time.perf_counter(), await db.value(_COMMITS)
    await done.count(many)
    taken = time.perf_counter() - before
    commits = await db.value(_COMMITS) - commits
    delays: list[float] = []
    for number in range(once):
        await asyncio.sleep(0.02)
        await add(f"one {number}")
        began = time.perf_counter()
        await done.count(many + number + 1)
        delays.append(1_000 * (done.at[f"one {number}"] - began))
    return {
        "jobs a second": round(many / taken),
        "commits a job": round(commits / many, 2),
        "delay, median ms": round(statistics.median(delays), 2),
        "delay, worst ms": round(max(delays), 2),
    }


async def ours(db: Database, many: int, once: int, pace: Pace) -> dict[str, float]:
    """Measure our own queue."""
    done = Done()

    async def work(job: JobRow) -> WriteCallback | None:
        done.note(job.subject_id)
        return None

    async def add(*subjects: str) -> None:
        async with db.write() as tx:
            now = SystemClock().now()
            for subject in subjects:
                instance_id = f"ins_{hash(subject) % 50}"
                jobs.add(tx, _KIND, instance_id=instance_id, subject_id=subject, now=now)

    await add(*(f"many {number}" for number in range(many)))
    queue = Queue(db, SystemClock(), [Kind(_KIND, work, pace=pace)])
    tasks = BackgroundTasks(end_process)
    tasks.repeat("jobs", queue.do_due, every_seconds=0)
    try:
        return await measured(db, add, done, many, once)
    finally:
        await tasks.close()
        await queue.drain()


async def backlog(db: Database, many: int) -> dict[str, float]:
    """Measure a look for jobs beside those of an instance that gets nothing done."""
    now = SystemClock().now()
    await db.value(_BACKLOG, _KIND, now - HOUR, many)
    taken: list[float] = []
    for _ in range(20):
        began = time.perf_counter()
        await store.claim(db, now, [_KIND], [HOUR], [10], but_of=[f"{_KIND} ins_dead"])
        taken.append(1_000 * (time.perf_counter() - began))
    return {
        f"a look beside {many} of a busy instance, median ms": round(statistics.median(taken), 2)
    }


async def peer(db: Database, dsn: str, many: int, once: int, batch: int) -> dict[str, float]:
    """Measure PgQueuer."""
    package: Any = import_module("pgqueuer")
    drivers: Any = import_module("pgqueuer.db")
    queries: Any = import_module("pgqueuer.queries")
    done = Done()
    worker, sender = [await asyncpg.connect(dsn) for _ in range(2)]
    driver = drivers.AsyncpgDriver(worker)
    await queries.Queries(driver).install()
    sending = queries.Queries(drivers.AsyncpgDriver(sender))
    manager = package.PgQueuer(driver)

    @manager.entrypoint(_KIND)
    async def _(job: Any) -> None:
        done.note(job.payload.decode())

    async def add(subject: str) -> None:
        await sending.enqueue([_KIND], [subject.encode()], [0])

    subjects = [f"many {number}".encode() for number in range(many)]
    await sending.enqueue([_KIND] * many, subjects, [0] * many)
    running = asyncio.create_task(manager.run(batch_size=batch))
    try:
        return await measured(db, add, done, many, once)
    finally:
        manager.shutdown.set()
        await running
        await worker.close()
        await sender.close()


async def _run(given: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="hallporter-bench-") as folder:
        async with command_context.opened(Config(data_dir=Path(folder))) as opened:
            db = opened.db
            if given.peer:
                dsn = opened.config.database_url or ""
                return {"PgQueuer": await peer(db, dsn, given.many, given.once, given.batch)}
            found = await ours(db, given.many, given.once, Pace())
            return {"ours": found, "backlog": await backlog(db, given.backlog)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=5_000)
    parser.add_argument("--once", type=int, default=100)
    parser.add_argument("--backlog", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--peer", action="store_true")
    print(json.dumps(asyncio.run(_run(parser.parse_args())), indent=2))
