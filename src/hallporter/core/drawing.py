"""Pictures drawn anew, so that nothing but a picture is kept.

Whoever needs it loads it then: Pillow costs a start a tenth of a second.
"""

import io
import warnings

import msgspec
import structlog
from PIL import Image, ImageOps

log = structlog.get_logger()

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# Sixteen megapixels take 64 MB to open; telephones send smaller ones of what they take.
_MAX_PIXELS = 16_000_000
_SIDE = 1_024
_JPEG_QUALITY = 85


class Picture(msgspec.Struct, frozen=True):
    """An encoded picture."""

    media_type: str
    content: bytes


def redrawn(content: bytes) -> Picture | None:
    """Return the picture in `content` at 1024 pixels or less, without what came along with it.

    None when it is no picture, one of a kind that is not taken, or one too large to open.
    """
    try:
        with warnings.catch_warnings():
            # Pillow's own limit is beyond ours, which is asked before anything is unpacked; what
            # else it warns of is in the file, and no concern of an operator's.
            warnings.simplefilter("ignore")
            return _drawn(content)
    except Exception as broken:
        # Over a broken file Pillow raises whatever its parsers stumble over: struct.error,
        # TypeError, AttributeError, and what it has names for.
        log.info("picture not readable", reason=repr(broken))
        return None


def _drawn(content: bytes) -> Picture | None:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
        if opened.width * opened.height > _MAX_PIXELS:
            return None
        # Reduced first, of a JPEG only that much is unpacked; the rest costs what is left. Twice
        # the side, because a palette can only leave pixels out.
        opened.thumbnail((2 * _SIDE, 2 * _SIDE))
        # Cameras note which way is up beside the picture, and that is not kept.
        upright = ImageOps.exif_transpose(opened)
    is_transparent = upright.has_transparency_data
    drawn = upright.convert("RGBA" if is_transparent else "RGB")
    drawn.thumbnail((_SIDE, _SIDE))
    # Comments and profiles would be written again.
    drawn.info.clear()
    encoded = io.BytesIO()
    if is_transparent:
        drawn.save(encoded, "PNG", optimize=True)
        return Picture("image/png", encoded.getvalue())
    drawn.save(encoded, "JPEG", quality=_JPEG_QUALITY)
    return Picture("image/jpeg", encoded.getvalue())
