"""Every statement that touches sign-ups."""

from hallporter.contract.ids import ClientId, InstanceId, SignUpId, UserId
from hallporter.core.batches import MOST, oldest
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.sign_ups.rows import GoneSignUpRow, SignUpRow

SIGN_UP_BY_ID = f"select {columns(SignUpRow)} from sign_ups where instance_id = $1 and id = $2"
SIGN_UP_OF_CLIENT = f"""
    select {columns(SignUpRow)} from sign_ups where instance_id = $1 and id = $2 and client_id = $3
"""
INSERT_SIGN_UP = insert_into("sign_ups", SignUpRow)
# A sign-up becomes a user once: only while it is open, only over the state that was read.
UPDATE_SIGN_UP = """
    update sign_ups set
        status = $3, email_address = $4, username = $5, first_name = $6, last_name = $7,
        password_hash = $8, unsafe_metadata = $9, email_address_verification_id = $10,
        locale = $11, legal_accepted_at = $12, created_session_id = $13, created_user_id = $14,
        updated_at = $15, external_verification_id = $16,
        phone_number = $17, phone_number_verification_id = $18,
        web3_wallet = $19, web3_wallet_verification_id = $20
    where instance_id = $1 and id = $2 and status = 'missing_requirements' and updated_at = $21
"""
FORGET_PASSWORD = """
    update sign_ups set password_hash = null where instance_id = $1 and id = $2
"""
DELETE_OLD_SIGN_UPS = f"""
    delete from sign_ups where {oldest("sign_ups", "id", "abandon_at")} returning client_id
"""
DELETE_OF_USER = """
    with gone as (
        delete from sign_ups where instance_id = $1 and created_user_id = $2 returning 1
    )
    select count(*) from gone
"""
# Those that came to nothing. Their times are of the instance, which a test may have moved.
DELETE_OF_RECIPIENTS = """
    delete from sign_ups where instance_id = $1 and id = any(array(
        select s.id from unnest($2::text[], $3::bigint[]) as given (recipient, until)
        join sign_ups s on s.instance_id = $1 and s.created_user_id is null
            and (s.email_address = given.recipient or s.phone_number = given.recipient)
            and s.created_at <= given.until + coalesce(
                (select ahead_by from testing_clocks where instance_id = $1), 0
            )
        limit $4
    ))
    returning client_id, external_verification_id
"""


async def sign_up_by_id(db: Reader, instance_id: InstanceId, id: SignUpId) -> SignUpRow | None:
    return await db.one(SignUpRow, SIGN_UP_BY_ID, instance_id, id)


async def sign_up_of_client(
    db: Reader, instance_id: InstanceId, id: SignUpId, client_id: ClientId
) -> SignUpRow | None:
    return await db.one(SignUpRow, SIGN_UP_OF_CLIENT, instance_id, id, client_id)


async def insert_sign_up(tx: Write, row: SignUpRow) -> None:
    await tx.insert(INSERT_SIGN_UP, row)


async def update_sign_up(tx: Write, row: SignUpRow, *, read_at: int) -> bool:
    """Store `row` if unchanged since `read_at`; False when another request was first."""
    touched = await tx.execute(
        UPDATE_SIGN_UP,
        row.instance_id,
        row.id,
        row.status,
        row.email_address,
        row.username,
        row.first_name,
        row.last_name,
        row.password_hash,
        row.unsafe_metadata,
        row.email_address_verification_id,
        row.locale,
        row.legal_accepted_at,
        row.created_session_id,
        row.created_user_id,
        row.updated_at,
        row.external_verification_id,
        row.phone_number,
        row.phone_number_verification_id,
        row.web3_wallet,
        row.web3_wallet_verification_id,
        read_at,
    )
    return touched == 1


async def forget_password(tx: Write, instance_id: InstanceId, id: SignUpId) -> None:
    """Drop the hash once the user has it: no second copy is kept."""
    await tx.execute(FORGET_PASSWORD, instance_id, id)


async def delete_old_sign_ups(tx: Write, instance_id: InstanceId, before: int) -> list[ClientId]:
    """Delete some sign-ups that ended by `before`; return the client of each."""
    return await tx.column(DELETE_OLD_SIGN_UPS, instance_id, before, MOST)


async def delete_of_user(db: Reader, instance_id: InstanceId, user_id: UserId) -> int:
    """Delete the sign-up that a user came by; return how many those are."""
    return await db.value(DELETE_OF_USER, instance_id, user_id)


async def delete_of_recipients(
    tx: Write, instance_id: InstanceId, recipients: list[str], until: list[int]
) -> list[GoneSignUpRow]:
    """Delete some unfinished sign-ups with these addresses and numbers, each until then."""
    return await tx.many(GoneSignUpRow, DELETE_OF_RECIPIENTS, instance_id, recipients, until, MOST)
