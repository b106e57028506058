"""The checkout's paths, and the programs the set-up calls."""

# ruff: noqa: S603 - every program called here is named by the set-up itself

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"

SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
LAST_LINES = 8


class MissingPiece(Exception):
    """Something the set-up could not provide; the message says what to install."""


def say(line: str) -> None:
    """Tell the person at the terminal what happens now."""
    print(f"setup: {line}", file=sys.stderr, flush=True)


def environment(**extra: str) -> dict[str, str]:
    """Return the environment for a called program, with the machine's own trust."""
    env = dict(os.environ)
    if SYSTEM_CERTIFICATES.exists():
        # Node brings a list of its own, without the authority that a company's proxy signs with.
        env.setdefault("NODE_EXTRA_CA_CERTS", str(SYSTEM_CERTIFICATES))
    return {**env, **extra}


def probe(command: Sequence[str | Path], *, seconds: float = 30) -> str | None:
    """Run `command` and return what it printed, or None where it cannot run or fails."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=seconds,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def attempt(
    command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, seconds: float = 900
) -> bool:
    """Run `command`, show its last lines if it fails, and return whether it succeeded."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=env or environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        say(f"  failed: {error}")
        return False
    if done.returncode != 0:
        for line in done.stdout.strip().splitlines()[-LAST_LINES:]:
            say(f"  {line}")
    return done.returncode == 0
