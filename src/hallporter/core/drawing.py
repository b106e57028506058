"""Pictures drawn anew, so that nothing but a picture is kept.

Whoever needs it loads it then: Pillow costs a start a tenth of a second.
"""

import io
import warnings

import msgspec
from PIL import Image, ImageOps

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# Fifty megapixels take 200 MB to open; no telephone takes larger ones of what people wear.
_MAX_PIXELS = 50_000_000
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
