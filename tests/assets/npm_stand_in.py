"""A program that stands in for npm: it counts its runs and hands over a tarball, or fails."""

import base64
import hashlib
import io
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from hallporter.delivery.npm_pins import Pin

PROGRAM = """#!{python}
import pathlib, shutil, sys, time
home = pathlib.Path({home!r})
arguments = sys.argv[1:]
with (home / "runs").open("a") as runs:
    runs.write(arguments[1] + "\\n")
time.sleep(0.3)
if (home / "failure").exists():
    sys.exit((home / "failure").read_text())
goal = arguments[arguments.index("--pack-destination") + 1]
shutil.copy(home / "package.tgz", goal)
"""


@dataclass(frozen=True)
class NpmStandIn:
    home: Path

    @property
    def program(self) -> Path:
        return self.home / "npm"

    @property
    def runs(self) -> list[str]:
        log = self.home / "runs"
        return log.read_text().splitlines() if log.exists() else []

    def start(self) -> None:
        self.program.write_text(PROGRAM.format(python=sys.executable, home=str(self.home)))
        self.program.chmod(0o755)

    def offer(self, tarball: bytes) -> None:
        (self.home / "failure").unlink(missing_ok=True)
        (self.home / "package.tgz").write_bytes(tarball)

    def fail(self, message: str) -> None:
        (self.home / "failure").write_text(message)


def tarball_of(files: dict[str, bytes], *links: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for link in links:
            archive.addfile(link)
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def pin_for(tarball: bytes) -> Pin:
    digest = base64.b64encode(hashlib.sha512(tarball).digest()).decode()
    return Pin("@clerk/clerk-js", "9.9.9", ("9",), f"sha512-{digest}")
