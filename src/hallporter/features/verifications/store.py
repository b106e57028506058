"""Every statement that touches verifications."""

from hallporter.contract.ids import ClientId, InstanceId, SessionId, UserId, VerificationId
from hallporter.core.batches import MOST, oldest
from hallporter.core.clock import DAY
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.verifications.rows import EmailLinkRow, VerificationRow

Owner = ClientId | SessionId | UserId
"""Who asked for a proof: a browser, or a user who is signed in."""

# An attempt is over after a day.
_KEPT = DAY

VERIFICATION_BY_ID = f"""
    select {columns(VerificationRow)} from verifications where instance_id = $1 and id = $2
"""
VERIFICATIONS_BY_ID = f"""
    select {columns(VerificationRow)} from verifications
    where instance_id = $1 and id = any($2)
"""
# Each owner keeps only the newest twenty unproved verifications, so that nobody fills the table.
# Those older than any attempt are deleted, a hundred at a time. Proved ones are kept as long as
# they may be shown.
INSERT_VERIFICATION = f"""
    with old as (
        delete from verification_owners where instance_id = $1 and verification_id = any(array(
            select verification_id from verification_owners
            where instance_id = $1 and created_at <= $3
            order by created_at limit 100 for update skip locked
        ))
        returning verification_id
    ), never_proved as (
        delete from verifications where instance_id = $1 and status <> 'verified'
            and id in (select verification_id from old)
        returning id
    ), crowded_out as (
        delete from verifications where instance_id = $1 and id in (
            select id from verifications where instance_id = $1 and id = any(array(
                select v.id from verification_owners o
                join verifications v on v.id = o.verification_id
                where o.instance_id = $1 and o.owner = $2 and v.status <> 'verified'
                order by o.created_at desc, v.id offset 19
            ))
            for update skip locked
        )
        returning id
    ), links as (
        delete from email_links where instance_id = $1 and verification_id in (
            select id from never_proved union all select id from crowded_out
        )
    ), owned as (
        insert into verification_owners (verification_id, instance_id, owner, created_at)
        values ($4, $1, $2, $5)
    )
    {insert_into("verifications", VerificationRow, after=5)}
"""
# Counted, judged and spent in one statement: of 200 guesses at once, each costs an attempt.
TRY_CODE = f"""
    update verifications set
        attempts = attempts + 1,
        status = case
            when code_digest = $3 then 'verified'
            when attempts + 1 >= $5 then 'failed'
            else 'unverified'
        end,
        updated_at = $4
    where instance_id = $1 and id = $2 and status = 'unverified' and expire_at > $4
    returning {columns(VerificationRow)}
"""

EMAIL_LINK_BY_HASH = f"""
    select {columns(EmailLinkRow)} from email_links where instance_id = $1 and token_hash = $2
"""
EMAIL_LINK_OF_VERIFICATION = f"""
    select {columns(EmailLinkRow)} from email_links where instance_id = $1 and verification_id = $2
"""
INSERT_EMAIL_LINK = insert_into("email_links", EmailLinkRow)
# The link and its verification are spent in one statement, so a second request finds it used.
SPEND_EMAIL_LINK = """
    with spent as (
        update verifications set status = 'verified', attempts = attempts + 1, updated_at = $4
        where instance_id = $1 and id = $2 and status = 'unverified' and expire_at > $4
        returning id
    )
    update email_links set opened_by = $3 from spent
    where email_links.instance_id = $1 and email_links.verification_id = spent.id
"""

# An answer to a challenge is given once, right or wrong.
SPEND_VERIFICATION = """
    update verifications set
        attempts = attempts + 1, updated_at = $3,
        status = case when $4 then 'verified' else 'failed' end
    where instance_id = $1 and id = $2 and status = 'unverified' and expire_at > $3
"""
DELETE_OLD_VERIFICATIONS = f"""
    with gone as (
        delete from verifications where {oldest("verifications", "id", "created_at")}
        returning id
    ), links as (
        delete from email_links
        where instance_id = $1 and verification_id in (select id from gone)
    )
    select count(*) from gone
"""


async def verification_by_id(
    db: Reader, instance_id: InstanceId, id: VerificationId
) -> VerificationRow | None:
    return await db.one(VerificationRow, VERIFICATION_BY_ID, instance_id, id)


async def verifications_by_id(
    db: Reader, instance_id: InstanceId, ids: list[VerificationId]
) -> list[VerificationRow]:
    return await db.many(VerificationRow, VERIFICATIONS_BY_ID, instance_id, ids)


async def insert_verification(tx: Write, row: VerificationRow, *, owner: Owner) -> None:
    """Store a proof; those that its `owner` asked for and never gave make room for it."""
    older = row.created_at - _KEPT
    await tx.insert(INSERT_VERIFICATION, row, row.instance_id, owner, older, row.id, row.created_at)


async def try_code(
    tx: Write, row: VerificationRow, code_digest: str, now: int, *, max_attempts: int
) -> VerificationRow | None:
    """Spend an attempt on a code; None when there was none left to spend."""
    return await tx.one(
        VerificationRow, TRY_CODE, row.instance_id, row.id, code_digest, now, max_attempts
    )


async def email_link_by_hash(
    db: Reader, instance_id: InstanceId, token_hash: str
) -> EmailLinkRow | None:
    return await db.one(EmailLinkRow, EMAIL_LINK_BY_HASH, instance_id, token_hash)


async def email_link_of_verification(
    db: Reader, instance_id: InstanceId, verification_id: VerificationId
) -> EmailLinkRow | None:
    return await db.one(EmailLinkRow, EMAIL_LINK_OF_VERIFICATION, instance_id, verification_id)


async def insert_email_link(tx: Write, row: EmailLinkRow) -> None:
    await tx.insert(INSERT_EMAIL_LINK, row)


async def spend_email_link(
    tx: Write, row: EmailLinkRow, opened_by: ClientId | None, now: int
) -> bool:
    """Spend a link and note who opened it; False when it was spent before, or is too old."""
    touched = await tx.execute(
        SPEND_EMAIL_LINK, row.instance_id, row.verification_id, opened_by, now
    )
    return touched == 1


async def spend(
    tx: Write, instance_id: InstanceId, id: VerificationId, now: int, *, holds: bool
) -> bool:
    """Settle a proof for good; False when it was settled before or is too old."""
    return await tx.execute(SPEND_VERIFICATION, instance_id, id, now, holds) == 1


async def delete_old_verifications(db: Reader, instance_id: InstanceId, before: int) -> int:
    """Delete some proofs that were asked for by `before`, and their links; return how many."""
    return await db.value(DELETE_OLD_VERIFICATIONS, instance_id, before, MOST)
