"""Every statement that touches external accounts and the visits to providers."""

from hallporter.contract.ids import (
    ClientId,
    ExternalAccountId,
    ExternalVerificationId,
    InstanceId,
    UserId,
)
from hallporter.core.batches import MOST, delete_oldest
from hallporter.core.clock import DAY
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.external_accounts.rows import (
    ExternalAccountRow,
    ExternalTokensRow,
    ExternalVerificationRow,
    OAuthStateRow,
)

ACCOUNT_BY_SUBJECT = f"""
    select {columns(ExternalAccountRow)} from external_accounts
    where instance_id = $1 and issuer = $2 and provider_user_id = $3 and status = 'verified'
"""
ACCOUNT_OF_USER = f"""
    select {columns(ExternalAccountRow)} from external_accounts
    where instance_id = $1 and id = $2 and user_id = $3
"""
ACCOUNTS_OF_USER = f"""
    select {columns(ExternalAccountRow)} from external_accounts
    where instance_id = $1 and user_id = $2
    order by created_at, id
"""
INSERT_ACCOUNT = f"""
    {insert_into("external_accounts", ExternalAccountRow)}
    on conflict (instance_id, issuer, provider_user_id) where status = 'verified' do nothing
"""
# What the provider tells anew; whose account it is does not change.
REFRESH_ACCOUNT = """
    update external_accounts set
        error = 'null', approved_scopes = $3, email_address = $4, email_address_verified = $5,
        first_name = $6, last_name = $7, username = $8, image_url = $9, updated_at = $10
    where instance_id = $1 and id = $2
"""
NOTE_ERROR = """
    update external_accounts set error = $3, updated_at = $4 where instance_id = $1 and id = $2
"""
DELETE_ACCOUNT = """
    delete from external_accounts where instance_id = $1 and id = $2 and user_id = $3
"""
DELETE_UNVERIFIED = """
    delete from external_accounts
    where instance_id = $1 and user_id = $2 and strategy = $3 and status = 'unverified'
"""

TOKENS_OF_ACCOUNT = f"""
    select {columns(ExternalTokensRow)} from external_account_tokens
    where instance_id = $1 and external_account_id = $2
"""
# A provider that gives a refresh token once, at the first consent, means it to be kept.
SET_TOKENS = f"""
    {insert_into("external_account_tokens", ExternalTokensRow)}
    on conflict (external_account_id) do update set
        access_token_encrypted = excluded.access_token_encrypted,
        refresh_token_encrypted = coalesce(
            excluded.refresh_token_encrypted, external_account_tokens.refresh_token_encrypted
        ),
        id_token_encrypted = coalesce(
            excluded.id_token_encrypted, external_account_tokens.id_token_encrypted
        ),
        expire_at = excluded.expire_at, updated_at = excluded.updated_at
    where external_account_tokens.instance_id = excluded.instance_id
"""
DELETE_TOKENS = """
    delete from external_account_tokens where instance_id = $1 and external_account_id = $2
"""

VERIFICATION_BY_ID = f"""
    select {columns(ExternalVerificationRow)} from external_verifications
    where instance_id = $1 and id = $2
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

# Of those that never came back some go each time, and none waits for another: anybody may set out,
# and whoever came after many of them would have all to delete. A client keeps the newest twenty.
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
DELETE_EXPIRED_STATES = delete_oldest("oauth_states", "state_hash", "expire_at")
DELETE_PAST_VERIFICATIONS = delete_oldest("external_verifications", "id", "created_at")


async def account_by_subject(
    db: Reader, instance_id: InstanceId, issuer: str, subject: str
) -> ExternalAccountRow | None:
    return await db.one(ExternalAccountRow, ACCOUNT_BY_SUBJECT, instance_id, issuer, subject)


async def account_of_user(
    db: Reader, instance_id: InstanceId, id: ExternalAccountId, user_id: UserId
) -> ExternalAccountRow | None:
    return await db.one(ExternalAccountRow, ACCOUNT_OF_USER, instance_id, id, user_id)


async def accounts_of_user(
    db: Reader, instance_id: InstanceId, user_id: UserId
) -> list[ExternalAccountRow]:
    return await db.many(ExternalAccountRow, ACCOUNTS_OF_USER, instance_id, user_id)


async def insert_account(tx: Write, row: ExternalAccountRow) -> bool:
    """Store `row`; False when the account is somebody's already."""
    return await tx.insert(INSERT_ACCOUNT, row) == 1


async def refresh_account(tx: Write, row: ExternalAccountRow) -> None:
    """Store what the provider tells of an account now."""
    await tx.execute(
        REFRESH_ACCOUNT,
        row.instance_id,
        row.id,
        row.approved_scopes,
        row.email_address,
        row.email_address_verified,
        row.first_name,
        row.last_name,
        row.username,
        row.image_url,
        row.updated_at,
    )


async def note_error(tx: Write, instance_id: InstanceId, id: str, error: object, now: int) -> None:
    """Store why a visit for this account failed."""
    await tx.execute(NOTE_ERROR, instance_id, id, error, now)


async def delete_account(
    tx: Write, instance_id: InstanceId, id: ExternalAccountId, user_id: UserId
) -> bool:
    """Delete an account of a user with its tokens; False when there is none."""
    return await tx.execute(DELETE_ACCOUNT, instance_id, id, user_id) == 1


async def delete_unverified(
    tx: Write, instance_id: InstanceId, user_id: UserId, strategy: str
) -> None:
    """Delete what earlier visits for the same provider have left."""
    await tx.execute(DELETE_UNVERIFIED, instance_id, user_id, strategy)


async def tokens_of_account(
    db: Reader, instance_id: InstanceId, id: ExternalAccountId
) -> ExternalTokensRow | None:
    return await db.one(ExternalTokensRow, TOKENS_OF_ACCOUNT, instance_id, id)


async def set_tokens(tx: Write, row: ExternalTokensRow) -> None:
    """Store tokens over those there were; a refresh or id token not given anew is kept."""
    await tx.insert(SET_TOKENS, row)


async def delete_tokens(tx: Write, instance_id: InstanceId, id: ExternalAccountId) -> None:
    await tx.execute(DELETE_TOKENS, instance_id, id)


async def verification_by_id(
    db: Reader, instance_id: InstanceId, id: str
) -> ExternalVerificationRow | None:
    return await db.one(ExternalVerificationRow, VERIFICATION_BY_ID, instance_id, id)


async def insert_verification(tx: Write, row: ExternalVerificationRow) -> None:
    """Store a visit; those of the same client that nobody can go on with any more go."""
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
    """Take a visit over, once; False when there is nothing to take, or not any more."""
    return await tx.execute(TRANSFER_VERIFICATION, instance_id, id, client_id, now) == 1


async def forget_identity(tx: Write, instance_id: InstanceId, id: ExternalVerificationId) -> None:
    """Drop what the provider told once a user has it: no second copy is kept."""
    await tx.execute(FORGET_IDENTITY, instance_id, id)


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
    """Delete some visits that nobody came back from in time; return how many."""
    return await db.value(DELETE_EXPIRED_STATES, instance_id, now, MOST)


async def delete_past_verifications(db: Reader, instance_id: InstanceId, before: int) -> int:
    """Delete some of what became of visits that began by `before`; return how many."""
    return await db.value(DELETE_PAST_VERIFICATIONS, instance_id, before, MOST)
