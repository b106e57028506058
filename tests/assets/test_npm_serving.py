import asyncio
import gzip
from pathlib import Path

import pytest
from npm_stand_in import NpmStandIn

from hallporter.delivery.npm_pins import PINS, PackageUnavailable
from hallporter.pages import assets
from hallporter.pages.assets import Answer

ENTRY = b"entry"
CHUNK = b"chunk " * 1000
CURRENT, PREVIOUS, UI = (pin.version for pin in PINS)


@pytest.fixture(autouse=True)
def packages(data_dir: Path) -> None:
    """Put small packages where `hallporter assets fetch` would, as if copied from elsewhere."""
    for package in (*map(str, PINS), "@clerk/clerk-js@6.1.0"):
        dist = data_dir / "npm" / package / "dist"
        dist.mkdir(parents=True)
        (dist.parent / "LICENSE").write_bytes(b"MIT")
        (dist / "clerk.browser.js").write_bytes(ENTRY + package.encode())
        (dist / "1_clerk.browser_abc.js").write_bytes(CHUNK)
        (dist / "1_clerk.browser_abc.js.gz").write_bytes(gzip.compress(CHUNK))
    (data_dir / "secret.js").write_bytes(b"secret")


def get(
    data_dir: Path, path: str, *, accept_encoding: str | None = None, etag: str | None = None
) -> Answer:
    return asyncio.run(
        assets.serve(data_dir, path, accept_encoding=accept_encoding, if_none_match=etag)
    )


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("@clerk/clerk-js@6", f"@clerk/clerk-js@{CURRENT}"),
        ("@clerk/clerk-js@latest", f"@clerk/clerk-js@{CURRENT}"),
        ("@clerk/clerk-js@5", f"@clerk/clerk-js@{PREVIOUS}"),
        ("@clerk/ui@1", f"@clerk/ui@{UI}"),
        ("@clerk/ui@latest", f"@clerk/ui@{UI}"),
    ],
)
def test_an_alias_is_the_pinned_version_for_five_minutes(data_dir: Path, path: str, given: str):
    answer = get(data_dir, f"/npm/{path}/dist/clerk.browser.js")
    assert answer.status == 200
    assert answer.body == ENTRY + given.encode()
    assert answer.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("package", [str(pin) for pin in PINS])
def test_an_exact_version_is_cached_for_good(data_dir: Path, package: str):
    answer = get(data_dir, f"/npm/{package}/dist/clerk.browser.js")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_version_before_an_upgrade_is_still_served(data_dir: Path):
    answer = get(data_dir, "/npm/@clerk/clerk-js@6.1.0/dist/clerk.browser.js")
    assert answer.body == ENTRY + b"@clerk/clerk-js@6.1.0"
    assert answer.headers["ETag"] == '"6.1.0"'


def test_a_script_may_be_loaded_from_any_origin_and_only_as_a_script(data_dir: Path):
    headers = get(data_dir, "/npm/@clerk/clerk-js@6/dist/clerk.browser.js").headers
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_licence_travels_along_as_text(data_dir: Path):
    answer = get(data_dir, "/npm/@clerk/ui@1/LICENSE")
    assert (answer.body, answer.headers["Content-Type"]) == (b"MIT", "text/plain; charset=utf-8")


CHUNK_PATH = f"/npm/@clerk/clerk-js@{CURRENT}/dist/1_clerk.browser_abc.js"


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br", "br;q=1.0, GZIP ; q=0.5"])
def test_a_browser_that_takes_gzip_gets_it(data_dir: Path, accepted: str):
    answer = get(data_dir, CHUNK_PATH, accept_encoding=accepted)
    assert gzip.decompress(answer.body) == CHUNK
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepted", [None, "", "identity", "br", "gzip;q=0", "gzip; q=0.00"])
def test_a_browser_that_does_not_take_gzip_gets_the_plain_file(
    data_dir: Path, accepted: str | None
):
    answer = get(data_dir, CHUNK_PATH, accept_encoding=accepted)
    assert answer.body == CHUNK
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_the_two_forms_of_a_file_have_different_tags(data_dir: Path):
    plain = get(data_dir, CHUNK_PATH).headers["ETag"]
    packed = get(data_dir, CHUNK_PATH, accept_encoding="gzip").headers["ETag"]
    assert plain != packed


@pytest.mark.parametrize("known", ['"{}"', 'W/"{}"', '"old", "{}"', "*"])
def test_what_the_browser_already_has_is_not_sent_again(data_dir: Path, known: str):
    path = "/npm/@clerk/clerk-js@6/dist/clerk.browser.js"
    answer = get(data_dir, path, etag=known.format(CURRENT))
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_a_tag_from_before_an_upgrade_brings_the_new_file(data_dir: Path):
    path = "/npm/@clerk/clerk-js@6/dist/clerk.browser.js"
    assert get(data_dir, path, etag='"6.1.0"').status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/npm/@clerk/clerk-js@6/dist/nothing.js",
        "/npm/@clerk/clerk-js@6/dist/",
        "/npm/@clerk/clerk-js@6/dist",
        "/npm/@clerk/clerk-js@6",
        "/npm/@clerk/clerk-js/dist/clerk.browser.js",
        "/npm/@clerk/clerk-js@7/dist/clerk.browser.js",
        "/npm/@clerk/clerk-js@6.99.0/dist/clerk.browser.js",
        "/npm/@clerk/other@1/dist/clerk.browser.js",
        "/npm/react@19/index.js",
        "/npm/",
        f"{CHUNK_PATH}.gz",
    ],
)
def test_what_is_not_here_is_not_found(data_dir: Path, path: str):
    answer = get(data_dir, path)
    assert answer.status == 404
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/npm/@clerk/clerk-js@6/../../../secret.js",
        "/npm/@clerk/clerk-js@6/dist/../../../../secret.js",
        "/npm/@clerk/clerk-js@6/dist/../dist/clerk.browser.js",
        "/npm/@clerk/clerk-js@6/dist/./clerk.browser.js",
        "/npm/@clerk/clerk-js@6/dist//clerk.browser.js",
        "/npm/@clerk/clerk-js@6/%2e%2e/%2e%2e/%2e%2e/secret.js",
        "/npm/@clerk/clerk-js@6/..\\..\\..\\secret.js",
        "/npm/@clerk/clerk-js@6/dist/clerk.browser.js\0",
        "/npm/@clerk/clerk-js@6/dist/clerk.browser.js\n",
        "/npm/@clerk/clerk-js@6//etc/passwd",
        "/npm/@clerk/clerk-js@../secret.js",
        "/npm/@clerk/..@6/secret.js",
        "/npm/@clerk/clerk-js@6/dist/link.js",
        "/npm/../secret.js",
    ],
)
def test_no_path_leads_out_of_a_package(data_dir: Path, path: str):
    link = data_dir / "npm" / f"@clerk/clerk-js@{CURRENT}" / "dist" / "link.js"
    link.symlink_to(data_dir / "secret.js")
    answer = get(data_dir, path)
    assert answer.status == 404
    assert b"secret" not in answer.body


def test_a_package_that_cannot_be_fetched_is_an_error_of_its_own(tmp_path: Path, npm: NpmStandIn):
    npm.fail("npm error code E503")
    with pytest.raises(PackageUnavailable, match="E503"):
        get(tmp_path / "elsewhere", "/npm/@clerk/ui@1/dist/ui.browser.js")
    assert npm.runs == [f"@clerk/ui@{UI}"]


def test_a_stranger_cannot_make_the_server_fetch_other_versions(data_dir: Path, npm: NpmStandIn):
    get(data_dir, "/npm/@clerk/clerk-js@6.99.0/dist/clerk.browser.js")
    get(data_dir, "/npm/@evil/package@1.0.0/dist/clerk.browser.js")
    assert npm.runs == []
