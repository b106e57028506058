"""Every statement that touches visits to providers."""

from hallporter.contract.ids import (
    ClientId,
    ExternalVerificationId,
    InstanceId,
    SignInId,
    SignUpId,
)
from hallporter.core.batches import MOST, delete_oldest
from hallporter.core.clock import DAY
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.visits.rows import ExternalVerificationRow, OAuthStateRow

VERIFICATION_BY_ID = f"""
    select {columns(ExternalVerificationRow)} from external_verifications
    where instance_id = $1 and id = $2
"""
VISIT_OF_SIGN_UP = f"""
    select {columns(ExternalVerificationRow, "v")} from external_verifications v
    join sign_ups s on s.instance_id = $1 and s.external_verification_id = v.id
    where v.instance_id = $1 and s.id = $2
"""
VISIT_OF_SIGN_IN = f"""
    select {columns(ExternalVerificationRow, "v")} from external_verifications v
    join sign_ins s on s.instance_id = $1 and s.first_factor_verification_id = v.id
    where v.instance_id = $1 and s.id = $2
"""
# Of those that a client began it keeps the newest twenty, and none for longer than two days.
INSERT_VERIFICATION = f"""
    with crowded_out as (
        delete from external_verifications where instance_id = $1 and id in (
            select id from external_verifications where instance_id = $1 and id = any(array(
                select id from (
                    select id, created_at, row_number() over (order by created_at desc, id) as place
                    from external_verifications where instance_id = $1 and client_id = $2
                ) each where created_at < $3 or place >= 20
            ))
            for update skip locked
        )
    )
    {insert_into("external_verifications", ExternalVerificationRow, after=3)}
"""
SETTLE_VERIFICATION = """
    update external_verifications set
        status = $3, error = $4, identity_encrypted = $5, redirect_url_encrypted = null,
        expire_at = $6, updated_at = $7
    where instance_id = $1 and id = $2 and status = 'unverified'
"""
# Handed from a sign-in to a sign-up, or back, once.
TRANSFER_VERIFICATION = """
    update external_verifications set status = 'verified', error = 'null', updated_at = $4
    where instance_id = $1 and id = $2 and client_id = $3 and status = 'transferable'
        and expire_at > $4
"""
FORGET_IDENTITY = """
    update external_verifications set identity_encrypted = null
    where instance_id = $1 and id = $2
"""
# Each insert deletes a few expired visits, without waiting for locks. Anybody may begin visits, so
# no single request should have to delete very many. A client keeps its newest twenty.
INSERT_STATE = f"""
    with expired as (
        delete from oauth_states where instance_id = $1 and state_hash = any(array(
            select state_hash from oauth_states where instance_id = $1 and expire_at <= $3
            order by expire_at limit 100 for update skip locked
        ))
    ), crowded_out as (
        delete from oauth_states where instance_id = $1 and state_hash in (
            select state_hash from oauth_states where instance_id = $1 and state_hash = any(array(
                select state_hash from oauth_states where instance_id = $1 and client_id = $2
                order by expire_at desc, state_hash offset 19
            ))
            for update skip locked
        )
    )
    {insert_into("oauth_states", OAuthStateRow, after=3)}
"""
# Taken and gone in one statement, and only by the browser that it was made for: a foreign one
# neither gets it nor takes it away. Whatever browser an app has opened shows nothing of the app.
TAKE_STATE = f"""
    delete from oauth_states
    where instance_id = $1 and state_hash = $2 and not is_back and (is_native or client_id = $3)
    returning {columns(OAuthStateRow)}
"""
# Likewise, by the app that it was made for; `$4` is the sign-in, sign-up or user that it asks of.
COLLECT_STATE = f"""
    delete from oauth_states
    where instance_id = $1 and state_hash = $2 and is_back and client_id = $3
        and $4 in (subject_id, user_id)
    returning {columns(OAuthStateRow)}
"""
DELETE_VERIFICATIONS = """
    delete from external_verifications where instance_id = $1 and id = any($2)
"""
DELETE_EXPIRED_STATES = delete_oldest("oauth_states", "state_hash", "expire_at")
DELETE_PAST_VERIFICATIONS = delete_oldest("external_verifications", "id", "created_at")


async def verification_by_id(
    db: Reader, instance_id: InstanceId, id: str
) -> ExternalVerificationRow | None:
    return await db.one(ExternalVerificationRow, VERIFICATION_BY_ID, instance_id, id)


async def visit_of_sign_up(
    db: Reader, instance_id: InstanceId, id: SignUpId
) -> ExternalVerificationRow | None:
    """Return what became of the visit that a sign-up was last begun with."""
    return await db.one(ExternalVerificationRow, VISIT_OF_SIGN_UP, instance_id, id)


async def visit_of_sign_in(
    db: Reader, instance_id: InstanceId, id: SignInId
) -> ExternalVerificationRow | None:
    """Return what became of the visit that a sign-in was last begun with."""
    return await db.one(ExternalVerificationRow, VISIT_OF_SIGN_IN, instance_id, id)


async def insert_verification(tx: Write, row: ExternalVerificationRow) -> None:
    """Store a visit, and delete old ones of the same client."""
    await tx.insert(
        INSERT_VERIFICATION, row, row.instance_id, row.client_id, row.created_at - 2 * DAY
    )


async def settle_verification(tx: Write, row: ExternalVerificationRow) -> bool:
    """Store what became of a visit; False when that is known already."""
    touched = await tx.execute(
        SETTLE_VERIFICATION,
        row.instance_id,
        row.id,
        row.status,
        row.error,
        row.identity_encrypted,
        row.expire_at,
        row.updated_at,
    )
    return touched == 1


async def transfer_verification(
    tx: Write, instance_id: InstanceId, id: str, client_id: ClientId, now: int
) -> bool:
    """Transfer a visit, once; False when there is nothing to transfer."""
    return await tx.execute(TRANSFER_VERIFICATION, instance_id, id, client_id, now) == 1


async def forget_identity(tx: Write, instance_id: InstanceId, id: ExternalVerificationId) -> None:
    """Delete the provider's claims once a user has the account: no second copy is kept."""
    await tx.execute(FORGET_IDENTITY, instance_id, id)


async def delete_verifications(
    tx: Write, instance_id: InstanceId, ids: list[ExternalVerificationId]
) -> None:
    await tx.execute(DELETE_VERIFICATIONS, instance_id, ids)


async def insert_state(tx: Write, row: OAuthStateRow) -> None:
    """Store a visit under way; of those that never came back a hundred go."""
    await tx.insert(INSERT_STATE, row, row.instance_id, row.client_id, row.expire_at - DAY)


async def take_state(
    tx: Write, instance_id: InstanceId, state_hash: str, client_id: ClientId | None
) -> OAuthStateRow | None:
    """Take the visit that this browser is back from, once."""
    return await tx.one(OAuthStateRow, TAKE_STATE, instance_id, state_hash, client_id)


async def collect_state(
    tx: Write, instance_id: InstanceId, state_hash: str, client_id: ClientId, of: str
) -> OAuthStateRow | None:
    """Take what this app's visit has come to, once."""
    return await tx.one(OAuthStateRow, COLLECT_STATE, instance_id, state_hash, client_id, of)


async def delete_expired_states(db: Reader, instance_id: InstanceId, now: int) -> int:
    """Delete some expired visits; return how many."""
    return await db.value(DELETE_EXPIRED_STATES, instance_id, now, MOST)


async def delete_past_verifications(db: Reader, instance_id: InstanceId, before: int) -> int:
    """Delete some of what became of visits that began by `before`; return how many."""
    return await db.value(DELETE_PAST_VERIFICATIONS, instance_id, before, MOST)
