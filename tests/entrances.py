"""A second way into a running house, with options of its own: behind proxies, say."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import uvicorn

from hallporter import main
from tests.house import House, Tenant


@contextmanager
def entrance(house: House, **options: Any) -> Generator[House]:
    """Serve the same instances on another port with other options of the process."""
    config = replace(house.open.config, **options)
    app = main.entrance(config, house.open.db, house.open.box, house.clock, house.server.directory)
    server = uvicorn.Server(
        uvicorn.Config(
            app, port=0, log_config=None, access_log=False, lifespan="off", proxy_headers=False
        )
    )
    serving = asyncio.run_coroutine_threadsafe(server.serve(), house.loop)
    house.run(_started(server))
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield replace(house, url=f"http://127.0.0.1:{port}")
    finally:
        house.hang_up()
        server.should_exit = True
        serving.result(30)


async def _started(server: uvicorn.Server) -> None:
    while not server.started:  # noqa: ASYNC110  # it has no event to wait for
        await asyncio.sleep(0.01)


def through(house: House, tenant: Tenant) -> Tenant:
    """Return an instance as it is reached by that way."""
    return replace(tenant, house=house)
