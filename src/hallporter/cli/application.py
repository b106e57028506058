"""The application as `serve` runs it, in this process or in a worker."""

import asyncio
import multiprocessing
import os
import signal
import threading

from hallporter import config as configuration
from hallporter.cli import listening, logs
from hallporter.cli.lean_structlog import structlog
from hallporter.config import Config
from hallporter.core.ending import FailureCallback, end_process
from hallporter.delivery import npm_packages
from hallporter.delivery.npm_pins import PINS, PackageUnavailable
from hallporter.edge.asgi import AsgiApp, AsgiScope, Receive, Send
from hallporter.main import Server

log = structlog.get_logger()

# The first requests come before what may wait.
_PREFETCH_AFTER_SECONDS = 1.0


def worker() -> AsgiApp:
    """Return the application for the environment's config: what each worker process calls."""
    config = configuration.load()
    logs.configure(config)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    return application(config)


def application(config: Config, give_up: FailureCallback = end_process) -> AsgiApp:
    """Return the server, with the bundles on their way and the proxy in front believed.

    `give_up` hears of what should go on as long as the server and cannot.
    """
    server = Server(config, give_up=give_up, judge=listening.judge(config))

    async def serve(scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(server, config, scope, receive, send)
            return
        if config.behind_proxy:
            scope["scheme"] = "https"
        await server(scope, receive, send)

    return serve


async def _live(
    server: Server, config: Config, scope: AsgiScope, receive: Receive, send: Send
) -> None:
    if not config.prefetch:
        await server(scope, receive, send)
        return
    fetching = asyncio.create_task(_prefetch(config))
    try:
        await server(scope, receive, send)
    finally:
        fetching.cancel()
        await asyncio.wait({fetching})


async def _prefetch(config: Config) -> None:
    await asyncio.sleep(_PREFETCH_AFTER_SECONDS)
    try:
        for pin in PINS:
            await npm_packages.ensure(config.data_dir, pin)
    except PackageUnavailable as unavailable:
        # The page that needs one tries again, and says what is wrong.
        log.info("browser bundles not fetched", reason=unavailable.sentence)
    # Nobody waits for this task: what is not logged here, nobody hears of.
    except Exception:
        log.exception("browser bundles not fetched")


def _end_with_parent() -> None:
    """Drain and end when the parent is gone, however it died: nobody else would stop us."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
