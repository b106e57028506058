"""Every statement that touches passkeys."""

from hallporter.contract.ids import InstanceId, PasskeyId, UserId
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.passkeys.rows import PasskeyRow

PASSKEY_OF_USER = f"""
    select {columns(PasskeyRow)} from passkeys where instance_id = $1 and user_id = $2 and id = $3
"""
PASSKEY_BY_CREDENTIAL = f"""
    select {columns(PasskeyRow)} from passkeys
    where instance_id = $1 and credential_id = $2 and status = 'verified'
"""
INSERT_PASSKEY = insert_into("passkeys", PasskeyRow)
# What was begun and never finished goes when something else is begun.
DELETE_UNVERIFIED_PASSKEYS = """
    delete from passkeys where instance_id = $1 and user_id = $2 and status = 'unverified'
"""
# A credential belongs to one user, whoever registers it first.
REGISTER_PASSKEY = """
    update passkeys set
        status = 'verified', credential_id = $3, public_key = $4, sign_count = $5,
        transports = $6, updated_at = $7
    where instance_id = $1 and id = $2 and status = 'unverified' and not exists (
        select from passkeys o where o.instance_id = $1 and o.credential_id = $3
    )
"""
# A counter that does not go on is a copy's (WebAuthn Level 3 §6.1.1); those that keep none say 0.
USE_PASSKEY = """
    update passkeys set sign_count = $3, last_used_at = $4
    where instance_id = $1 and id = $2 and status = 'verified'
        and (sign_count < $3 or (sign_count = 0 and $3 = 0))
"""
NOTE_PASSKEY = """
    update passkeys set last_used_at = $3
    where instance_id = $1 and id = $2 and status = 'verified'
"""
RENAME_PASSKEY = """
    update passkeys set name = $4, updated_at = $5
    where instance_id = $1 and user_id = $2 and id = $3
"""
DELETE_PASSKEY = "delete from passkeys where instance_id = $1 and user_id = $2 and id = $3"


async def passkey_of_user(
    db: Reader, instance_id: InstanceId, user_id: UserId, id: PasskeyId
) -> PasskeyRow | None:
    return await db.one(PasskeyRow, PASSKEY_OF_USER, instance_id, user_id, id)


async def passkey_by_credential(
    db: Reader, instance_id: InstanceId, credential_id: str
) -> PasskeyRow | None:
    return await db.one(PasskeyRow, PASSKEY_BY_CREDENTIAL, instance_id, credential_id)


async def insert_passkey(tx: Write, row: PasskeyRow) -> None:
    await tx.insert(INSERT_PASSKEY, row)


async def delete_unverified_passkeys(tx: Write, instance_id: InstanceId, user_id: UserId) -> None:
    await tx.execute(DELETE_UNVERIFIED_PASSKEYS, instance_id, user_id)


async def register_passkey(tx: Write, row: PasskeyRow) -> bool:
    """Make a passkey the user's; False when its credential is somebody's already."""
    touched = await tx.execute(
        REGISTER_PASSKEY,
        row.instance_id,
        row.id,
        row.credential_id,
        row.public_key,
        row.sign_count,
        row.transports,
        row.updated_at,
    )
    return touched == 1


async def use_passkey(
    tx: Write, instance_id: InstanceId, id: PasskeyId, sign_count: int, now: int
) -> bool:
    """Note a use; False when the counter did not go on."""
    return await tx.execute(USE_PASSKEY, instance_id, id, sign_count, now) == 1


async def note_passkey(tx: Write, instance_id: InstanceId, id: PasskeyId, now: int) -> bool:
    """Note a use whose counter did not go on; False when the passkey is gone."""
    return await tx.execute(NOTE_PASSKEY, instance_id, id, now) == 1


async def rename_passkey(
    tx: Write, instance_id: InstanceId, user_id: UserId, id: PasskeyId, name: str, now: int
) -> bool:
    return await tx.execute(RENAME_PASSKEY, instance_id, user_id, id, name, now) == 1


async def delete_passkey(
    tx: Write, instance_id: InstanceId, user_id: UserId, id: PasskeyId
) -> bool:
    return await tx.execute(DELETE_PASSKEY, instance_id, user_id, id) == 1
