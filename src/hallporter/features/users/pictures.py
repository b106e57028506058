"""Users' pictures: drawn anew from what was uploaded."""

import asyncio
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

import msgspec

from hallporter.contract import errors, ids
from hallporter.contract.callers import SignedIn
from hallporter.contract.ids import InstanceId, ProfileImageId, UserId
from hallporter.contract.scope import Scope
from hallporter.contract.upload import Upload
from hallporter.core.drawing import Picture, redrawn
from hallporter.core.threads import PICTURES, BusyError
from hallporter.features.events import users as user_events
from hallporter.features.users import store
from hallporter.features.users.rows import ProfileImageRow

# An upload takes ten megabytes until it is drawn: this bounds what a process holds of them.
MOST_INCOMING = 16
# Of one instance, half of those that a process takes: the others' pictures have places too.
MOST_DRAWN = 8


class _Incoming(msgspec.Struct, frozen=True):
    """An upload whose end has not come."""

    instance_id: InstanceId
    limit: asyncio.Timeout


_uploading: set[UserId] = set()
# In the order of their beginning.
_incoming: dict[UserId, _Incoming] = {}
_drawing: Counter[InstanceId] = Counter()


def is_uploading(user_id: str) -> bool:
    """Tell whether a picture of a user is being received or drawn in this process."""
    return user_id in _uploading


async def replace(scope: Scope, caller: SignedIn, given: Upload) -> ProfileImageId:
    """Give the user another picture; raises when `given` is not a supported picture.

    Raises BusyError while another upload of the same user runs in this process, while too many
    pictures are processed, and when the upload is so slow that others need its place.
    """
    instance_id = scope.instance.id
    with _alone(caller.user_id):
        content = await _received(instance_id, caller.user_id, given)
        picture = await _redrawn(instance_id, content)
    row = ProfileImageRow(
        id=ids.PROFILE_IMAGE.new(scope.now),
        instance_id=instance_id,
        user_id=caller.user_id,
        media_type=picture.media_type,
        content=picture.content,
        created_at=scope.now,
    )
    async with scope.db.write() as tx:
        if await store.lock_user(tx, instance_id, caller.user_id) is None:
            raise errors.user.not_found()
        await store.upsert_profile_image(tx, row)
        await store.touch_user(tx, instance_id, caller.user_id, scope.now)
        user_events.changed(tx, scope, caller.user_id)
    return row.id


@contextmanager
def _alone(user_id: UserId) -> Generator[None]:
    if is_uploading(user_id):
        raise BusyError("receiving a picture")
    _uploading.add(user_id)
    try:
        yield
    finally:
        _uploading.remove(user_id)


async def _received(instance_id: InstanceId, user_id: UserId, given: Upload) -> bytes:
    if len(_incoming) >= MOST_INCOMING:
        _make_room()
    limit = asyncio.timeout(None)
    _incoming[user_id] = _Incoming(instance_id, limit)
    try:
        async with limit:
            return await given.read()
    except TimeoutError:
        raise BusyError("receiving a picture") from None
    finally:
        _incoming.pop(user_id, None)


def _make_room() -> None:
    """End the longest-running upload of the instance with the most uploads.

    So slow senders do not keep others out, and one instance's users not those of another.
    """
    per_instance = Counter(each.instance_id for each in _incoming.values())
    ((fullest, _),) = per_instance.most_common(1)
    oldest = next(id for id, each in _incoming.items() if each.instance_id == fullest)
    _incoming.pop(oldest).limit.reschedule(0)


async def _redrawn(instance_id: InstanceId, content: bytes) -> Picture:
    if _drawing[instance_id] >= MOST_DRAWN:
        raise BusyError("drawing a picture")
    _drawing[instance_id] += 1
    try:
        picture = await PICTURES.do("drawing a picture", lambda: redrawn(content))
    finally:
        _drawing[instance_id] -= 1
    if picture is None:
        raise errors.user.image_invalid()
    return picture


async def remove(scope: Scope, user_id: UserId) -> ProfileImageId:
    """Take the user's picture away and return the id it had."""
    async with scope.db.write() as tx:
        removed = await store.delete_profile_image(tx, scope.instance.id, user_id)
        if removed is None:
            raise errors.user.image_not_found()
        await store.touch_user(tx, scope.instance.id, user_id, scope.now)
        user_events.changed(tx, scope, user_id)
    return removed


async def get(scope: Scope, id: ProfileImageId) -> ProfileImageRow:
    """Return a picture of the instance. Anybody who knows its address may see it."""
    row = await store.profile_image(scope.db, scope.instance.id, id)
    if row is None:
        raise errors.user.image_not_found()
    return row
