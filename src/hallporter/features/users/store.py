"""Every statement that touches users."""

from hallporter.contract.ids import InstanceId, UserId
from hallporter.core.database import Reader, Write
from hallporter.features.users.rows import UserDetailsRow, UserRow

USER_BY_ID = "select * from users where instance_id = $1 and id = $2"
USER_DETAILS = "select * from user_details where instance_id = $1 and id = $2"
INSERT_USER = """
    insert into users values (
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        $21, $22, $23
    )
"""
SIGNED_IN = """
    update users set
        failed_attempts = 0, locked_until = null, last_sign_in_at = $3, last_active_at = $3,
        updated_at = $3
    where instance_id = $1 and id = $2 and not banned
        and (locked_until is null or locked_until <= $3)
"""
# Counts, and locks at the limit, in one statement: parallel guesses cannot slip past it.
FAILED_ATTEMPT = """
    update users set
        failed_attempts = case when locked_until <= $3 then 1 else failed_attempts + 1 end,
        locked_until = case
            when locked_until > $3 then locked_until
            when (case when locked_until <= $3 then 1 else failed_attempts + 1 end) >= $4 then $5
            else null
        end
    where instance_id = $1 and id = $2
"""


async def user_by_id(db: Reader, instance_id: InstanceId, id: UserId) -> UserRow | None:
    return await db.one(UserRow, USER_BY_ID, instance_id, id)


async def user_details(db: Reader, instance_id: InstanceId, id: UserId) -> UserDetailsRow | None:
    return await db.one(UserDetailsRow, USER_DETAILS, instance_id, id)


async def insert_user(tx: Write, row: UserRow) -> None:
    await tx.execute(
        INSERT_USER,
        row.id,
        row.instance_id,
        row.external_id,
        row.first_name,
        row.last_name,
        row.locale,
        row.primary_email_address_id,
        row.primary_phone_number_id,
        row.public_metadata,
        row.private_metadata,
        row.unsafe_metadata,
        row.banned,
        row.failed_attempts,
        row.locked_until,
        row.delete_self_enabled,
        row.create_organization_enabled,
        row.create_organizations_limit,
        row.bypass_client_trust,
        row.legal_accepted_at,
        row.last_sign_in_at,
        row.last_active_at,
        row.created_at,
        row.updated_at,
    )


async def signed_in(tx: Write, instance_id: InstanceId, id: UserId, now: int) -> bool:
    """Note a completed sign-in; False when the user is banned, locked or gone by now."""
    return await tx.execute(SIGNED_IN, instance_id, id, now) == 1


async def failed_attempt(
    tx: Write, instance_id: InstanceId, id: UserId, now: int, *, limit: int, locked_until: int
) -> None:
    """Count a wrong attempt; the `limit`th in a row locks the user until `locked_until`."""
    await tx.execute(FAILED_ATTEMPT, instance_id, id, now, limit, locked_until)
