"""The secrets among the settings of instances: sealed when they are set, and under each new key.

What is secret is known by its type: `Key`.
"""

import re
from typing import Any, TypeVar, cast

import msgspec
from msgspec.structs import fields

from hallporter.contract.settings.values import Group, Key
from hallporter.core.crypto_box import CryptoBox
from hallporter.core.database import Database
from hallporter.features.instances import store

_SEALED = re.compile(r"(?P<id>[0-9a-f]{12})\.gAAAA[A-Za-z0-9_=-]+")

AnyGroup = TypeVar("AnyGroup", bound=Group)


def sealed(settings: AnyGroup, before: Group | None, box: CryptoBox) -> AnyGroup:
    """Return the settings with each secret sealed that is not what was stored `before`."""
    changes: dict[str, Any] = {}
    for field in fields(settings):
        value, stored = getattr(settings, field.name), getattr(before, field.name, None)
        changed = _sealed(value, stored, box, is_secret=field.type == Key)
        if changed is not value:
            changes[field.name] = changed
    return msgspec.structs.replace(settings, **changes) if changes else settings


def _sealed(value: Any, stored: Any, box: CryptoBox, *, is_secret: bool) -> Any:
    if is_secret:
        return box.encrypt(value) if value and value != stored else value
    if isinstance(value, Group):
        return sealed(value, stored, box)
    if isinstance(value, dict):
        found = cast("dict[str, Any]", value)
        was = cast("dict[str, Any]", stored or {})
        return {
            name: _sealed(each, was.get(name), box, is_secret=False) for name, each in found.items()
        }
    return value


async def reseal(db: Database, box: CryptoBox, now: int) -> int:
    """Seal what an older key opens; return of how many instances, also if somebody was faster."""
    stale = 0
    for row in await store.all_instances(db):
        before = msgspec.json.decode(row.settings, type=dict[str, Any])
        after = _resealed(before, box)
        if after != before:
            stale += 1
            row = msgspec.structs.replace(row, settings=msgspec.Raw(msgspec.json.encode(after)))
            async with db.write() as tx:
                # Changed meanwhile: the next round reads it again.
                await store.update_instance(tx, row, now)
    return stale


def _resealed(value: Any, box: CryptoBox) -> Any:
    match value:
        case dict():
            found = cast("dict[str, Any]", value)
            return {name: _resealed(each, box) for name, each in found.items()}
        case list():
            return [_resealed(each, box) for each in cast("list[Any]", value)]
        case str():
            match = _SEALED.fullmatch(value)
            is_stale = match is not None and box.holds(match["id"]) and not box.is_current(value)
            return box.encrypt(box.decrypt(value)) if is_stale else value
        case _:
            return value
