"""Every statement that touches instances and their keys."""

from hallporter.contract.ids import InstanceId, SecretKeyId
from hallporter.core.columns import columns, insert_into
from hallporter.core.crypto_box import SealedKey
from hallporter.core.database import Reader, Write
from hallporter.features.instances.rows import (
    InstanceRow,
    RevisionRow,
    SecretKeyRecord,
    SecretKeyRow,
    SigningKeyRow,
    SigningKeyTimes,
)

INSTANCE_BY_ID = f"select {columns(InstanceRow)} from instances where id = $1"
ALL_INSTANCES = f"select {columns(InstanceRow)} from instances order by created_at, id"
REVISIONS = "select id, revision from instances"
INSERT_INSTANCE = f"""
    {insert_into("instances", InstanceRow)} on conflict do nothing
"""
UPDATE_INSTANCE = """
    update instances set
        frontend_host = $2, publishable_key = $3, environment_type = $4, settings = $5,
        updated_at = $6, revision = revision + 1
    where id = $1 and revision = $7
"""
RAISE_REVISION = "update instances set revision = revision + 1 where id = $1"
SECRET_KEYS = f"""
    select {columns(SecretKeyRow)} from secret_keys where instance_id = $1 order by created_at, id
"""
INSERT_SECRET_KEY = f"""
    {insert_into("secret_keys", SecretKeyRow)} on conflict do nothing
"""
LOCK_INSTANCE = "select slug from instances where id = $1 for update"
DELETE_SECRET_KEY = "delete from secret_keys where instance_id = $1 and id = $2"
SECRET_KEY_RECORDS = f"""
    select {columns(SecretKeyRecord)} from secret_key_records
    where instance_id = $1 order by created_at, id
"""
INSERT_SECRET_KEY_RECORD = """
    insert into secret_key_records (id, instance_id, name, created_at)
    values ($1, $2, $3, $4) on conflict do nothing
"""
RENAME_SECRET_KEY = """
    update secret_key_records set name = $3 where instance_id = $1 and id = $2
"""
NOTE_REVOKED = """
    insert into secret_key_records (id, instance_id, name, created_at, revoked_at)
    values ($1, $2, $3, $4, $5) on conflict (id) do update set revoked_at = excluded.revoked_at
"""
NOTE_USES = """
    insert into secret_key_records (id, instance_id, name, created_at, last_used_at)
    select id, instance_id, id, created_at, $3 from secret_keys
    where instance_id = $1 and key_hash = any($2::text[])
    on conflict (id) do update
    set last_used_at = greatest(secret_key_records.last_used_at, excluded.last_used_at)
"""
SIGNING_KEY_TIMES = f"""
    select {columns(SigningKeyTimes)} from signing_key_times
    where instance_id = $1
"""
SET_SIGNS_FROM = """
    insert into signing_key_times (kid, instance_id, signs_from) values ($1, $2, $3)
    on conflict (kid) do update set signs_from = excluded.signs_from
"""
NOTE_TOKENS_UNTIL = """
    insert into signing_key_times (kid, instance_id, signs_from, tokens_until)
    select kid, instance_id, created_at, $3 from signing_keys where instance_id = $1 and kid = $2
    on conflict (kid) do update
    set tokens_until = greatest(signing_key_times.tokens_until, excluded.tokens_until)
"""
WITHDRAW_SIGNING_KEY = """
    insert into signing_key_times (kid, instance_id, signs_from, withdrawn_at)
    select kid, instance_id, created_at, $3 from signing_keys where instance_id = $1 and kid = $2
    on conflict (kid) do update
    set withdrawn_at = least(signing_key_times.withdrawn_at, excluded.withdrawn_at)
"""
DELETE_SIGNING_KEY = "delete from signing_keys where instance_id = $1 and kid = $2"
SIGNING_KEYS = f"""
    select {columns(SigningKeyRow)} from signing_keys
    where instance_id = $1 order by created_at desc, kid
"""
INSERT_SIGNING_KEY = insert_into("signing_keys", SigningKeyRow)
FINGERPRINT = "select fingerprint from vault"
SEALED_MASTER_KEYS = """
    select key_id, under, sealed, role from sealed_master_keys order by created_at, key_id, under
"""
INSERT_SEALED_MASTER_KEY = """
    insert into sealed_master_keys (key_id, under, sealed, role, created_at)
    values ($1, $2, $3, $4, $5)
"""
LET_MASTER_KEY_SEAL = "update sealed_master_keys set role = 'sealing' where role = 'coming'"
# What the key before it would open, for whoever has it.
FORGET_SUCCESSOR = "delete from sealed_master_keys where under <> $1"
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
    return await tx.insert(INSERT_INSTANCE, row) == 1


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
    return await tx.insert(INSERT_SECRET_KEY, row) == 1


async def lock_instance(tx: Write, id: InstanceId) -> None:
    """Let nobody else change the instance's keys until the write ends."""
    await tx.value(LOCK_INSTANCE, id)


async def delete_secret_key(tx: Write, instance_id: InstanceId, id: SecretKeyId) -> bool:
    return await tx.execute(DELETE_SECRET_KEY, instance_id, id) == 1


async def secret_key_records(db: Reader, instance_id: InstanceId) -> list[SecretKeyRecord]:
    """Return what is known of every secret key, oldest first, the revoked among them."""
    return await db.many(SecretKeyRecord, SECRET_KEY_RECORDS, instance_id)


async def insert_secret_key_record(tx: Write, row: SecretKeyRow, name: str) -> bool:
    """Name a key; False when another has the name."""
    touched = await tx.execute(
        INSERT_SECRET_KEY_RECORD, row.id, row.instance_id, name, row.created_at
    )
    return touched == 1


async def rename_secret_key(tx: Write, instance_id: InstanceId, id: SecretKeyId, name: str) -> None:
    await tx.execute(RENAME_SECRET_KEY, instance_id, id, name)


async def note_revoked(tx: Write, record: SecretKeyRecord, now: int) -> None:
    await tx.execute(
        NOTE_REVOKED, record.id, record.instance_id, record.name, record.created_at, now
    )


async def note_uses(tx: Write, instance_id: InstanceId, key_hashes: list[str], now: int) -> None:
    """Note that keys were used by now; one that the release before made gets its record."""
    await tx.execute(NOTE_USES, instance_id, key_hashes, now)


async def signing_key_times(db: Reader, instance_id: InstanceId) -> list[SigningKeyTimes]:
    return await db.many(SigningKeyTimes, SIGNING_KEY_TIMES, instance_id)


async def set_signs_from(tx: Write, instance_id: InstanceId, kid: str, moment: int) -> None:
    await tx.execute(SET_SIGNS_FROM, kid, instance_id, moment)


async def note_tokens_until(tx: Write, instance_id: InstanceId, kid: str, moment: int) -> None:
    """Note that a token of this key is good until `moment`, if none was for longer."""
    await tx.execute(NOTE_TOKENS_UNTIL, instance_id, kid, moment)


async def withdraw_signing_key(tx: Write, instance_id: InstanceId, kid: str, now: int) -> None:
    await tx.execute(WITHDRAW_SIGNING_KEY, instance_id, kid, now)


async def delete_signing_key(tx: Write, instance_id: InstanceId, kid: str) -> bool:
    return await tx.execute(DELETE_SIGNING_KEY, instance_id, kid) == 1


async def signing_keys(db: Reader, instance_id: InstanceId) -> list[SigningKeyRow]:
    """Return the instance's signing keys, newest first."""
    return await db.many(SigningKeyRow, SIGNING_KEYS, instance_id)


async def insert_signing_key(tx: Write, row: SigningKeyRow) -> None:
    await tx.insert(INSERT_SIGNING_KEY, row)


async def fingerprint(db: Reader) -> str | None:
    return await db.value(FINGERPRINT)


async def lock_vault(tx: Write) -> None:
    """Let nobody else change the fingerprint until the write ends."""
    await tx.value(LOCK_VAULT)


async def replace_fingerprint(tx: Write, fingerprint: str, now: int) -> None:
    await tx.execute(FORGET_FINGERPRINT)
    await tx.execute(INSERT_FINGERPRINT, fingerprint, now)


async def sealed_master_keys(db: Reader) -> list[SealedKey]:
    return await db.many(SealedKey, SEALED_MASTER_KEYS)


async def insert_sealed_master_key(tx: Write, row: SealedKey, now: int) -> None:
    await tx.execute(INSERT_SEALED_MASTER_KEY, row.key_id, row.under, row.sealed, row.role, now)


async def let_master_key_seal(tx: Write) -> None:
    await tx.execute(LET_MASTER_KEY_SEAL)


async def forget_successor(tx: Write, key_id: str) -> None:
    """Keep only what the key `key_id` opens."""
    await tx.execute(FORGET_SUCCESSOR, key_id)
