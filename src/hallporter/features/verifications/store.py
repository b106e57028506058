"""Every statement that touches verifications."""

from hallporter.contract.ids import InstanceId, VerificationId
from hallporter.core.database import Reader, Write
from hallporter.features.verifications.rows import VerificationRow

VERIFICATION_BY_ID = "select * from verifications where instance_id = $1 and id = $2"
INSERT_VERIFICATION = """
    insert into verifications values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
# Counted, judged and spent in one statement: of 200 guesses at once, each costs an attempt.
TRY_CODE = """
    update verifications set
        attempts = attempts + 1,
        status = case
            when code_digest = $3 then 'verified'
            when attempts + 1 >= $5 then 'failed'
            else 'unverified'
        end,
        updated_at = $4
    where instance_id = $1 and id = $2 and status = 'unverified' and expire_at > $4
    returning *
"""


async def verification_by_id(
    db: Reader, instance_id: InstanceId, id: VerificationId
) -> VerificationRow | None:
    return await db.one(VerificationRow, VERIFICATION_BY_ID, instance_id, id)


async def insert_verification(tx: Write, row: VerificationRow) -> None:
    await tx.execute(
        INSERT_VERIFICATION,
        row.id,
        row.instance_id,
        row.strategy,
        row.status,
        row.attempts,
        row.code_digest,
        row.identification_id,
        row.expire_at,
        row.created_at,
        row.updated_at,
    )


async def try_code(
    tx: Write, row: VerificationRow, code_digest: str, now: int, *, max_attempts: int
) -> VerificationRow | None:
    """Spend an attempt on a code; None when there was none left to spend."""
    return await tx.one(
        VerificationRow, TRY_CODE, row.instance_id, row.id, code_digest, now, max_attempts
    )
