"""`hallporter serve`: the server."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from hallporter import config as configuration
from hallporter.cli import house
from hallporter.config import Config
from hallporter.contract.settings import Settings
from hallporter.features.instances import actions as instances
from hallporter.features.instances.actions import NewInstance


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where everything is kept.")] = None,
) -> None:
    """Serve both APIs until stopped."""
    asyncio.run(_serve(configuration.load(host=host, port=port, data_dir=data_dir)))


async def _serve(config: Config) -> None:
    async with house.opened(config) as opened:
        try:
            row = await instances.find(opened.db, None)
        except Exception:
            await instances.create_instance(
                opened.db,
                opened.box,
                NewInstance(
                    slug="default",
                    frontend_host=f"clerk.localhost:{config.port}",
                    settings=Settings(test_mode=True),
                ),
                opened.now,
            )
            row = await instances.find(opened.db, None)
        print(
            row.publishable_key,
            await instances.secret_key(opened.db, opened.box, row.id),
            flush=True,
        )
        os.environ.update(configuration.environment_of(opened.config))
        server = uvicorn.Server(
            uvicorn.Config(
                "hallporter.main:app",
                factory=True,
                host=config.host,
                port=config.port,
                access_log=False,
                lifespan="on",
            )
        )
        await server.serve()
