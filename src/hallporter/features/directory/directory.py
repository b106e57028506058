"""The instances in memory: found by host, name or secret key, refreshed by revision."""

import asyncio
from collections import defaultdict
from collections.abc import Callable

import msgspec
import structlog

from hallporter.contract import satellites
from hallporter.contract.ids import InstanceId, SecretKeyId
from hallporter.contract.instance import Instance, SigningKey
from hallporter.core.clock import Clock
from hallporter.core.crypto_box import CryptoBox, SealedKey
from hallporter.core.database import Database, Reader
from hallporter.core.secret import hash_of
from hallporter.features.instances import signing, stored_settings
from hallporter.features.instances import store as instance_store
from hallporter.features.instances.rows import (
    InstanceRow,
    SecretKeyRow,
    SigningKeyRow,
    SigningKeyTimes,
)
from hallporter.features.instances.signing import Stages
from hallporter.features.jwt_templates import loading
from hallporter.features.jwt_templates import store as jwt_template_store
from hallporter.features.jwt_templates.rows import JwtTemplateRow
from hallporter.features.testing import store as testing_store
from hallporter.tokens import keys, session_claims

log = structlog.get_logger()

# The name of the instance that the first start makes.
DEFAULT = "default"
# A change made elsewhere is seen within a second. Polling, because a pooler in transaction mode
# (PgBouncer) has no LISTEN.
REFRESH_SECONDS = 0.5
# Once for all requests that a key was shown in: none of them waits for a write.
NOTE_USES_SECONDS = 30


# What is unsafe about serving an instance that has these secret keys, as sentences.
Judge = Callable[[Instance, list[str]], list[str]]


def trusting(_: Instance, __: list[str]) -> list[str]:
    """Let every instance be served."""
    return []


class Directory:
    """All instances of the server, as of at most a second ago, save those that are unsafe."""

    def __init__(self, db: Database, box: CryptoBox, clock: Clock, judge: Judge = trusting) -> None:
        self._db = db
        self._box = box
        self._clock = clock
        self._judge = judge
        self._instances: dict[InstanceId, Instance] = {}
        self._hosts: dict[str, InstanceId] = {}
        self._satellites: dict[str, InstanceId] = {}
        self._slugs: dict[str, InstanceId] = {}
        self._secret_keys: dict[str, SecretKeyRow] = {}
        """By their hashes."""
        self._changes_at: dict[InstanceId, int] = {}
        """When the clock alone changes an instance: one of its keys begins or ceases to sign."""
        self._sealed_keys: list[SealedKey] = []
        self._used: set[str] = set()
        """Hashes of the secret keys that were shown since uses were noted last."""
        self._revisions: dict[InstanceId, int] = {}
        """What has been read, also of an instance that could not be made from it."""
        self._refreshing = asyncio.Lock()
        self.generation = 0
        """Another number once any instance, or whatever one is found by, has changed."""

    def by_secret_key(self, secret_key: str) -> tuple[Instance, SecretKeyId] | None:
        """Return the instance that has this secret key, and which of its keys it is."""
        key = self._secret_keys.get(hash_of(secret_key))
        if key is None:
            return None
        self._used.add(key.key_hash)
        instance = self._instances.get(key.instance_id)
        return None if instance is None else (instance, key.id)

    def by_host(self, host: str) -> Instance | None:
        """Return the instance with this frontend host, or with such a satellite."""
        name = host.lower()
        # No satellite takes another instance's own host.
        return self._get(self._hosts.get(name) or self._satellites.get(name))

    def by_slug(self, slug: str) -> Instance | None:
        """Return the instance with this name."""
        return self._get(self._slugs.get(slug))

    def only(self) -> Instance | None:
        """Return the only one that needs no name: a lone instance, else the one named default.

        A second instance must not change what applications of the first are set up with.
        """
        if len(self._revisions) == 1:
            return next(iter(self._instances.values()), None)
        return self.by_slug(DEFAULT)

    def by_id(self, id: InstanceId) -> Instance | None:
        """Return the instance with this id."""
        return self._get(id)

    async def find(self, id: InstanceId) -> Instance | None:
        """Return the instance with this id, also when another process has just made it."""
        if id not in self._instances:
            await self.refresh()
        return self._get(id)

    def all(self) -> list[Instance]:
        """Return every instance."""
        return list(self._instances.values())

    def _get(self, id: InstanceId | None) -> Instance | None:
        return None if id is None else self._instances.get(id)

    async def refresh(self) -> None:
        """Reload every instance whose revision moved; forget those that are gone."""
        # One at a time: of two at once, the one that ends last may have read first.
        async with self._refreshing:
            await self._learn_master_keys()
            current = {row.id: row.revision for row in await instance_store.revisions(self._db)}
            for gone in self._revisions.keys() - current.keys():
                self._forget(gone)
            now = self._clock.now()
            due = {id for id, moment in self._changes_at.items() if moment <= now}
            due |= {id for id, at in current.items() if self._revisions.get(id) != at}
            for id in due & current.keys():
                await self._load(id)

    async def _learn_master_keys(self) -> None:
        """Learn of a master key that replaces ours, before anything is sealed under it."""
        found = await instance_store.sealed_master_keys(self._db)
        if found != self._sealed_keys:
            self._box.learn(found)
            self._sealed_keys = found

    async def note_uses(self) -> None:
        """Note which secret keys were used since this was done last."""
        by_instance: defaultdict[InstanceId, list[str]] = defaultdict(list)
        for key_hash in self._used & self._secret_keys.keys():
            by_instance[self._secret_keys[key_hash].instance_id].append(key_hash)
        now = self._clock.now()
        for id, hashes in by_instance.items():
            async with self._db.write() as tx:
                await instance_store.note_uses(tx, id, hashes, now)
            # Not before: what could not be noted is noted the next time.
            self._used.difference_update(hashes)

    async def _load(self, id: InstanceId) -> None:
        row = await instance_store.instance_by_id(self._db, id)
        if row is None:
            self._forget(id)
            return
        stored = await _read(self._db, row)
        now = self._clock.now()
        instance = self._readable(stored, now)
        self._forget(id)
        self._revisions[id] = stored.row.revision
        changes_at = stored.signing_at(now).changes_at
        if changes_at is not None:
            self._changes_at[id] = changes_at
        if instance is None or self._is_unsafe(instance, stored):
            return
        self.generation += 1
        self._instances[id] = instance
        self._hosts[instance.frontend_host] = id
        for domain in instance.settings.satellite_domains:
            self._satellites.setdefault(satellites.frontend_host(domain), id)
        self._slugs[instance.slug] = id
        self._secret_keys |= {key.key_hash: key for key in stored.secret_keys}

    def _readable(self, stored: "Stored", now: int) -> Instance | None:
        """Return the instance; of one that cannot be read, what was known and still holds."""
        row = stored.row
        try:
            return _made(self._box, stored, now)
        # Whatever is wrong with one instance, the others are served.
        except Exception:
            before = self._instances.get(row.id)
            instance = None if before is None else _what_holds(before, stored)
            log.exception("instance unreadable", instance=row.slug, is_served=instance is not None)
            return instance

    def _is_unsafe(self, instance: Instance, stored: "Stored") -> bool:
        secret_keys = [self._box.decrypt(key.key_encrypted).decode() for key in stored.secret_keys]
        wrong = self._judge(instance, secret_keys)
        if wrong:
            log.error("instance not served", instance=instance.slug, reasons=wrong)
        return bool(wrong)

    def _forget(self, id: InstanceId) -> None:
        self.generation += 1
        self._instances.pop(id, None)
        self._revisions.pop(id, None)
        self._changes_at.pop(id, None)
        for index in (self._hosts, self._satellites, self._slugs):
            for name in [name for name, owner in index.items() if owner == id]:
                del index[name]
        for key in [key for key in self._secret_keys.values() if key.instance_id == id]:
            del self._secret_keys[key.key_hash]


class Stored(msgspec.Struct, frozen=True):
    """Everything that is stored of an instance, as it is stored."""

    row: InstanceRow
    secret_keys: list[SecretKeyRow]
    signing_keys: list[SigningKeyRow]
    signing_key_times: list[SigningKeyTimes]
    templates: list[JwtTemplateRow]
    ahead_by: int

    def signing_at(self, now: int) -> Stages:
        """Return the stages of the signing keys."""
        return signing.stages(self.signing_keys, self.signing_key_times, now)


async def load(db: Reader, box: CryptoBox, row: InstanceRow, now: int) -> Instance:
    """Return the instance of `row`; raises whatever is wrong with what is stored of it."""
    return _made(box, await _read(db, row), now)


async def _read(db: Reader, row: InstanceRow) -> Stored:
    clock = await testing_store.testing_clock(db, row.id)
    return Stored(
        row=row,
        secret_keys=await instance_store.secret_keys(db, row.id),
        signing_keys=await instance_store.signing_keys(db, row.id),
        signing_key_times=await instance_store.signing_key_times(db, row.id),
        templates=await jwt_template_store.templates(db, row.id),
        ahead_by=0 if clock is None else clock.ahead_by,
    )


def _made(box: CryptoBox, stored: Stored, now: int) -> Instance:
    row, stages = stored.row, stored.signing_at(now)
    settings = stored_settings.read(row.settings, row.slug)
    return Instance(
        id=row.id,
        slug=row.slug,
        environment_type=row.environment_type,
        frontend_host=row.frontend_host,
        publishable_key=row.publishable_key,
        settings=settings,
        signing_keys=tuple(_opened(box, each.row) for each in stages.published),
        withdrawn_keys=tuple(_opened(box, each.row) for each in stages.withdrawn),
        revision=row.revision,
        templates={each.name: loading.load(box, each) for each in stored.templates},
        session_claims=session_claims.compiled(settings.session_token_claims),
        ahead_by=stored.ahead_by if settings.test_mode else 0,
    )


def _opened(box: CryptoBox, row: SigningKeyRow) -> SigningKey:
    return keys.load(row.kid, box.decrypt(row.private_key_encrypted))


def _what_holds(before: Instance, stored: Stored) -> Instance | None:
    """Return the instance as it was known, without the keys and templates that are gone since.

    What was taken away stays away, whatever cannot be read beside it.
    """
    over = {at.kid for at in stored.signing_key_times if at.withdrawn_at is not None}
    kids = {key.kid for key in stored.signing_keys} - over
    names = {each.name for each in stored.templates}
    signing_keys = tuple(key for key in before.signing_keys if key.kid in kids)
    if not signing_keys:
        return None
    return msgspec.structs.replace(
        before,
        signing_keys=signing_keys,
        templates={name: each for name, each in before.templates.items() if name in names},
        revision=stored.row.revision,
    )
