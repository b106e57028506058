"""Every statement that touches the waitlist."""

from hallporter.contract.ids import InstanceId, InvitationId, WaitlistEntryId
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Where, Write
from hallporter.features.waitlist.rows import WaitlistEntryRow

ENTRY_BY_ID = f"""
    select {columns(WaitlistEntryRow)} from waitlist_entries where instance_id = $1 and id = $2
"""
# Joining again changes nothing.
JOIN = f"""
    {insert_into("waitlist_entries", WaitlistEntryRow)}
    on conflict (instance_id, email_address) do nothing
"""
ENTRY_OF_ADDRESS = f"""
    select {columns(WaitlistEntryRow)} from waitlist_entries
    where instance_id = $1 and email_address = $2
"""
LIST_ENTRIES = (
    f"select {columns(WaitlistEntryRow)} from waitlist_entries "
    "where {where} order by {order} limit {limit} offset {offset}"
)
COUNT_ENTRIES = "select count(*) from waitlist_entries where {where}"
INVITE = """
    update waitlist_entries
    set status = 'invited', invitation_id = $3, invited_at = $4, updated_at = $4
    where instance_id = $1 and id = $2 and status in ('pending', 'rejected', 'invited')
"""
REJECT = """
    update waitlist_entries set status = 'rejected', updated_at = $3
    where instance_id = $1 and id = $2 and status = 'pending'
"""
COMPLETE = """
    update waitlist_entries set status = 'completed', updated_at = $3
    where instance_id = $1 and email_address = $2
    returning id
"""
DELETE_PENDING = """
    delete from waitlist_entries where instance_id = $1 and id = $2 and status = 'pending'
"""
ORDERS = {
    "created_at": "created_at, id",
    "-created_at": "created_at desc, id desc",
    "email_address": "email_address, id",
    "-email_address": "email_address desc, id desc",
    "invited_at": "invited_at, id",
    "-invited_at": "invited_at desc nulls last, id desc",
}
SEARCHED = "(id || ' ' || email_address) like {}"
WITH_STATUS = "status = {}"


async def entry_by_id(
    db: Reader, instance_id: InstanceId, id: WaitlistEntryId
) -> WaitlistEntryRow | None:
    return await db.one(WaitlistEntryRow, ENTRY_BY_ID, instance_id, id)


async def entry_of_address(
    db: Reader, instance_id: InstanceId, email_address: str
) -> WaitlistEntryRow | None:
    return await db.one(WaitlistEntryRow, ENTRY_OF_ADDRESS, instance_id, email_address)


async def join(tx: Write, row: WaitlistEntryRow) -> bool:
    """Store an entry; False when the address has one."""
    return await tx.insert(JOIN, row) == 1


async def list_entries(
    db: Reader, where: Where, *, order: str, limit: int, offset: int
) -> list[WaitlistEntryRow]:
    """Return a page of the entries that `where` describes."""
    sql = LIST_ENTRIES.format(
        where=where.sql,
        order=ORDERS[order],
        limit=where.bind(limit),
        offset=where.bind(offset),
    )
    return await db.many(WaitlistEntryRow, sql, *where.args)


async def count_entries(db: Reader, where: Where) -> int:
    return await db.value(COUNT_ENTRIES.format(where=where.sql), *where.args)


async def invite(
    tx: Write, instance_id: InstanceId, id: WaitlistEntryId, invitation_id: InvitationId, now: int
) -> bool:
    """Note the invitation of an entry; False when its user exists already."""
    return await tx.execute(INVITE, instance_id, id, invitation_id, now) == 1


async def reject(tx: Write, instance_id: InstanceId, id: WaitlistEntryId, now: int) -> bool:
    """Turn an entry down; False when it is not pending."""
    return await tx.execute(REJECT, instance_id, id, now) == 1


async def complete(
    tx: Write, instance_id: InstanceId, email_address: str, now: int
) -> WaitlistEntryId | None:
    """Complete the waitlist entry of a new user; returns it, if there is one."""
    return await tx.value(COMPLETE, instance_id, email_address, now)


async def delete_pending(tx: Write, instance_id: InstanceId, id: WaitlistEntryId) -> bool:
    """Delete an entry; False when it is not pending."""
    return await tx.execute(DELETE_PENDING, instance_id, id) == 1
