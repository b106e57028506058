"""Every statement that touches messages."""

from hallporter.contract.ids import InstanceId, MessageId
from hallporter.core.database import Database, Reader, Write
from hallporter.features.messages.rows import ClaimedMessageRow, MessageRow

INSERT_MESSAGE = """
    insert into messages values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""
# Claimed for a while by pushing the next attempt ahead: several servers never send one at once,
# and what a killed one had claimed is tried again.
CLAIM_QUEUED = """
    with claimed as (
        update messages set attempts = attempts + 1, next_attempt_at = $1 + $2
        where id in (
            select id from messages
            where status = 'queued' and next_attempt_at <= $1 and instance_id <> all($3)
            order by next_attempt_at limit $4 for update skip locked
        )
        returning *
    )
    select claimed.*,
        (claimed.expire_at is null or claimed.expire_at > $1)
        and not exists (
            select from verifications
            where verifications.instance_id = claimed.instance_id
                and verifications.id = claimed.verification_id
                and verifications.status <> 'unverified'
        )
        and not exists (
            select from messages newer
            where newer.instance_id = claimed.instance_id
                and newer.regarding = claimed.regarding
                and newer.created_at > claimed.created_at
        ) as is_wanted
    from claimed
"""
SET_SENT = """
    update messages set status = 'sent', sent_at = $3, facts_encrypted = $4
    where instance_id = $1 and id = $2
"""
SET_GIVEN_UP = """
    update messages set status = $3, facts_encrypted = null where instance_id = $1 and id = $2
"""
SET_NEXT_ATTEMPT = """
    update messages set next_attempt_at = $3 where instance_id = $1 and id = $2
"""
MESSAGE_BY_ID = "select * from messages where instance_id = $1 and id = $2"
NEWEST_MESSAGES = """
    select * from messages where instance_id = $1 order by created_at desc, id desc limit $2
"""


async def insert_message(tx: Write, row: MessageRow) -> None:
    await tx.execute(
        INSERT_MESSAGE,
        row.id,
        row.instance_id,
        row.channel,
        row.slug,
        row.recipient,
        row.facts_encrypted,
        row.verification_id,
        row.regarding,
        row.expire_at,
        row.status,
        row.attempts,
        row.next_attempt_at,
        row.created_at,
        row.sent_at,
    )


async def claim_queued(
    db: Database, now: int, hold_for: int, *, limit: int, but_of: list[InstanceId]
) -> list[ClaimedMessageRow]:
    """Take what is due, of every instance but some; unless settled it comes again after a hold.

    `hold_for` is in ms.
    """
    return await db.many(ClaimedMessageRow, CLAIM_QUEUED, now, hold_for, but_of, limit)


async def set_sent(
    tx: Write, instance_id: InstanceId, id: MessageId, now: int, facts_encrypted: str | None
) -> None:
    await tx.execute(SET_SENT, instance_id, id, now, facts_encrypted)


async def set_failed(tx: Write, instance_id: InstanceId, id: MessageId) -> None:
    await tx.execute(SET_GIVEN_UP, instance_id, id, "failed")


async def set_dropped(tx: Write, instance_id: InstanceId, id: MessageId) -> None:
    await tx.execute(SET_GIVEN_UP, instance_id, id, "dropped")


async def set_next_attempt(tx: Write, instance_id: InstanceId, id: MessageId, at: int) -> None:
    await tx.execute(SET_NEXT_ATTEMPT, instance_id, id, at)


async def message_by_id(db: Reader, instance_id: InstanceId, id: MessageId) -> MessageRow | None:
    return await db.one(MessageRow, MESSAGE_BY_ID, instance_id, id)


async def newest_messages(db: Reader, instance_id: InstanceId, limit: int) -> list[MessageRow]:
    return await db.many(MessageRow, NEWEST_MESSAGES, instance_id, limit)
