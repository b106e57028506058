"""Every statement that touches external accounts."""

from hallporter.contract.ids import (
    ExternalAccountId,
    InstanceId,
    UserId,
)
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.external_accounts.rows import ExternalAccountRow, ExternalTokensRow

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
# The provider's claims are replaced. The user of the account does not change.
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
    """Store `row`; False when a user has the account already."""
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
