"""Pictures drawn anew, so that nothing but a picture is kept.

Each in a process of its own. What reads pictures is written in C and, taking the memory for a large
one, holds up every thread beside it for 50 ms; and what a broken file does to it ends there.
"""

import subprocess
import sys

import msgspec
import structlog

log = structlog.get_logger()

_COMMAND = (sys.executable, "-P", "-m", "hallporter.core.drawing_process")
_MOST_SECONDS = 30.0


class Picture(msgspec.Struct, frozen=True):
    """An encoded picture."""

    media_type: str
    content: bytes


def redrawn(content: bytes, *, within_seconds: float = _MOST_SECONDS) -> Picture | None:
    """Return the picture in `content` at 1024 pixels or less, without what came along with it.

    None when it is no picture, one of a kind that is not taken, one too large to open, or one that
    takes too long. Waits for a process: call it in a thread.
    """
    try:
        drawn = subprocess.run(  # noqa: S603 (our own command, nothing of a caller's in it)
            _COMMAND, input=content, capture_output=True, timeout=within_seconds, check=True
        )
    except subprocess.CalledProcessError as error:
        said: bytes = error.stderr
        reason = said.decode(errors="replace").strip()[-200:]
        log.info("picture not readable", status=error.returncode, reason=reason)
        return None
    except subprocess.TimeoutExpired:
        log.warning("picture took too long", seconds=within_seconds)
        return None
    media_type, _, picture = drawn.stdout.partition(b"\n")
    return Picture(media_type.decode(), picture)
