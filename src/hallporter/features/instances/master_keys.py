"""The master key is replaced while servers run that were given the old one, or the new one.

Each key is stored sealed under the other, so whoever has one of the two learns both. First
everybody learns the new key, then everybody seals with it, then what is stored is sealed anew. Each
step may be taken again: a command that was killed is simply given once more.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from hallporter.core import crypto_box, resealing
from hallporter.core.crypto_box import CryptoBox, SealedKey
from hallporter.core.database import Database, Reader
from hallporter.features.instances import sealed_settings, store

# Every process looks twice a second; one whose loop is busy is late.
HEARD_OF_SECONDS = 4


async def begin(db: Database, box: CryptoBox, now: int) -> str:
    """Make the new key known to everybody, or take up where somebody stopped; return its id."""
    async with db.write() as tx:
        await store.lock_vault(tx)
        known = await store.sealed_master_keys(tx)
        successor = _successor(known)
        if successor is None:
            known = box.sealed_for(crypto_box.new_key())
            for each in known:
                await store.insert_sealed_master_key(tx, each, now)
            successor = known[0]
    box.learn(known)
    if successor.role == "coming":
        await asyncio.sleep(HEARD_OF_SECONDS)
        async with db.write() as tx:
            await store.let_master_key_seal(tx)
    return successor.key_id


async def reseal(db: Database, box: CryptoBox, now: int) -> AsyncGenerator[str]:
    """Seal everything anew that an older key opens; yield what was done."""
    box.learn(await store.sealed_master_keys(db))
    # Whoever began to write before the new key sealed has written by now.
    await asyncio.sleep(HEARD_OF_SECONDS)
    left = 1
    while left:
        left = await sealed_settings.reseal(db, box, now)
        if left:
            yield f"settings of {left} instances"
        async for column, done in resealing.reseal(db, box):
            left += done
            if done:
                yield f"{done} × {column.table}.{column.column}"


async def finish(db: Database, box: CryptoBox, key_id: str, now: int) -> None:
    """Let the old key open nothing any more, not even the new one."""
    async with db.write() as tx:
        await store.lock_vault(tx)
        await store.replace_fingerprint(tx, box.fingerprint, now)
        await store.forget_successor(tx, key_id)


async def under_way(db: Reader) -> str | None:
    """Return the id of the key that replaces another just now."""
    successor = _successor(await store.sealed_master_keys(db))
    return None if successor is None else successor.key_id


def _successor(known: Sequence[SealedKey]) -> SealedKey | None:
    return next((each for each in known if each.role != "kept"), None)
