"""Pictures to upload, made here."""

import io

from PIL import Image


def encoded(kind: str = "PNG", size: tuple[int, int] = (64, 32), **more: object) -> bytes:
    """Return a picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", size, "#37588c").save(file, kind, **more)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    """Return the picture in `content`."""
    return Image.open(io.BytesIO(content))
