"""Secret keys: several with names, so that one can be replaced while the others go on."""

import re
import secrets

import msgspec

from hallporter.contract import ids
from hallporter.contract.ids import InstanceId
from hallporter.contract.instance import EnvironmentType
from hallporter.core.crypto_box import CryptoBox
from hallporter.core.database import Database, Reader, Write
from hallporter.core.operator_error import OperatorError
from hallporter.core.secret import hash_of
from hallporter.features.instances import store
from hallporter.features.instances.rows import InstanceRow, SecretKeyRecord, SecretKeyRow

FIRST = "default"
"""The name of the key that an instance is made with, and of the one that `keys` prints."""
_BYTES = 32
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class NamedSecretKey(msgspec.Struct, frozen=True):
    """What is known of a key, and the key unless it was revoked."""

    record: SecretKeyRecord
    secret: str | None


def new_key(environment_type: EnvironmentType) -> str:
    """Return a key that nobody can guess."""
    prefix = "sk_live_" if environment_type == "production" else "sk_test_"
    return prefix + secrets.token_urlsafe(_BYTES)


async def insert(
    tx: Write, box: CryptoBox, instance_id: InstanceId, key: str, name: str, now: int
) -> bool:
    """Store a key under a name; False when there is this very key or the name already."""
    row = SecretKeyRow(
        id=ids.SECRET_KEY.new(now),
        instance_id=instance_id,
        key_hash=hash_of(key),
        key_encrypted=box.encrypt(key.encode()),
        created_at=now,
    )
    return await store.insert_secret_key(tx, row) and await store.insert_secret_key_record(
        tx, row, name
    )


async def named(db: Reader, box: CryptoBox, instance_id: InstanceId) -> list[NamedSecretKey]:
    """Return every key of an instance, oldest first, those that were revoked among them."""
    kept = {row.id: row for row in await store.secret_keys(db, instance_id)}
    records = {row.id: row for row in await store.secret_key_records(db, instance_id)}
    # The release before may run beside this one, and gives its keys no names.
    unnamed = [_unnamed(row) for row in kept.values() if row.id not in records]
    return [
        NamedSecretKey(
            record,
            box.decrypt(kept[record.id].key_encrypted).decode() if record.id in kept else None,
        )
        for record in sorted([*records.values(), *unnamed], key=lambda each: each.created_at)
    ]


def _unnamed(row: SecretKeyRow) -> SecretKeyRecord:
    return SecretKeyRecord(row.id, row.instance_id, row.id, row.created_at, None, None)


def shown(found: list[NamedSecretKey]) -> str:
    """Return the key that an application is told when it asks for none by name."""
    alive = {each.record.name: each.secret for each in found if each.secret is not None}
    return alive.get(FIRST) or next(reversed(alive.values()))


async def add(db: Database, box: CryptoBox, instance: InstanceRow, name: str, now: int) -> str:
    """Make one more key; every process knows it within a second."""
    _refuse_unfit(name)
    key = new_key(instance.environment_type)
    async with db.write() as tx:
        await store.lock_instance(tx, instance.id)
        if not await insert(tx, box, instance.id, key, name, now):
            raise OperatorError(
                f"There is a secret key named {name} already: `hallporter keys list`."
            )
        await store.raise_revision(tx, instance.id)
    return key


async def rotate(db: Database, box: CryptoBox, instance: InstanceRow, name: str, now: int) -> str:
    """Make a key that takes over a name; the one before goes on as `NAME-old` until revoked."""
    before = _named(await named(db, box, instance.id), name)
    aside = f"{name}-old"
    _refuse_unfit(aside)
    key = new_key(instance.environment_type)
    async with db.write() as tx:
        await store.lock_instance(tx, instance.id)
        records = await store.secret_key_records(tx, instance.id)
        if any(each.name == aside and each.revoked_at is None for each in records):
            raise OperatorError(f"Revoke {aside} first: `hallporter keys revoke {aside}`.")
        await store.rename_secret_key(tx, instance.id, before.id, aside)
        if not await insert(tx, box, instance.id, key, name, now):
            raise OperatorError("Somebody changed the keys at the same moment; try again.")
        await store.raise_revision(tx, instance.id)
    return key


async def revoke(
    db: Database, box: CryptoBox, instance_id: InstanceId, name: str, now: int
) -> SecretKeyRecord:
    """End a key: every process refuses it within a second."""
    record = _named(await named(db, box, instance_id), name)
    async with db.write() as tx:
        # Or of two that are revoked at once each could believe the other stays.
        await store.lock_instance(tx, instance_id)
        if len(await store.secret_keys(tx, instance_id)) < 2:
            raise OperatorError(
                f"{record.name} is the only secret key: make another first, with "
                f"`hallporter keys rotate {record.name}` or `hallporter keys add NAME`."
            )
        if not await store.delete_secret_key(tx, instance_id, record.id):
            raise OperatorError(f"{record.name} was revoked a moment ago.")
        await store.note_revoked(tx, record, now)
        await store.raise_revision(tx, instance_id)
    return record


def _named(found: list[NamedSecretKey], name: str) -> SecretKeyRecord:
    alive = [each.record for each in found if each.secret is not None]
    for record in alive:
        if name in (record.name, record.id):
            return record
    names = ", ".join(each.name for each in alive)
    raise OperatorError(f"There is no secret key named {name}, but {names}.")


def _refuse_unfit(name: str) -> None:
    if _NAME.fullmatch(name) is None:
        raise OperatorError(
            f"{name!r} cannot name a key: use up to 64 letters, digits, dots, hyphens and "
            "underscores."
        )
