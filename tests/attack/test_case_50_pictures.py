"""Case 50: an upload becomes a picture of ours, or nothing."""

import struct
import zlib

import pytest

from tests.house import Browser, Reply
from tests.pictures import encoded, opened

PATH = "/v1/me/profile_image"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = b"<!doctype html><script>alert(1)</script>"


def upload(browser: Browser, content: bytes) -> Reply:
    """Upload something as a picture."""
    return browser.request("POST", PATH, files={"file": ("me.png", content, "image/png")})


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG that says it is a large picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    lines = zlib.compress(b"\0" * 1_000_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "content",
    [
        SVG,
        HTML,
        b"GIF89a",
        encoded("BMP"),
        encoded("TIFF"),
        encoded()[:60],
        b"%PDF-1.4",
        b"\0" * 99,
    ],
)
def test_case_50_what_is_no_picture_is_refused(browser: Browser, content: bytes) -> None:
    browser.sign_up()
    refused = upload(browser, content)
    assert (refused.status, refused.codes) == (422, ["avatar_file_type_invalid"])
    # The components have no field for it: what named one would be shown nowhere.
    assert refused.params == [None]
    assert not browser.get("/v1/me").body["has_image"]


@pytest.mark.parametrize("size", [(10_000, 10_000), (60_000, 60_000), (2_000_000, 30)])
def test_case_50_bomb_is_refused_before_it_goes_off(
    browser: Browser, size: tuple[int, int]
) -> None:
    browser.sign_up()
    assert upload(browser, bomb(*size)).status == 422


def test_case_50_what_hides_behind_a_picture_is_lost(browser: Browser) -> None:
    browser.sign_up()
    uploaded = upload(browser, encoded() + HTML).ok()
    shown = browser.get(f"/v1/images/{uploaded.body['id']}").response.content
    assert b"script" not in shown
    assert opened(shown).format == "JPEG"


def test_case_50_more_than_ten_megabytes_are_not_read(browser: Browser) -> None:
    browser.sign_up()
    refused = upload(browser, encoded() + b"\0" * 10 * 1024 * 1024)
    assert refused.codes == ["form_param_exceeds_allowed_size"]
    headers = {"Content-Type": "application/octet-stream"}
    text = b"A" * (15 * 1024 * 1024)
    refused = browser.request("POST", PATH, content=text, headers=headers)
    assert refused.codes == ["form_param_exceeds_allowed_size"]


def test_case_50_malformed_forms_are_refused(browser: Browser) -> None:
    browser.sign_up()
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        refused = browser.request("POST", PATH, content=b"--y", headers={"Content-Type": kind})
        assert refused.status in (400, 422)
