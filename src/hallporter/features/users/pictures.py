"""Users' pictures: drawn anew from what was uploaded, so that nothing but a picture is kept."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from hallporter.contract import errors, ids
from hallporter.contract.callers import SignedIn
from hallporter.contract.ids import ProfileImageId, UserId
from hallporter.contract.scope import Scope
from hallporter.contract.upload import Upload
from hallporter.core.threads import aside
from hallporter.features.users import store
from hallporter.features.users.rows import ProfileImageRow

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# Fifty megapixels take 200 MB to open; no telephone takes larger ones of what people wear.
_MAX_PIXELS = 50_000_000
_SIDE = 1_024
_JPEG_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture."""

    media_type: str
    content: bytes


async def replace(scope: Scope, caller: SignedIn, given: Upload) -> ProfileImageId:
    """Give the user another picture; raises when `given` is none that we draw."""
    picture = await aside("drawing a picture", lambda: redrawn(given.content))
    if picture is None:
        raise errors.form.format_invalid(param="file")
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


def redrawn(content: bytes) -> Picture | None:
    """Return the picture in `content` at 1024 pixels or less, without what came along with it.

    None when it is no picture, one of a kind that is not taken, or one too large to open.
    """
    try:
        with warnings.catch_warnings():
            # Pillow's own limit is beyond ours, which is asked before anything is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _drawn(content)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        # What Pillow raises for broken files, by kind of file.
        return None


def _drawn(content: bytes) -> Picture | None:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
        if opened.width * opened.height > _MAX_PIXELS:
            return None
        # Cameras note which way is up beside the picture, and that is not kept.
        upright = ImageOps.exif_transpose(opened)
    is_transparent = upright.has_transparency_data
    drawn = upright.convert("RGBA" if is_transparent else "RGB")
    drawn.thumbnail((_SIDE, _SIDE))
    encoded = io.BytesIO()
    if is_transparent:
        drawn.save(encoded, "PNG", optimize=True)
        return Picture("image/png", encoded.getvalue())
    drawn.save(encoded, "JPEG", quality=_JPEG_QUALITY)
    return Picture("image/jpeg", encoded.getvalue())
