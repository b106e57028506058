"""Every statement that touches actor tokens."""

from hallporter.contract.ids import ActorTokenId, InstanceId
from hallporter.core.batches import MOST, delete_oldest
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.actor_tokens.rows import ActorTokenRow

ACTOR_TOKEN_BY_HASH = f"""
    select {columns(ActorTokenRow)} from actor_tokens where instance_id = $1 and token_hash = $2
"""
ACTOR_TOKEN_BY_ID = f"""
    select {columns(ActorTokenRow)} from actor_tokens where instance_id = $1 and id = $2
"""
INSERT_ACTOR_TOKEN = insert_into("actor_tokens", ActorTokenRow)
# Only the first request can take it.
SETTLE_ACTOR_TOKEN = """
    update actor_tokens set status = $3, updated_at = $4
    where instance_id = $1 and id = $2 and status = 'pending'
"""
DELETE_OLD_ACTOR_TOKENS = delete_oldest("actor_tokens", "id", "expire_at")


async def actor_token_by_hash(
    db: Reader, instance_id: InstanceId, token_hash: str
) -> ActorTokenRow | None:
    return await db.one(ActorTokenRow, ACTOR_TOKEN_BY_HASH, instance_id, token_hash)


async def actor_token_by_id(
    db: Reader, instance_id: InstanceId, id: ActorTokenId
) -> ActorTokenRow | None:
    return await db.one(ActorTokenRow, ACTOR_TOKEN_BY_ID, instance_id, id)


async def insert_actor_token(tx: Write, row: ActorTokenRow) -> None:
    await tx.insert(INSERT_ACTOR_TOKEN, row)


async def settle_actor_token(
    tx: Write, instance_id: InstanceId, id: ActorTokenId, status: str, now: int
) -> bool:
    """Take a pending token out of play; False when it was not pending any more."""
    return await tx.execute(SETTLE_ACTOR_TOKEN, instance_id, id, status, now) == 1


async def delete_old_actor_tokens(db: Reader, instance_id: InstanceId, before: int) -> int:
    """Delete some that expired by `before`, taken or not; return how many."""
    return await db.value(DELETE_OLD_ACTOR_TOKENS, instance_id, before, MOST)
