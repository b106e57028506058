"""Every statement that touches messages."""

from hallporter.contract.ids import InstanceId, MessageId
from hallporter.core.database import Database, Reader, Write
from hallporter.features.messages.rows import MessageRow

INSERT_MESSAGE = "insert into messages values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
# Claimed for a while by pushing the next attempt ahead: several servers never send one twice,
# and what a killed one had claimed is tried again.
CLAIM_QUEUED = """
    update messages set attempts = attempts + 1, next_attempt_at = $1 + $2
    where id in (
        select id from messages where status = 'queued' and next_attempt_at <= $1
        order by next_attempt_at limit 20 for update skip locked
    )
    returning *
"""
SET_SENT = """
    update messages set status = 'sent', sent_at = $3, body_encrypted = $4
    where instance_id = $1 and id = $2
"""
SET_FAILED = """
    update messages set status = 'failed', body_encrypted = null where instance_id = $1 and id = $2
"""
SET_NEXT_ATTEMPT = """
    update messages set next_attempt_at = $3 where instance_id = $1 and id = $2
"""
NEWEST_MESSAGES = """
    select * from messages where instance_id = $1 order by created_at desc, id desc limit $2
"""


async def insert_message(tx: Write, row: MessageRow) -> None:
    await tx.execute(
        INSERT_MESSAGE,
        row.id,
        row.instance_id,
        row.slug,
        row.to_address,
        row.subject,
        row.body_encrypted,
        row.status,
        row.attempts,
        row.next_attempt_at,
        row.created_at,
        row.sent_at,
    )


async def claim_queued(db: Database, now: int, hold_for: int) -> list[MessageRow]:
    """Take what is due, of every instance; what is not settled in `hold_for` ms comes again."""
    return await db.many(MessageRow, CLAIM_QUEUED, now, hold_for)


async def set_sent(
    tx: Write, instance_id: InstanceId, id: MessageId, now: int, body_encrypted: str | None
) -> None:
    await tx.execute(SET_SENT, instance_id, id, now, body_encrypted)


async def set_failed(tx: Write, instance_id: InstanceId, id: MessageId) -> None:
    await tx.execute(SET_FAILED, instance_id, id)


async def set_next_attempt(tx: Write, instance_id: InstanceId, id: MessageId, at: int) -> None:
    await tx.execute(SET_NEXT_ATTEMPT, instance_id, id, at)


async def newest_messages(db: Reader, instance_id: InstanceId, limit: int) -> list[MessageRow]:
    return await db.many(MessageRow, NEWEST_MESSAGES, instance_id, limit)
