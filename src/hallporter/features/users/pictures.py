"""Users' pictures: drawn anew from what was uploaded."""

from collections.abc import Generator
from contextlib import contextmanager

from hallporter.contract import errors, ids
from hallporter.contract.callers import SignedIn
from hallporter.contract.ids import ProfileImageId, UserId
from hallporter.contract.scope import Scope
from hallporter.contract.upload import Upload
from hallporter.core.drawing import Picture, redrawn
from hallporter.core.threads import PICTURES, BusyError
from hallporter.features.users import store
from hallporter.features.users.rows import ProfileImageRow

# An upload takes ten megabytes until it is drawn: this bounds what a process holds of them.
MOST_UPLOADS = 16
_uploading: set[UserId] = set()


def is_uploading(user_id: str) -> bool:
    """Tell whether a picture of a user is being received or drawn in this process."""
    return user_id in _uploading


async def replace(scope: Scope, caller: SignedIn, given: Upload) -> ProfileImageId:
    """Give the user another picture; raises when `given` is none that we draw.

    Raises BusyError while one of the same user's is under way in this process, or too many are.
    """
    with _place(caller.user_id):
        picture = await _drawn(given)
    row = ProfileImageRow(
        id=ids.PROFILE_IMAGE.new(scope.now),
        instance_id=scope.instance.id,
        user_id=caller.user_id,
        media_type=picture.media_type,
        content=picture.content,
        created_at=scope.now,
    )
    async with scope.db.write() as tx:
        if await store.lock_user(tx, scope.instance.id, caller.user_id) is None:
            raise errors.user.not_found()
        await store.upsert_profile_image(tx, row)
        await store.touch_user(tx, scope.instance.id, caller.user_id, scope.now)
    return row.id


@contextmanager
def _place(user_id: UserId) -> Generator[None]:
    if is_uploading(user_id) or len(_uploading) >= MOST_UPLOADS:
        raise BusyError("receiving a picture")
    _uploading.add(user_id)
    try:
        yield
    finally:
        _uploading.remove(user_id)


async def _drawn(given: Upload) -> Picture:
    content = await given.read()
    picture = await PICTURES.do("drawing a picture", lambda: redrawn(content))
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
    return removed


async def get(scope: Scope, id: ProfileImageId) -> ProfileImageRow:
    """Return a picture of the instance; whoever knows its address may see it."""
    row = await store.profile_image(scope.db, scope.instance.id, id)
    if row is None:
        raise errors.user.image_not_found()
    return row
