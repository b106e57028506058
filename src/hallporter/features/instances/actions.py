"""What an operator does with instances: create, change, read keys."""

from pathlib import Path
from typing import Any, cast

import msgspec

from hallporter.contract import ids
from hallporter.contract.ids import InstanceId
from hallporter.contract.instance import EnvironmentType, publishable_key_for
from hallporter.contract.settings import Settings
from hallporter.core import crypto_box
from hallporter.core.crypto_box import CryptoBox
from hallporter.core.database import Database, Reader
from hallporter.core.operator_error import OperatorError
from hallporter.core.secret import Secret
from hallporter.features.instances import (
    sealed_settings,
    secret_keys,
    store,
    stored_settings,
    unfit_settings,
)
from hallporter.features.instances.rows import InstanceRow, SigningKeyRow
from hallporter.tokens import keys, session_claims


class NewInstance(msgspec.Struct, frozen=True, kw_only=True):
    """What a new instance is made from; what is left out is generated."""

    slug: str
    frontend_host: str
    environment_type: EnvironmentType = "production"
    publishable_key: str | None = None
    secret_key: str | None = None
    signing_key_pem: bytes | None = None
    """An RSA-2048 key brought along, so that tokens of an earlier home stay good."""
    settings: Settings = Settings()


async def known_master_key(db: Reader) -> str | None:
    """Return the fingerprint of the master key that this database is encrypted under."""
    return await store.fingerprint(db)


async def open_box(
    db: Reader, data_dir: Path, given: Secret | None, *, expected_fingerprint: str | None
) -> CryptoBox:
    """Return the box for a master key that opens what this database holds, or refuse.

    `expected_fingerprint` is what `known_master_key` returned; `crypto_box` says what it means.
    """
    # While a key is replaced, and after, another one opens it.
    sealed = await store.sealed_master_keys(db)
    return crypto_box.open_box(
        data_dir, given=given, expected_fingerprint=expected_fingerprint, sealed=sealed
    )


async def remember_master_key(
    db: Database, box: CryptoBox, *, expected_fingerprint: str | None, now: int
) -> None:
    """Note which master key this database is encrypted under, so that a wrong one is refused.

    `expected_fingerprint` is what was known when `box` was opened.
    """
    if expected_fingerprint == box.fingerprint:
        return
    async with db.write() as tx:
        await store.lock_vault(tx)
        known = await store.fingerprint(tx)
        if known not in (expected_fingerprint, box.fingerprint):
            raise OperatorError(
                "Another server began to use this database at the same moment, with another "
                "master key: give both the same one, and start again."
            )
        await store.replace_fingerprint(tx, box.fingerprint, now)


class TakenError(OperatorError):
    """Another instance has the name, the host or one of the keys."""


async def create_first_instance(db: Database, box: CryptoBox, given: NewInstance, now: int) -> bool:
    """Make an instance if there is none; False if there is one."""
    if await store.all_instances(db):
        return False
    try:
        await create_instance(db, box, given, now)
    except TakenError:
        # Another server on the same database was first.
        return False
    return True


async def create_instance(db: Database, box: CryptoBox, given: NewInstance, now: int) -> InstanceId:
    """Make an instance with a signing key and a secret key; raises TakenError."""
    _refuse_unusable_claims(given.settings)
    row = InstanceRow(
        id=ids.INSTANCE.new(now),
        slug=given.slug,
        environment_type=given.environment_type,
        frontend_host=given.frontend_host.lower(),
        publishable_key=given.publishable_key
        or publishable_key_for(given.environment_type, given.frontend_host.lower()),
        settings=_raw(sealed_settings.sealed(given.settings, Settings(), box)),
        revision=1,
        created_at=now,
        updated_at=now,
    )
    signing_key = SigningKeyRow(
        kid=ids.INSTANCE.new(now),
        instance_id=row.id,
        private_key_encrypted=box.encrypt(given.signing_key_pem or keys.generate()),
        created_at=now,
    )
    secret_key = given.secret_key or secret_keys.new_key(given.environment_type)
    taken = TakenError(
        f"There is an instance with the name {given.slug}, the host {given.frontend_host} or one "
        "of these keys already: `hallporter instance list` shows all."
    )
    async with db.write() as tx:
        if not await store.insert_instance(tx, row):
            raise taken
        await store.insert_signing_key(tx, signing_key)
        if not await secret_keys.insert(tx, box, row.id, secret_key, secret_keys.FIRST, now):
            raise taken
    return row.id


async def all_instances(db: Reader) -> list[InstanceRow]:
    """Return every instance, oldest first."""
    return await store.all_instances(db)


async def secret_key(db: Reader, box: CryptoBox, instance_id: InstanceId) -> str:
    """Return the secret key that applications are told, in the clear."""
    return secret_keys.shown(await secret_keys.named(db, box, instance_id))


async def find(db: Reader, slug: str | None) -> InstanceRow:
    """Return the instance named `slug`, or the only one; refuses with a sentence otherwise."""
    rows = await store.all_instances(db)
    if slug is None and len(rows) == 1:
        return rows[0]
    found = next((row for row in rows if row.slug == slug), None)
    if found is None:
        names = ", ".join(row.slug for row in rows) or "none yet"
        raise OperatorError(f"Name one of the instances: {names}.")
    return found


async def update_instance(
    db: Database,
    box: CryptoBox,
    row: InstanceRow,
    changes: dict[str, Any],
    now: int,
) -> Settings:
    """Set the settings named by dotted paths in `changes`; refuses what is not a setting."""
    before = stored_settings.read(row.settings, row.slug)
    settings = sealed_settings.sealed(changed(row, changes), before, box)
    row = msgspec.structs.replace(row, settings=_raw(settings))
    async with db.write() as tx:
        if not await store.update_instance(tx, row, now):
            raise OperatorError("Somebody changed the instance at the same moment; try again.")
    return settings


def changed(row: InstanceRow, changes: dict[str, Any]) -> Settings:
    """Return what the settings would be after `changes`; refuses what is not a setting."""
    before = stored_settings.read(row.settings, row.slug)
    plain = stored_settings.readable(row.settings)
    for path, value in changes.items():
        _set(plain, path.split("."), value)
    try:
        settings = msgspec.convert(plain, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise OperatorError(unfit_settings.sentence(error)) from error
    # What stands there already may be put right one thing at a time.
    if settings.session_token_claims != before.session_token_claims:
        _refuse_unusable_claims(settings)
    return settings


def _refuse_unusable_claims(settings: Settings) -> None:
    wrong = session_claims.wrong_with(settings.session_token_claims)
    if wrong is not None:
        raise OperatorError(wrong)


def _set(settings: dict[str, Any], path: list[str], value: Any) -> None:
    *groups, name = path
    for group in groups:
        inner = settings.setdefault(group, {})
        if not isinstance(inner, dict):
            raise OperatorError(
                f"{'.'.join(path)} is not a setting: there is nothing below {group}."
            )
        settings = cast("dict[str, Any]", inner)
    settings[name] = value


def _raw(settings: Settings) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(settings))
