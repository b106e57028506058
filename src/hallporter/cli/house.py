"""The context of a command: the migrated database, unlocked with its master key."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager

import msgspec

from hallporter import config as configuration
from hallporter import migrations
from hallporter.cli.databases import database_at
from hallporter.config import Config
from hallporter.core import database, postgres_address
from hallporter.core.clock import SystemClock
from hallporter.core.crypto_box import CryptoBox
from hallporter.core.database import Database
from hallporter.core.ending import GiveUp
from hallporter.core.refusal import Refusal
from hallporter.features.instances import actions as instances


class House(msgspec.Struct, frozen=True):
    """What a command works on; `config.database_url` is set, whichever database it is."""

    config: Config
    db: Database
    box: CryptoBox
    now: int


@asynccontextmanager
async def opened(config: Config, give_up: GiveUp | None = None) -> AsyncGenerator[House]:
    """Open everything that a command needs, and close it afterwards; see `database_at`."""
    open_database = ExitStack()
    running = await asyncio.to_thread(open_database.enter_context, database_at(config, give_up))
    try:
        async with unlocked(running, is_ours=config.database_url is None) as house:
            yield house
    finally:
        await asyncio.to_thread(open_database.close)


async def _to_this_schema(config: Config, address: str) -> None:
    if config.migrate:
        await migrations.apply(address)
    elif waiting := await migrations.pending(address):
        raise Refusal(
            f"The database has the schema of an older release, without {', '.join(waiting)}: run "
            "`hallporter migrate` of this release first."
        )


@asynccontextmanager
async def unlocked(config: Config, *, is_ours: bool) -> AsyncGenerator[House]:
    """Migrate the running database, or see that it is, and unlock it with its master key."""
    address = config.database_url or ""
    if not is_ours:
        await postgres_address.refuse_unusable(address)
    await _to_this_schema(config, address)
    db = await database.connect(address, size=2)
    try:
        known = await instances.known_master_key(db)
        box = await instances.open_box(
            db, config.data_dir, configuration.master_key(), expected_fingerprint=known
        )
        now = SystemClock().now()
        await instances.remember_master_key(db, box, expected_fingerprint=known, now=now)
        yield House(config, db, box, now)
    finally:
        await db.close()
