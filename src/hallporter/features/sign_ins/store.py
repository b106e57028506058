"""Every statement that touches sign-ins."""

from hallporter.contract.ids import (
    ClientId,
    InstanceId,
    SignInId,
    UserId,
    VerificationId,
)
from hallporter.core.batches import MOST, delete_oldest, oldest
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.identifications.rows import IdentificationType
from hallporter.features.sign_ins.rows import SignInChangeRow, SignInRow, SubjectRow

SIGN_IN_BY_ID = f"select {columns(SignInRow)} from sign_ins where instance_id = $1 and id = $2"
SIGN_IN_OF_CLIENT = f"""
    select {columns(SignInRow)} from sign_ins where instance_id = $1 and id = $2 and client_id = $3
"""
# A client keeps only its newest twenty incomplete sign-ins, so that nobody fills the table.
INSERT_SIGN_IN = f"""
    with crowded_out as (
        delete from sign_ins where instance_id = $1 and id in (
            select id from sign_ins where instance_id = $1 and id = any(array(
                select id from sign_ins
                where instance_id = $1 and client_id = $2 and status <> 'complete'
                order by created_at desc, id offset 19
            ))
            for update skip locked
        )
    )
    {insert_into("sign_ins", SignInRow, after=2)}
"""
# Only over the state that was judged: of two requests that would both complete it, one does.
UPDATE_SIGN_IN = """
    update sign_ins set
        status = $3, first_factor_verification_id = $4, first_factor_strategy = $5,
        second_factor_verification_id = $6, second_factor_strategy = $7,
        new_password_required = $8, created_session_id = $9, updated_at = $10,
        first_factor_proved_at = $11
    where instance_id = $1 and id = $2 and status = $12
"""
ABANDON_SIGN_IN = """
    update sign_ins set abandon_at = $3, updated_at = $3
    where instance_id = $1 and id = $2 and status <> 'complete' and abandon_at > $3
"""
IDENTIFY_SIGN_IN = """
    update sign_ins set user_id = $3 where instance_id = $1 and id = $2
        and status in ('needs_identifier', 'needs_first_factor')
"""
# At most a hundred at a time, without waiting for locks: no single request should have to delete
# very many.
INSERT_CHANGE = f"""
    with old as (
        delete from sign_in_changes where instance_id = $1 and sign_in_id = any(array(
            select sign_in_id from sign_in_changes where instance_id = $1 and created_at < $2
            order by created_at limit 100 for update skip locked
        ))
    )
    {insert_into("sign_in_changes", SignInChangeRow, after=2)}
"""
TAKE_CHANGE = f"""
    delete from sign_in_changes where instance_id = $1 and sign_in_id = $2
    returning {columns(SignInChangeRow)}
"""
DELETE_OLD_CHANGES = delete_oldest("sign_in_changes", "sign_in_id", "created_at")
DELETE_OLD_SIGN_INS = f"""
    delete from sign_ins where {oldest("sign_ins", "id", "abandon_at")} returning client_id
"""
# Of nobody that is known: whoever began them may have had the address later. Their times are of the
# instance, which a test may have moved.
DELETE_OF_NOBODY = """
    delete from sign_ins where instance_id = $1 and id = any(array(
        select s.id from unnest($2::text[], $3::bigint[]) as given (recipient, until)
        join sign_ins s on s.instance_id = $1 and s.user_id is null
            and lower(s.identifier) = lower(given.recipient)
            and s.created_at <= given.until + coalesce(
                (select ahead_by from testing_clocks where instance_id = $1), 0
            )
        limit $4
    ))
    returning client_id
"""
SUBJECT_BY_IDENTIFIER = """
    select
        i.id as identification_id,
        row_to_json(u) as user,
        coalesce(row_to_json(c), 'null') as credentials,
        'null'::json as verification
    from identifications i
    join user_details u on u.id = i.user_id
    left join credentials c on c.user_id = u.id
    where i.instance_id = $1 and i.type = $2 and i.canonical = $3
        and i.status in ('reserved', 'verified')
"""
SUBJECT_BY_USER = """
    select
        null as identification_id,
        row_to_json(u) as user,
        coalesce(row_to_json(c), 'null') as credentials,
        coalesce(row_to_json(v), 'null') as verification
    from user_details u
    left join credentials c on c.user_id = u.id
    left join verifications v on v.instance_id = $1 and v.id = $3
    where u.instance_id = $1 and u.id = $2
"""


async def sign_in_by_id(db: Reader, instance_id: InstanceId, id: SignInId) -> SignInRow | None:
    return await db.one(SignInRow, SIGN_IN_BY_ID, instance_id, id)


async def sign_in_of_client(
    db: Reader, instance_id: InstanceId, id: SignInId, client_id: ClientId
) -> SignInRow | None:
    return await db.one(SignInRow, SIGN_IN_OF_CLIENT, instance_id, id, client_id)


async def insert_sign_in(tx: Write, row: SignInRow) -> None:
    await tx.insert(INSERT_SIGN_IN, row, row.instance_id, row.client_id)


async def abandon_sign_in(tx: Write, instance_id: InstanceId, id: SignInId, now: int) -> None:
    await tx.execute(ABANDON_SIGN_IN, instance_id, id, now)


async def update_sign_in(tx: Write, row: SignInRow, *, was: str) -> bool:
    """Store `row` if its status still is `was`; False when another request changed it first."""
    touched = await tx.execute(
        UPDATE_SIGN_IN,
        row.instance_id,
        row.id,
        row.status,
        row.first_factor_verification_id,
        row.first_factor_strategy,
        row.second_factor_verification_id,
        row.second_factor_strategy,
        row.new_password_required,
        row.created_session_id,
        row.updated_at,
        row.first_factor_proved_at,
        was,
    )
    return touched == 1


async def identify_sign_in(tx: Write, row: SignInRow) -> None:
    """Note whose sign-in this turned out to be."""
    await tx.execute(IDENTIFY_SIGN_IN, row.instance_id, row.id, row.user_id)


async def insert_change(tx: Write, row: SignInChangeRow, *, older_than: int) -> None:
    """Store a change that waits; those from before `older_than` wait in vain, and go."""
    await tx.insert(INSERT_CHANGE, row, row.instance_id, older_than)


async def take_change(tx: Write, instance_id: InstanceId, id: SignInId) -> SignInChangeRow | None:
    """Return the change that waits for a sign-in, once."""
    return await tx.one(SignInChangeRow, TAKE_CHANGE, instance_id, id)


async def delete_old_changes(db: Reader, instance_id: InstanceId, before: int) -> int:
    """Delete some changes of sign-ins that are over; return how many."""
    return await db.value(DELETE_OLD_CHANGES, instance_id, before, MOST)


async def delete_of_nobody(
    tx: Write, instance_id: InstanceId, identifiers: list[str], until: list[int]
) -> list[ClientId]:
    """Delete some sign-ins without a user by these identifiers, each until then."""
    return await tx.column(DELETE_OF_NOBODY, instance_id, identifiers, until, MOST)


async def delete_old_sign_ins(tx: Write, instance_id: InstanceId, before: int) -> list[ClientId]:
    """Delete some sign-ins that ended by `before`; return the client of each."""
    return await tx.column(DELETE_OLD_SIGN_INS, instance_id, before, MOST)


async def subject_by_identifier(
    db: Reader, instance_id: InstanceId, type: IdentificationType, canonical: str
) -> SubjectRow | None:
    """Return the user who owns an identifier, which the row names."""
    return await db.one(SubjectRow, SUBJECT_BY_IDENTIFIER, instance_id, type, canonical)


async def subject_by_user(
    db: Reader,
    instance_id: InstanceId,
    user_id: UserId,
    verification_id: VerificationId | None,
) -> SubjectRow | None:
    """Return a user and the proof that is under way."""
    return await db.one(SubjectRow, SUBJECT_BY_USER, instance_id, user_id, verification_id)
