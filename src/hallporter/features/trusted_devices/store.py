"""Every statement that touches trusted devices and their challenges."""

from hallporter.contract.ids import (
    ClientId,
    InstanceId,
    TrustedDeviceId,
    UserId,
    VerificationId,
)
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.trusted_devices.rows import ChallengeRow, TrustedDeviceRow

TRUSTED_DEVICE = f"""
    select {columns(TrustedDeviceRow)} from trusted_devices
    where instance_id = $1 and id = $2 and status = 'active'
"""
# As many as nobody has: the list is not paged.
TRUSTED_DEVICES_OF_USER = f"""
    select {columns(TrustedDeviceRow)} from trusted_devices
    where instance_id = $1 and user_id = $2 and status = 'active'
    order by created_at, id limit 200
"""
INSERT_TRUSTED_DEVICE = f"""
    {insert_into("trusted_devices", TrustedDeviceRow)}
    on conflict do nothing
"""
# An installation of an app has one key, whichever user enrolled it.
REVOKE_OF_INSTALLATION = """
    update trusted_devices set status = 'revoked', revoked_at = $4, updated_at = $4
    where instance_id = $1 and client_id = $2 and app_identifier = $3 and status = 'active'
"""
REVOKE_TRUSTED_DEVICE = f"""
    update trusted_devices set status = 'revoked', revoked_at = $4, updated_at = $4
    where instance_id = $1 and user_id = $2 and id = $3 and status = 'active'
    returning {columns(TrustedDeviceRow)}
"""
# Judged once more where the success is recorded: a device may have been revoked meanwhile.
USE_TRUSTED_DEVICE = """
    update trusted_devices set last_used_at = $3
    where instance_id = $1 and id = $2 and status = 'active'
"""
CHALLENGE_OF_VERIFICATION = f"""
    select {columns(ChallengeRow)} from trusted_device_challenges
    where instance_id = $1 and verification_id = $2
"""
INSERT_CHALLENGE = insert_into("trusted_device_challenges", ChallengeRow)


async def trusted_device(
    db: Reader, instance_id: InstanceId, id: TrustedDeviceId
) -> TrustedDeviceRow | None:
    """Return a device that was not revoked."""
    return await db.one(TrustedDeviceRow, TRUSTED_DEVICE, instance_id, id)


async def trusted_devices_of_user(
    db: Reader, instance_id: InstanceId, user_id: UserId
) -> list[TrustedDeviceRow]:
    """Return a user's devices that were not revoked, oldest first."""
    return await db.many(TrustedDeviceRow, TRUSTED_DEVICES_OF_USER, instance_id, user_id)


async def insert_trusted_device(tx: Write, row: TrustedDeviceRow) -> bool:
    """Store a new device; False when its key was enrolled before."""
    return await tx.insert(INSERT_TRUSTED_DEVICE, row) == 1


async def revoke_of_installation(
    tx: Write, instance_id: InstanceId, client_id: ClientId, app_identifier: str, now: int
) -> None:
    await tx.execute(REVOKE_OF_INSTALLATION, instance_id, client_id, app_identifier, now)


async def revoke_trusted_device(
    tx: Write, instance_id: InstanceId, user_id: UserId, id: TrustedDeviceId, now: int
) -> TrustedDeviceRow | None:
    """Revoke one of a user's devices and return it; None when there is no such active one."""
    return await tx.one(TrustedDeviceRow, REVOKE_TRUSTED_DEVICE, instance_id, user_id, id, now)


async def use_trusted_device(
    tx: Write, instance_id: InstanceId, id: TrustedDeviceId, now: int
) -> bool:
    """Note a use; False when the device is active no more."""
    return await tx.execute(USE_TRUSTED_DEVICE, instance_id, id, now) == 1


async def challenge_of_verification(
    db: Reader, instance_id: InstanceId, verification_id: VerificationId
) -> ChallengeRow | None:
    return await db.one(ChallengeRow, CHALLENGE_OF_VERIFICATION, instance_id, verification_id)


async def insert_challenge(tx: Write, row: ChallengeRow) -> None:
    await tx.insert(INSERT_CHALLENGE, row)
