"""Every statement that touches identifications."""

import asyncpg

from hallporter.contract.ids import IdentificationId, InstanceId, UserId
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.identifications.rows import IdentificationRow, IdentificationType

IDENTIFICATION_BY_ID = f"""
    select {columns(IdentificationRow)} from identifications where instance_id = $1 and id = $2
"""
OWNED_IDENTIFICATION = f"""
    select {columns(IdentificationRow)} from identifications
    where instance_id = $1 and type = $2 and canonical = $3 and status in ('reserved', 'verified')
"""
IDENTIFICATIONS_OF_USER = f"""
    select {columns(IdentificationRow)} from identifications
    where instance_id = $1 and user_id = $2 order by created_at, id
"""
INSERT_IDENTIFICATION = f"""
    {insert_into("identifications", IdentificationRow)}
    on conflict (instance_id, type, canonical) where status in ('reserved', 'verified') do nothing
"""
UPDATE_VERIFICATION = """
    update identifications set
        status = $3, strategy = $4, attempts = $5, expire_at = $6, updated_at = $7,
        verification_id = $8, reserved_for_second_factor = $9, default_second_factor = $10
    where instance_id = $1 and id = $2
"""
SET_PRIMARY_WALLET = """
    update identifications set is_primary = (id = $3)
    where instance_id = $1 and user_id = $2 and type = 'web3_wallet' and is_primary <> (id = $3)
"""
RELEASE_SECOND_FACTORS = """
    update identifications set
        reserved_for_second_factor = false, default_second_factor = false, updated_at = $3
    where instance_id = $1 and user_id = $2 and reserved_for_second_factor
"""
DELETE_IDENTIFICATION = "delete from identifications where instance_id = $1 and id = $2"


async def identification_by_id(
    db: Reader, instance_id: InstanceId, id: IdentificationId
) -> IdentificationRow | None:
    return await db.one(IdentificationRow, IDENTIFICATION_BY_ID, instance_id, id)


async def owned_identification(
    db: Reader, instance_id: InstanceId, type: IdentificationType, canonical: str
) -> IdentificationRow | None:
    return await db.one(IdentificationRow, OWNED_IDENTIFICATION, instance_id, type, canonical)


async def identifications_of_user(
    db: Reader, instance_id: InstanceId, user_id: UserId
) -> list[IdentificationRow]:
    return await db.many(IdentificationRow, IDENTIFICATIONS_OF_USER, instance_id, user_id)


async def insert_identification(tx: Write, row: IdentificationRow) -> bool:
    """Store `row`; False when somebody else has proved the same identifier."""
    return await tx.insert(INSERT_IDENTIFICATION, row) == 1


async def update_verification(tx: Write, row: IdentificationRow) -> bool:
    """Store the verification of `row` and its uses; False when another user had it first."""
    try:
        await tx.execute(
            UPDATE_VERIFICATION,
            row.instance_id,
            row.id,
            row.status,
            row.strategy,
            row.attempts,
            row.expire_at,
            row.updated_at,
            row.verification_id,
            row.reserved_for_second_factor,
            row.default_second_factor,
        )
    except asyncpg.UniqueViolationError:
        return False
    return True


async def delete_identification(tx: Write, instance_id: InstanceId, id: IdentificationId) -> bool:
    return await tx.execute(DELETE_IDENTIFICATION, instance_id, id) == 1


async def release_second_factors(
    tx: Write, instance_id: InstanceId, user_id: UserId, now: int
) -> bool:
    """Let no number of a user be a second factor any more; False when none was."""
    return await tx.execute(RELEASE_SECOND_FACTORS, instance_id, user_id, now) > 0


async def set_primary_wallet(
    tx: Write, instance_id: InstanceId, user_id: UserId, id: IdentificationId | None
) -> None:
    """Let this wallet of a user be the primary one, and no other."""
    await tx.execute(SET_PRIMARY_WALLET, instance_id, user_id, id or "")
