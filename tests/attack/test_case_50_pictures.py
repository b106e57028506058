"""Case 50: an upload becomes a picture of ours, or nothing."""

import struct
import zlib

import pytest

from tests.harness import Browser
from tests.pictures import PATH, encoded, opened, upload

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = b"<!doctype html><script>alert(1)</script>"


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


def test_case_50_what_a_damaged_picture_breaks_is_no_error_of_ours(browser: Browser) -> None:
    browser.sign_up()
    # Which way is up, and the resolution in letters where a number belongs.
    entries = struct.pack(">HHII", 0x0112, 3, 1, 6 << 16) + struct.pack(">HHII", 0x011B, 2, 6, 38)
    exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 2) + entries + b"\0\0\0\0letter"
    refused = upload(browser, encoded("JPEG", exif=exif))
    assert (refused.status, refused.codes) == (422, ["avatar_file_type_invalid"])
    assert upload(browser, encoded("JPEG")).status == 200


def test_case_50_sixteen_megapixels_are_the_most(browser: Browser) -> None:
    browser.sign_up()
    assert upload(browser, encoded(size=(4_001, 4_000))).status == 422
    for kind in ("PNG", "JPEG", "WEBP", "GIF"):
        shown = upload(browser, encoded(kind, (4_000, 2_000))).ok().body["id"]
        picture = opened(browser.get(f"/v1/images/{shown}").response.content)
        assert picture.size == (1_024, 512)


def test_case_50_nothing_written_beside_a_picture_is_kept(browser: Browser) -> None:
    browser.sign_up()
    for content in (
        encoded("JPEG", comment=b"came along"),
        encoded("PNG", mode="RGBA", icc_profile=b"came along"),
    ):
        id = upload(browser, content).ok().body["id"]
        assert b"came along" in content or content[1:4] == b"PNG"
        kept = opened(browser.get(f"/v1/images/{id}").response.content)
        assert "came along" not in str(kept.info)


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
