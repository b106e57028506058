"""Every statement that touches invitations."""

from hallporter.contract.ids import InstanceId, InvitationId
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Where, Write
from hallporter.features.invitations.rows import InvitationRow

INVITATION_BY_ID = f"""
    select {columns(InvitationRow)} from invitations where instance_id = $1 and id = $2
"""
INVITATIONS_BY_IDS = f"""
    select {columns(InvitationRow)} from invitations where instance_id = $1 and id = any($2)
"""
INVITATION_BY_HASH = f"""
    select {columns(InvitationRow)} from invitations where instance_id = $1 and token_hash = $2
"""
IS_INVITED = """
    select exists (
        select from invitations
        where instance_id = $1 and email_address = $2 and status = 'pending' and expire_at > $3
    )
"""
LIST_INVITATIONS = (
    f"select {columns(InvitationRow)} from invitations "
    "where {where} order by {order} limit {limit} offset {offset}"
)
COUNT_INVITATIONS = "select count(*) from invitations where {where}"
INSERT_INVITATION = insert_into("invitations", InvitationRow)
# Only the first request can take it.
SETTLE_INVITATION = """
    update invitations set status = $3, updated_at = $4
    where instance_id = $1 and id = $2 and status = 'pending'
"""
ORDERS = {
    "created_at": "created_at, id",
    "-created_at": "created_at desc, id desc",
    "email_address": "email_address, id",
    "-email_address": "email_address desc, id desc",
    "expires_at": "expire_at, id",
    "-expires_at": "expire_at desc, id desc",
}
WITH_STATUS = {
    "pending": "status = 'pending' and expire_at > {}",
    "expired": "status = 'pending' and expire_at <= {}",
    "accepted": "status = 'accepted' and created_at <= {}",
    "revoked": "status = 'revoked' and created_at <= {}",
}
SEARCHED = "(id || ' ' || email_address) like {}"


async def invitation_by_id(
    db: Reader, instance_id: InstanceId, id: InvitationId
) -> InvitationRow | None:
    return await db.one(InvitationRow, INVITATION_BY_ID, instance_id, id)


async def invitations_by_ids(
    db: Reader, instance_id: InstanceId, ids: list[InvitationId]
) -> list[InvitationRow]:
    return await db.many(InvitationRow, INVITATIONS_BY_IDS, instance_id, ids)


async def invitation_by_hash(
    db: Reader, instance_id: InstanceId, token_hash: str
) -> InvitationRow | None:
    return await db.one(InvitationRow, INVITATION_BY_HASH, instance_id, token_hash)


async def is_invited(db: Reader, instance_id: InstanceId, email_address: str, now: int) -> bool:
    return await db.value(IS_INVITED, instance_id, email_address, now)


async def list_invitations(
    db: Reader, where: Where, *, order: str, limit: int, offset: int
) -> list[InvitationRow]:
    """Return a page of the invitations that `where` describes."""
    sql = LIST_INVITATIONS.format(
        where=where.sql,
        order=ORDERS[order],
        limit=where.bind(limit),
        offset=where.bind(offset),
    )
    return await db.many(InvitationRow, sql, *where.args)


async def count_invitations(db: Reader, where: Where) -> int:
    return await db.value(COUNT_INVITATIONS.format(where=where.sql), *where.args)


async def insert_invitation(tx: Write, row: InvitationRow) -> None:
    await tx.insert(INSERT_INVITATION, row)


async def settle_invitation(
    tx: Write, instance_id: InstanceId, id: InvitationId, status: str, now: int
) -> bool:
    """Take a pending invitation out of play; False when it was not pending any more."""
    return await tx.execute(SETTLE_INVITATION, instance_id, id, status, now) == 1
