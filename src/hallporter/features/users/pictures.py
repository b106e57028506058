"""Users' pictures: drawn anew from what was uploaded."""

from hallporter.contract import errors, ids
from hallporter.contract.callers import SignedIn
from hallporter.contract.ids import ProfileImageId, UserId
from hallporter.contract.scope import Scope
from hallporter.contract.upload import Upload
from hallporter.core.threads import aside
from hallporter.features.users import store
from hallporter.features.users.rows import ProfileImageRow


async def replace(scope: Scope, caller: SignedIn, given: Upload) -> ProfileImageId:
    """Give the user another picture; raises when `given` is none that we draw."""
    from hallporter.core.drawing import redrawn

    picture = await aside("drawing a picture", lambda: redrawn(given.content))
    if picture is None:
        raise errors.user.image_invalid()
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
