"""Every statement that touches messages."""

from hallporter.contract.ids import InstanceId, MessageId
from hallporter.core.batches import MOST, oldest
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.messages.rows import DueMessageRow, MessageRow, QueuedBeforeRow

INSERT_MESSAGE = insert_into("messages", MessageRow)
MESSAGE_TO_SEND = f"""
    select {columns(MessageRow, "m")},
        (m.expire_at is null or m.expire_at > $3)
        and not exists (
            select from verifications
            where verifications.instance_id = $1 and verifications.id = m.verification_id
                and verifications.status <> 'unverified'
        )
        and not exists (
            select from messages newer
            where newer.instance_id = $1 and newer.regarding = m.regarding
                and newer.created_at > m.created_at
        ) as is_wanted
    from messages m where m.instance_id = $1 and m.id = $2 and m.status = 'queued'
"""
# The release before had no jobs: it went by this column, which is out of its reach from then on.
TAKE_QUEUED_BEFORE = """
    update messages set next_attempt_at = 9223372036854775807
    where id = any(array(
        select id from messages where status = 'queued' and next_attempt_at <= $1
        order by next_attempt_at limit 500 for update skip locked
    ))
    returning id, instance_id
"""
SET_SENT = """
    update messages set status = 'sent', sent_at = $3, facts_encrypted = $4
    where instance_id = $1 and id = $2
"""
SET_GIVEN_UP = """
    update messages set status = $3, facts_encrypted = null where instance_id = $1 and id = $2
"""
MESSAGE_BY_ID = f"select {columns(MessageRow)} from messages where instance_id = $1 and id = $2"
NEWEST_MESSAGES = f"""
    select {columns(MessageRow)} from messages where instance_id = $1
    order by created_at desc, id desc limit $2
"""
DELETE_OLD_MESSAGES = f"""
    delete from messages
    where {oldest("messages", "id", "created_at", but="status <> 'queued'")}
    returning id
"""
# The user was deleted, so the recipients of their messages are erased.
FORGET_RECIPIENTS = """
    update messages set recipient = '', facts_encrypted = null
    where instance_id = $1 and id = any(array(
        select m.id from unnest($2::text[], $3::bigint[]) as given (recipient, until)
        join messages m on m.instance_id = $1 and m.recipient = given.recipient
            and m.created_at <= given.until and m.status <> 'queued'
        limit $4
    ))
    returning id
"""


async def insert_message(tx: Write, row: MessageRow) -> None:
    await tx.insert(INSERT_MESSAGE, row)


async def message_to_send(
    db: Reader, instance_id: InstanceId, id: MessageId, now: int
) -> DueMessageRow | None:
    """Return a message that has not left."""
    return await db.one(DueMessageRow, MESSAGE_TO_SEND, instance_id, id, now)


async def take_queued_before(tx: Write, now: int) -> list[QueuedBeforeRow]:
    """Take over some of what a server of the release before would send now."""
    return await tx.many(QueuedBeforeRow, TAKE_QUEUED_BEFORE, now)


async def set_sent(
    tx: Write, instance_id: InstanceId, id: MessageId, now: int, facts_encrypted: str | None
) -> None:
    await tx.execute(SET_SENT, instance_id, id, now, facts_encrypted)


async def set_failed(tx: Write, instance_id: InstanceId, id: MessageId) -> None:
    await tx.execute(SET_GIVEN_UP, instance_id, id, "failed")


async def set_dropped(tx: Write, instance_id: InstanceId, id: MessageId) -> None:
    await tx.execute(SET_GIVEN_UP, instance_id, id, "dropped")


async def message_by_id(db: Reader, instance_id: InstanceId, id: MessageId) -> MessageRow | None:
    return await db.one(MessageRow, MESSAGE_BY_ID, instance_id, id)


async def newest_messages(db: Reader, instance_id: InstanceId, limit: int) -> list[MessageRow]:
    return await db.many(MessageRow, NEWEST_MESSAGES, instance_id, limit)


async def delete_old_messages(tx: Write, instance_id: InstanceId, before: int) -> list[MessageId]:
    """Delete some messages of before that have left, or will not; return which."""
    return await tx.column(DELETE_OLD_MESSAGES, instance_id, before, MOST)


async def forget_recipients(
    tx: Write, instance_id: InstanceId, recipients: list[str], until: list[int]
) -> list[MessageId]:
    """Erase recipients and facts of some messages to each until then; return which."""
    return await tx.column(FORGET_RECIPIENTS, instance_id, recipients, until, MOST)
