"""Opening the house: the database started or joined, migrated, and unlocked with its master key."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from hallporter import config as configuration
from hallporter import migrations
from hallporter.config import Config
from hallporter.core import crypto_box, data_dir, database, embedded
from hallporter.core.clock import SystemClock
from hallporter.core.crypto_box import CryptoBox
from hallporter.core.database import Database
from hallporter.features.instances import actions as instances


@dataclass(frozen=True, slots=True)
class House:
    """What a command works on; `config.database_url` is set, whichever database it is."""

    config: Config
    db: Database
    box: CryptoBox
    now: int


@asynccontextmanager
async def database_at(config: Config) -> AsyncGenerator[Config]:
    """Yield the config with the address of a running, migrated database in it."""
    data_dir.prepare(config.data_dir)
    bundled = None
    if config.database_url is None:
        bundled = await asyncio.to_thread(embedded.start, config.data_dir)
        config = replace(config, database_url=bundled.dsn)
    try:
        await migrations.apply(config.database_url or "")
        yield config
    finally:
        if bundled is not None:
            await asyncio.to_thread(bundled.stop)


@asynccontextmanager
async def opened(config: Config) -> AsyncGenerator[House]:
    """Open everything that a command needs and close it after."""
    async with database_at(config) as running:
        db = await database.connect(running.database_url or "", size=2)
        try:
            box = crypto_box.open_box(
                running.data_dir,
                given=configuration.master_key(),
                expected_fingerprint=await instances.known_master_key(db),
            )
            now = SystemClock().now()
            await instances.remember_master_key(db, box, now)
            yield House(running, db, box, now)
        finally:
            await db.close()
