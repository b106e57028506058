"""Every statement that touches sign-in tokens."""

from hallporter.contract.ids import (
    InstanceId,
    SignInTokenId,
)
from hallporter.core.batches import MOST, delete_oldest
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.sign_in_tokens.rows import SignInTokenRow

SIGN_IN_TOKEN_BY_HASH = f"""
    select {columns(SignInTokenRow)} from sign_in_tokens where instance_id = $1 and token_hash = $2
"""
SIGN_IN_TOKEN_BY_ID = f"""
    select {columns(SignInTokenRow)} from sign_in_tokens where instance_id = $1 and id = $2
"""
INSERT_SIGN_IN_TOKEN = insert_into("sign_in_tokens", SignInTokenRow)
# Only the first request can take it.
SETTLE_SIGN_IN_TOKEN = """
    update sign_in_tokens set status = $3, updated_at = $4
    where instance_id = $1 and id = $2 and status = 'pending'
"""
DELETE_OLD_SIGN_IN_TOKENS = delete_oldest("sign_in_tokens", "id", "expire_at")


async def sign_in_token_by_hash(
    db: Reader, instance_id: InstanceId, token_hash: str
) -> SignInTokenRow | None:
    return await db.one(SignInTokenRow, SIGN_IN_TOKEN_BY_HASH, instance_id, token_hash)


async def sign_in_token_by_id(
    db: Reader, instance_id: InstanceId, id: SignInTokenId
) -> SignInTokenRow | None:
    return await db.one(SignInTokenRow, SIGN_IN_TOKEN_BY_ID, instance_id, id)


async def insert_sign_in_token(tx: Write, row: SignInTokenRow) -> None:
    await tx.insert(INSERT_SIGN_IN_TOKEN, row)


async def settle_sign_in_token(
    tx: Write, instance_id: InstanceId, id: SignInTokenId, status: str, now: int
) -> bool:
    """Take a pending token out of play; False when it was not pending any more."""
    return await tx.execute(SETTLE_SIGN_IN_TOKEN, instance_id, id, status, now) == 1


async def delete_old_sign_in_tokens(db: Reader, instance_id: InstanceId, before: int) -> int:
    """Delete some that expired by `before`, taken or not; return how many."""
    return await db.value(DELETE_OLD_SIGN_IN_TOKENS, instance_id, before, MOST)
