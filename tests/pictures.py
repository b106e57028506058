"""Pictures to upload, made here."""

import io

from PIL import Image

from tests.harness import Browser, Reply

PATH = "/v1/me/profile_image"


def encoded(
    kind: str = "PNG", size: tuple[int, int] = (64, 32), mode: str = "RGB", **more: object
) -> bytes:
    """Return a picture of one colour."""
    file = io.BytesIO()
    Image.new(mode, size, "#37588c").save(file, kind, **more)
    return file.getvalue()


def upload(browser: Browser, content: bytes) -> Reply:
    """Upload a picture as a form does."""
    return browser.request("POST", PATH, files={"file": ("me.png", content, "image/png")})


def opened(content: bytes) -> Image.Image:
    """Return the picture in `content`."""
    return Image.open(io.BytesIO(content))
