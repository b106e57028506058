"""`hallporter worker`: deliver what `serve --no-deliver` leaves, or help those that deliver."""

import asyncio
import signal

from hallporter.cli import house, logs
from hallporter.cli.lean_structlog import structlog
from hallporter.config import Config
from hallporter.core.clock import SystemClock
from hallporter.features.instances.directory import Directory
from hallporter.features.messages.delivering import Postman

log = structlog.get_logger()


def work(config: Config) -> None:
    """Deliver until told to stop; what is under way then still ends."""
    logs.configure(config)
    asyncio.run(_work(config))


async def _work(config: Config) -> None:
    stopped = _when_stopped()
    async with house.opened(config) as opened:
        directory = Directory(opened.db, opened.box)
        await directory.refresh()
        postman = Postman(opened.db, opened.box, SystemClock(), directory)
        lifelong = [directory.keep_fresh(), postman.keep_delivering()]
        tasks = [asyncio.create_task(each) for each in lifelong]
        log.info("worker ready")
        await stopped.wait()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def _when_stopped() -> asyncio.Event:
    """Return what is set when this process is asked to end."""
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop(*_: object) -> None:
        loop.call_soon_threadsafe(stopped.set)

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    return stopped
