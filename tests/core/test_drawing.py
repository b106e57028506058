"""Pictures are drawn in a process of their own, which may fail in any way."""

import subprocess
import sys

from hallporter.core import drawing
from tests.pictures import encoded


def test_a_picture_is_drawn() -> None:
    picture = drawing.redrawn(encoded())
    assert picture is not None
    assert picture.media_type == "image/jpeg"
    assert picture.content.startswith(b"\xff\xd8\xff")


def test_what_takes_too_long_is_no_picture() -> None:
    assert drawing.redrawn(encoded(), within_seconds=0.001) is None


def test_this_process_reads_no_picture() -> None:
    loaded = "import hallporter.main, sys; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0
