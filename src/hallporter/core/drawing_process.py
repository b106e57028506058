"""The process that draws one picture anew: from standard input to standard output.

Its first line is the media type. It ends with status 1, and says why, when there is no picture that
can be drawn. Nothing but Pillow is loaded here, which is most of a tenth of a second.
"""

import io
import os
import sys
import warnings

from PIL import Image, ImageOps

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# Sixteen megapixels take 64 MB to open; telephones send smaller ones of what they take.
_MAX_PIXELS = 16_000_000
_SIDE = 1_024
_JPEG_QUALITY = 85
_MOST_BYTES = 1024**3
_MOST_SECONDS = 20


def main() -> None:
    """Draw what comes in."""
    _bound()
    # Pillow's own limit is beyond ours, which is asked before anything is unpacked; what else it
    # warns of is in the file, and no concern of an operator's.
    warnings.simplefilter("ignore")
    try:
        media_type, content = _drawn(sys.stdin.buffer.read())
    except Exception as error:
        # Over a broken file Pillow raises whatever its parsers stumble over: struct.error,
        # TypeError, AttributeError, and what it has names for.
        sys.exit(repr(error))
    sys.stdout.buffer.write(media_type.encode() + b"\n" + content)


def _bound() -> None:
    """Let a file that makes its reader run wild end this process and nothing else."""
    if os.name == "posix":
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
        # Elsewhere than on Linux it is not to be had.
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))


def _drawn(content: bytes) -> tuple[str, bytes]:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
        if opened.width * opened.height > _MAX_PIXELS:
            raise ValueError("too many pixels")
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
        return "image/png", encoded.getvalue()
    drawn.save(encoded, "JPEG", quality=_JPEG_QUALITY)
    return "image/jpeg", encoded.getvalue()


if __name__ == "__main__":
    main()
