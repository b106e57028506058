"""Every statement that touches instances and their keys."""

from hallporter.contract.ids import InstanceId
from hallporter.core.database import Reader, Write
from hallporter.features.instances.rows import (
    InstanceRow,
    RevisionRow,
    SecretKeyRow,
    SigningKeyRow,
)

INSTANCE_BY_ID = "select * from instances where id = $1"
ALL_INSTANCES = "select * from instances order by created_at, id"
REVISIONS = "select id, revision from instances"
INSERT_INSTANCE = """
    insert into instances values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing
"""
UPDATE_INSTANCE = """
    update instances set
        frontend_host = $2, publishable_key = $3, environment_type = $4, settings = $5,
        updated_at = $6, revision = revision + 1
    where id = $1 and revision = $7
"""
RAISE_REVISION = "update instances set revision = revision + 1 where id = $1"
SECRET_KEYS = "select * from secret_keys where instance_id = $1 order by created_at, id"
INSERT_SECRET_KEY = "insert into secret_keys values ($1, $2, $3, $4, $5) on conflict do nothing"
SIGNING_KEYS = "select * from signing_keys where instance_id = $1 order by created_at desc, kid"
INSERT_SIGNING_KEY = "insert into signing_keys values ($1, $2, $3, $4)"
FINGERPRINT = "select fingerprint from vault"
# Two first starts at once must not each believe their master key is the one.
LOCK_VAULT = "select pg_advisory_xact_lock('vault'::regclass::oid::bigint)"
FORGET_FINGERPRINT = "delete from vault"
INSERT_FINGERPRINT = "insert into vault (fingerprint, created_at) values ($1, $2)"


async def instance_by_id(db: Reader, id: InstanceId) -> InstanceRow | None:
    return await db.one(InstanceRow, INSTANCE_BY_ID, id)


async def all_instances(db: Reader) -> list[InstanceRow]:
    return await db.many(InstanceRow, ALL_INSTANCES)


async def revisions(db: Reader) -> list[RevisionRow]:
    return await db.many(RevisionRow, REVISIONS)


async def insert_instance(tx: Write, row: InstanceRow) -> bool:
    """Insert `row`; False when its name, host or key is taken."""
    touched = await tx.execute(
        INSERT_INSTANCE,
        row.id,
        row.slug,
        row.environment_type,
        row.frontend_host,
        row.publishable_key,
        row.settings,
        row.revision,
        row.created_at,
        row.updated_at,
    )
    return touched == 1


async def update_instance(tx: Write, row: InstanceRow, now: int) -> bool:
    """Write `row` over the revision it was read at; False when somebody was faster."""
    touched = await tx.execute(
        UPDATE_INSTANCE,
        row.id,
        row.frontend_host,
        row.publishable_key,
        row.environment_type,
        row.settings,
        now,
        row.revision,
    )
    return touched == 1


async def raise_revision(tx: Write, id: InstanceId) -> None:
    """Note that something of the instance changed: every process reads it anew."""
    await tx.execute(RAISE_REVISION, id)


async def secret_keys(db: Reader, instance_id: InstanceId) -> list[SecretKeyRow]:
    return await db.many(SecretKeyRow, SECRET_KEYS, instance_id)


async def insert_secret_key(tx: Write, row: SecretKeyRow) -> bool:
    """Insert `row`; False when an instance has this very key."""
    touched = await tx.execute(
        INSERT_SECRET_KEY, row.id, row.instance_id, row.key_hash, row.key_encrypted, row.created_at
    )
    return touched == 1


async def signing_keys(db: Reader, instance_id: InstanceId) -> list[SigningKeyRow]:
    """Return the instance's signing keys, newest first."""
    return await db.many(SigningKeyRow, SIGNING_KEYS, instance_id)


async def insert_signing_key(tx: Write, row: SigningKeyRow) -> None:
    await tx.execute(
        INSERT_SIGNING_KEY, row.kid, row.instance_id, row.private_key_encrypted, row.created_at
    )


async def fingerprint(db: Reader) -> str | None:
    return await db.value(FINGERPRINT)


async def lock_vault(tx: Write) -> None:
    """Let nobody else change the fingerprint until the write ends."""
    await tx.value(LOCK_VAULT)


async def replace_fingerprint(tx: Write, fingerprint: str, now: int) -> None:
    await tx.execute(FORGET_FINGERPRINT)
    await tx.execute(INSERT_FINGERPRINT, fingerprint, now)
