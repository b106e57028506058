"""A second server on the same database, with other options: behind proxies, for example."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import uvicorn

from hallporter import main
from tests.harness import Harness, Tenant


@contextmanager
def extra_server(harness: Harness, **options: Any) -> Generator[Harness]:
    """Serve the same instances on another port with other options of the process."""
    config = replace(harness.open.config, **options)
    app = main.router(
        config, harness.open.db, harness.open.box, harness.clock, harness.server.directory
    )
    server = uvicorn.Server(
        uvicorn.Config(
            app, port=0, log_config=None, access_log=False, lifespan="off", proxy_headers=False
        )
    )
    serving = asyncio.run_coroutine_threadsafe(server.serve(), harness.loop)
    harness.run(_started(server))
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield replace(harness, url=f"http://127.0.0.1:{port}")
    finally:
        harness.hang_up()
        server.should_exit = True
        serving.result(30)


async def _started(server: uvicorn.Server) -> None:
    while not server.started:  # noqa: ASYNC110  # it has no event to wait for
        await asyncio.sleep(0.01)


def through(harness: Harness, tenant: Tenant) -> Tenant:
    """Return an instance as it is reached through that server."""
    return replace(tenant, harness=harness)
