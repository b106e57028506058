"""What `make` installs, whoever calls it."""

import os
import subprocess
import sys
from pathlib import Path

_INSTALL = """
import os, pathlib, sys
from scripts.toolchain import __main__ as toolchain

def install():
    pathlib.Path(sys.argv[1], "program").touch(0o755)
    return {}

toolchain.PIECES = {"program": install}
toolchain.main(["program", "--", "sh", "-c", "umask"])
"""


def test_what_is_installed_is_readable_where_root_hides_what_it_makes(tmp_path: Path) -> None:
    # The bundled PostgreSQL runs as another user than root.
    done = subprocess.run(
        [sys.executable, "-c", _INSTALL, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        preexec_fn=lambda: os.umask(0o077),
        capture_output=True,
        text=True,
    )
    # What is started after it keeps to what its user wants.
    assert (done.returncode, done.stdout.strip()) == (0, "0077"), done.stderr
    assert (tmp_path / "program").stat().st_mode & 0o777 == 0o755
