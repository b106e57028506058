"""Every statement that touches credentials."""

from hallporter.contract.ids import InstanceId, UserId
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.credentials.rows import CredentialsRow

CREDENTIALS = f"""
    select {columns(CredentialsRow)} from credentials where instance_id = $1 and user_id = $2
"""
UPSERT_CREDENTIALS = f"""
    {insert_into("credentials", CredentialsRow)}
    on conflict (user_id) do update set
        password_hash = excluded.password_hash,
        password_updated_at = excluded.password_updated_at,
        totp_secret_encrypted = excluded.totp_secret_encrypted,
        totp_last_step = excluded.totp_last_step,
        backup_code_hashes = excluded.backup_code_hashes,
        mfa_enabled_at = excluded.mfa_enabled_at,
        mfa_disabled_at = excluded.mfa_disabled_at,
        updated_at = excluded.updated_at,
        pending_totp_secret_encrypted = excluded.pending_totp_secret_encrypted,
        password_compromised_at = excluded.password_compromised_at,
        proofs_void_at = excluded.proofs_void_at
"""


def _void_at(now: str) -> str:
    """Return the moment before which all was that a user has proved; `now` is `$4` or the like.

    Whoever changes something may have begun before what was proved meanwhile, by as long as a hash
    takes or as two clocks differ. The user is locked: nothing is proved while this is written.
    """
    return f"""greatest({now}, (
        select max(s.first_factor_proved_at) + 1 from sign_ins s
        where s.instance_id = $1 and s.user_id = $2
    ))"""


# Another one each time, and never an earlier one.
_VOID_AGAIN = "greatest(excluded.proofs_void_at, credentials.proofs_void_at + 1)"
SET_PASSWORD = f"""
    insert into credentials (
        user_id, instance_id, password_hash, password_updated_at, updated_at, proofs_void_at
    )
    values ($2, $1, $3, $4, $4, {_void_at("$4")})
    on conflict (user_id) do update set
        password_hash = excluded.password_hash,
        password_updated_at = excluded.password_updated_at,
        updated_at = excluded.updated_at,
        password_compromised_at = null,
        proofs_void_at = {_VOID_AGAIN}
"""
# Only if the hash is the one that was verified. Of two parallel changes, the later one fails.
CHANGE_PASSWORD = f"""
    insert into credentials (
        user_id, instance_id, password_hash, password_updated_at, updated_at, proofs_void_at
    )
    values ($2, $1, $3, case when $3::text is not null then $5::bigint end, $5, {_void_at("$5")})
    on conflict (user_id) do update set
        password_hash = excluded.password_hash,
        password_updated_at = excluded.password_updated_at,
        updated_at = excluded.updated_at,
        password_compromised_at = null,
        proofs_void_at = {_VOID_AGAIN}
    where credentials.password_hash is not distinct from $4
"""
# Only over the hash that was verified: a password changed meanwhile stays changed.
REHASH_PASSWORD = """
    update credentials set password_hash = $4
    where instance_id = $1 and user_id = $2 and password_hash = $3
"""
# A time step can be used once (RFC 6238 §5.2).
USE_TOTP_STEP = """
    update credentials set totp_last_step = $3
    where instance_id = $1 and user_id = $2 and coalesce(totp_last_step, 0) < $3
"""
USE_BACKUP_CODE = """
    update credentials set backup_code_hashes = array_remove(backup_code_hashes, $3)
    where instance_id = $1 and user_id = $2 and $3 = any(backup_code_hashes)
"""
CLEAR_PASSWORD = f"""
    update credentials set
        password_hash = null, password_updated_at = null, password_compromised_at = null,
        updated_at = $3, proofs_void_at = greatest({_void_at("$3")}, proofs_void_at + 1)
    where instance_id = $1 and user_id = $2 and password_hash is not null
"""
SET_COMPROMISED = f"""
    update credentials set
        password_compromised_at = $3,
        proofs_void_at = case
            when $3::bigint is null then proofs_void_at
            else greatest({_void_at("$3")}, proofs_void_at + 1)
        end
    where instance_id = $1 and user_id = $2 and password_hash is not null
"""
VOID_PROOFS = f"""
    insert into credentials (user_id, instance_id, updated_at, proofs_void_at)
    values ($2, $1, $3, {_void_at("$3")})
    on conflict (user_id) do update set proofs_void_at = {_VOID_AGAIN}
"""
LOCK_CREDENTIALS = """
    select 1 from credentials where instance_id = $1 and user_id = $2 for update
"""
PROOFS_VOID_AT = """
    select proofs_void_at from credentials where instance_id = $1 and user_id = $2
"""
SET_TOTP_SECRET = """
    insert into credentials (
        user_id, instance_id, totp_secret_encrypted, mfa_enabled_at, updated_at
    )
    values ($2, $1, $3, $4, $4)
    on conflict (user_id) do update set
        totp_secret_encrypted = excluded.totp_secret_encrypted,
        pending_totp_secret_encrypted = null,
        totp_last_step = null,
        mfa_enabled_at = excluded.mfa_enabled_at,
        updated_at = excluded.updated_at
"""
SET_BACKUP_CODES = """
    insert into credentials (user_id, instance_id, backup_code_hashes, updated_at)
    values ($2, $1, $3, $4)
    on conflict (user_id) do update set
        backup_code_hashes = excluded.backup_code_hashes, updated_at = excluded.updated_at
"""
SET_PENDING_TOTP_SECRET = """
    insert into credentials (user_id, instance_id, pending_totp_secret_encrypted, updated_at)
    values ($2, $1, $3, $4)
    on conflict (user_id) do update set
        pending_totp_secret_encrypted = excluded.pending_totp_secret_encrypted,
        updated_at = excluded.updated_at
    where credentials.totp_secret_encrypted is null
"""
# The secret that was judged, and its step spent with it: the same code opens nothing afterwards.
CONFIRM_TOTP_SECRET = """
    update credentials set
        totp_secret_encrypted = pending_totp_secret_encrypted,
        pending_totp_secret_encrypted = null,
        totp_last_step = $4,
        mfa_enabled_at = $5,
        updated_at = $5
    where instance_id = $1 and user_id = $2 and pending_totp_secret_encrypted = $3
        and totp_secret_encrypted is null
"""
MARK_MFA = """
    update credentials set
        mfa_enabled_at = coalesce($3, mfa_enabled_at),
        mfa_disabled_at = coalesce($4, mfa_disabled_at),
        updated_at = $5
    where instance_id = $1 and user_id = $2
"""
CLEAR_TOTP_SECRET = """
    update credentials set
        totp_secret_encrypted = null, totp_last_step = null, mfa_disabled_at = $3, updated_at = $3
    where instance_id = $1 and user_id = $2 and totp_secret_encrypted is not null
"""
CLEAR_BACKUP_CODES = """
    update credentials set backup_code_hashes = '{}', updated_at = $3
    where instance_id = $1 and user_id = $2 and backup_code_hashes <> '{}'
"""


async def credentials(
    db: Reader, instance_id: InstanceId, user_id: UserId
) -> CredentialsRow | None:
    return await db.one(CredentialsRow, CREDENTIALS, instance_id, user_id)


async def upsert_credentials(tx: Write, row: CredentialsRow) -> None:
    await tx.insert(UPSERT_CREDENTIALS, row)


async def set_password(
    tx: Write, instance_id: InstanceId, user_id: UserId, password_hash: str, now: int
) -> None:
    await tx.execute(SET_PASSWORD, instance_id, user_id, password_hash, now)


async def change_password(
    tx: Write,
    instance_id: InstanceId,
    user_id: UserId,
    new_hash: str | None,
    old_hash: str | None,
    now: int,
) -> bool:
    """Replace the password `old_hash`, or remove it; False when it is not the password any more."""
    return await tx.execute(CHANGE_PASSWORD, instance_id, user_id, new_hash, old_hash, now) == 1


async def rehash_password(
    tx: Write, instance_id: InstanceId, user_id: UserId, old_hash: str, new_hash: str
) -> None:
    await tx.execute(REHASH_PASSWORD, instance_id, user_id, old_hash, new_hash)


async def use_totp_step(tx: Write, instance_id: InstanceId, user_id: UserId, step: int) -> bool:
    return await tx.execute(USE_TOTP_STEP, instance_id, user_id, step) == 1


async def use_backup_code(
    tx: Write, instance_id: InstanceId, user_id: UserId, code_hash: str
) -> bool:
    return await tx.execute(USE_BACKUP_CODE, instance_id, user_id, code_hash) == 1


async def clear_password(tx: Write, instance_id: InstanceId, user_id: UserId, now: int) -> bool:
    """Remove the password; False when there was none."""
    return await tx.execute(CLEAR_PASSWORD, instance_id, user_id, now) == 1


async def set_compromised(
    tx: Write, instance_id: InstanceId, user_id: UserId, at: int | None
) -> bool:
    """Record since when a password is compromised, or that it is not; False without one."""
    return await tx.execute(SET_COMPROMISED, instance_id, user_id, at) == 1


async def void_proofs(tx: Write, instance_id: InstanceId, user_id: UserId, now: int) -> None:
    """Let no sign-in go on whose first factor a user has proved before."""
    await tx.execute(VOID_PROOFS, instance_id, user_id, now)


async def lock_credentials(tx: Write, instance_id: InstanceId, user_id: UserId) -> None:
    await tx.value(LOCK_CREDENTIALS, instance_id, user_id)


async def proofs_void_at(tx: Write, instance_id: InstanceId, user_id: UserId) -> int | None:
    return await tx.value(PROOFS_VOID_AT, instance_id, user_id)


async def set_totp_secret(
    tx: Write, instance_id: InstanceId, user_id: UserId, secret_encrypted: str, now: int
) -> None:
    await tx.execute(SET_TOTP_SECRET, instance_id, user_id, secret_encrypted, now)


async def set_backup_codes(
    tx: Write, instance_id: InstanceId, user_id: UserId, code_hashes: list[str], now: int
) -> None:
    await tx.execute(SET_BACKUP_CODES, instance_id, user_id, code_hashes, now)


async def set_pending_totp_secret(
    tx: Write, instance_id: InstanceId, user_id: UserId, secret_encrypted: str, now: int
) -> bool:
    """Keep a secret until a code of it is shown; False when the user has an app already."""
    touched = await tx.execute(SET_PENDING_TOTP_SECRET, instance_id, user_id, secret_encrypted, now)
    return touched == 1


async def confirm_totp_secret(
    tx: Write,
    instance_id: InstanceId,
    user_id: UserId,
    secret_encrypted: str,
    step: int,
    now: int,
) -> bool:
    """Make the pending secret the user's; False when it is not the pending one any more."""
    touched = await tx.execute(
        CONFIRM_TOTP_SECRET, instance_id, user_id, secret_encrypted, step, now
    )
    return touched == 1


async def clear_totp_secret(tx: Write, instance_id: InstanceId, user_id: UserId, now: int) -> bool:
    """Remove the authenticator app; False when there was none."""
    return await tx.execute(CLEAR_TOTP_SECRET, instance_id, user_id, now) == 1


async def clear_backup_codes(tx: Write, instance_id: InstanceId, user_id: UserId, now: int) -> bool:
    """Remove every backup code; False when there was none."""
    return await tx.execute(CLEAR_BACKUP_CODES, instance_id, user_id, now) == 1


async def mark_mfa(
    tx: Write, instance_id: InstanceId, user_id: UserId, now: int, *, is_on: bool
) -> None:
    """Note that the first second factor came, or that the last one went."""
    enabled_at, disabled_at = (now, None) if is_on else (None, now)
    await tx.execute(MARK_MFA, instance_id, user_id, enabled_at, disabled_at, now)
