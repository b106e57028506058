"""`hallporter migrate`: the schema first, so that servers can be replaced one by one."""

import asyncio

from hallporter import migrations
from hallporter.cli import databases
from hallporter.config import Config
from hallporter.core import postgres_address


def migrate(config: Config) -> None:
    """Apply what this release adds to the schema, and print it."""
    with databases.database_at(config) as running:
        applied = asyncio.run(_apply(running, is_ours=config.database_url is None))
    for name in applied:
        print(f"applied {name}")
    print("The database has the schema of this release.")


async def _apply(config: Config, *, is_ours: bool) -> list[str]:
    address = config.database_url or ""
    if not is_ours:
        await postgres_address.refuse_unusable(address)
    return await migrations.apply(address)
