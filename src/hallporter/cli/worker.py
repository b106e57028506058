"""`hallporter worker`: do the jobs that `serve --no-deliver` leaves, or help those that do them."""

import asyncio
import signal

from hallporter.cli import command_context, logs
from hallporter.cli.lean_structlog import structlog
from hallporter.config import Config
from hallporter.core.background_tasks import BackgroundTasks
from hallporter.core.clock import SystemClock
from hallporter.core.ending import Ending
from hallporter.core.jobs.queue import Queue
from hallporter.features.directory.directory import REFRESH_SECONDS, Directory
from hallporter.main import job_kinds

log = structlog.get_logger()


def work(config: Config) -> None:
    """Do jobs until told to stop; what is under way then still ends."""
    logs.configure(config)
    asyncio.run(_work(config))


async def _work(config: Config) -> None:
    stopped, loop = _when_stopped(), asyncio.get_running_loop()
    ending = Ending(lambda _: loop.call_soon_threadsafe(stopped.set))
    async with command_context.opened(config, ending.give_up) as opened:
        clock = SystemClock()
        directory = Directory(opened.db, opened.box, clock)
        await directory.refresh()
        queue = Queue(opened.db, clock, job_kinds(opened.db, opened.box, clock, directory))
        tasks = BackgroundTasks(ending.give_up)
        tasks.repeat("instances", directory.refresh, every_seconds=REFRESH_SECONDS)
        tasks.repeat("jobs", queue.do_due, every_seconds=0)
        log.info("worker ready")
        await stopped.wait()
        await tasks.close()
        await queue.drain()
    ending.refuse()


def _when_stopped() -> asyncio.Event:
    """Return what is set when this process is asked to end."""
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop(*_: object) -> None:
        loop.call_soon_threadsafe(stopped.set)

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    return stopped
