"""The package as whoever installs it gets it: whole, typed, and it says which release it is."""

import subprocess
import sys
import tomllib
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

from tests.cli.processes import environment, hallporter

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with what the wheel holds."""
    directory = tmp_path_factory.mktemp("wheel")
    building = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)]
    subprocess.run(building, cwd=ROOT, check=True, capture_output=True, text=True)
    (wheel,) = directory.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(directory / "installed")
    return directory / "installed"


def test_wheel_holds_every_file_of_the_package(installed: Path) -> None:
    files = subprocess.check_output(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/hallporter"],
        cwd=ROOT,
        text=True,
    ).splitlines()
    wanted = {each.removeprefix("src/") for each in files if (ROOT / each).exists()}
    held = {str(each.relative_to(installed)) for each in installed.rglob("*") if each.is_file()}
    assert {each for each in held if not each.startswith("hallporter-")} == wanted
    # Type checkers look for it (PEP 561).
    assert "hallporter/py.typed" in held


def test_wheel_says_what_it_is(installed: Path) -> None:
    (directory,) = installed.glob("*.dist-info")
    said = message_from_string((directory / "METADATA").read_text())
    assert (said["Name"], said["Version"]) == (PROJECT["name"], PROJECT["version"])
    assert said["License-Expression"] == "Apache-2.0"
    assert "Typing :: Typed" in said.get_all("Classifier", [])
    assert (directory / "licenses/LICENSE").read_text() == (ROOT / "LICENSE").read_text()


def test_wheel_runs(installed: Path) -> None:
    command = [sys.executable, "-c", "import hallporter.main; print(hallporter.__file__)"]
    run = subprocess.check_output(command, env=environment(PYTHONPATH=str(installed)), text=True)
    assert Path(run.strip()).is_relative_to(installed)


def test_version_is_told() -> None:
    printed = hallporter("--version")
    assert (printed.returncode, printed.stdout) == (0, f"hallporter {PROJECT['version']}\n")
