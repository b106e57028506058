"""The secrets among the settings of instances, sealed anew under today's master key."""

import re
from typing import Any, cast

import msgspec

from hallporter.core.crypto_box import CryptoBox
from hallporter.core.database import Database
from hallporter.features.instances import store

_SEALED = re.compile(r"(?P<id>[0-9a-f]{12})\.gAAAA[A-Za-z0-9_=-]+")


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
