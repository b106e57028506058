"""Private keys that are brought along, judged once before they are taken.

Each in a process of its own: whether the factors of an RSA key are primes takes half a second for
4 096 bits, all of it with Python's lock held, so that in a thread it would stop the event loop all
the same. What was judged is loaded without that, in a ten-thousandth of the time.
"""

import subprocess
import sys

import structlog

log = structlog.get_logger()

_COMMAND = (sys.executable, "-P", "-m", "hallporter.core.private_key_process")
_MOST_SECONDS = 20.0


def is_sound(pem: bytes, *, within_seconds: float = _MOST_SECONDS) -> bool:
    """Tell whether this is a private key in PEM whose numbers belong together.

    Waits for a process: call it in a thread.
    """
    try:
        done = subprocess.run(  # noqa: S603 (our own command, nothing of a caller's in it)
            _COMMAND, input=pem, capture_output=True, timeout=within_seconds, check=False
        )
    except subprocess.TimeoutExpired:
        log.warning("key took too long", seconds=within_seconds)
        return False
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip()[-200:]
        log.info("key not taken", status=done.returncode, reason=reason)
    return done.returncode == 0
