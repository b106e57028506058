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
from hallporter.core.ending import FailureCallback
from hallporter.core.operator_error import OperatorError
from hallporter.features.instances import actions as instance_actions


class CommandContext(msgspec.Struct, frozen=True):
    """What a command works on; `config.database_url` is set, whichever database it is."""

    config: Config
    db: Database
    box: CryptoBox
    now: int


@asynccontextmanager
async def opened(
    config: Config, give_up: FailureCallback | None = None
) -> AsyncGenerator[CommandContext]:
    """Open everything that a command needs, and close it afterwards; see `database_at`."""
    open_database = ExitStack()
    running = await asyncio.to_thread(open_database.enter_context, database_at(config, give_up))
    try:
        async with unlocked(running, is_ours=config.database_url is None) as context:
            yield context
    finally:
        await asyncio.to_thread(open_database.close)


async def _to_this_schema(config: Config, address: str) -> None:
    if config.migrate:
        await migrations.apply(address)
    elif waiting := await migrations.pending(address):
        raise OperatorError(
            f"The database has the schema of an older release, without {', '.join(waiting)}: run "
            "`hallporter migrate` of this release first."
        )


@asynccontextmanager
async def unlocked(config: Config, *, is_ours: bool) -> AsyncGenerator[CommandContext]:
    """Migrate the running database, or see that it is, and unlock it with its master key."""
    address = config.database_url or ""
    if not is_ours:
        await postgres_address.refuse_unusable(address)
    await _to_this_schema(config, address)
    db = await database.connect(address, size=2)
    try:
        known = await instance_actions.known_master_key(db)
        box = await instance_actions.open_box(
            db, config.data_dir, configuration.master_key(), expected_fingerprint=known
        )
        now = SystemClock().now()
        await instance_actions.remember_master_key(db, box, expected_fingerprint=known, now=now)
        yield CommandContext(config, db, box, now)
    finally:
        await db.close()
