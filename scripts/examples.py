"""`python -m scripts.examples NAME`: an example app, and the server it needs, until Ctrl-C."""

# ruff: noqa: S603 - every program called here is named by this file

import json
import os
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from scripts.toolchain.npm_packages import EXAMPLES, NAMES
from scripts.toolchain.shell import ROOT, VENV

HALLPORTER = VENV / "bin" / "hallporter"
# Where the examples' settings expect the server, and the React one its API.
SERVER = "http://localhost:4100"
API = "http://localhost:3001"
QUIET = {"NEXT_TELEMETRY_DISABLED": "1", "CLERK_TELEMETRY_DISABLED": "1"}
# What starts an example while somebody works on it.
STARTS = {"express": ["start"], "nextjs": ["run", "dev"], "react-vite": ["run", "dev"]}


@dataclass(frozen=True)
class Keys:
    """The two keys of an instance."""

    publishable: str
    secret: str


def settings(name: str, keys: Keys, *, server: str = SERVER, api: str = API) -> dict[str, str]:
    """Return what an example's `.env.example` says, filled in for a server and an API."""
    text = (EXAMPLES / name / ".env.example").read_text()
    lines = text.replace(SERVER, server).replace(API, api).splitlines()
    said = dict(line.split("=", 1) for line in lines if line)
    for variable in said:
        if variable.endswith("CLERK_PUBLISHABLE_KEY"):
            said[variable] = keys.publishable
        elif variable == "CLERK_SECRET_KEY":
            said[variable] = keys.secret
    return {**QUIET, **said}


def main(name: str) -> None:
    """Run an example with a server: the one that is there, or else one of its own."""
    if name not in NAMES:
        sys.exit(f"error: there is no example {name!r}: make run-example NAME={'|'.join(NAMES)}")
    with ExitStack() as running:
        if not _is_ready():
            port = SERVER.rpartition(":")[2]
            serve = [HALLPORTER, "serve", "--port", port]
            server = running.enter_context(_process(serve, ROOT, {}))
            while not _is_ready():
                # It has said why.
                if server.poll() is not None:
                    sys.exit(1)
                time.sleep(0.1)
        printed = json.loads(subprocess.check_output([HALLPORTER, "keys", "--json"], cwd=ROOT))
        keys = Keys(printed["publishable_key"], printed["secret_key"])
        apps = ["express", name] if name == "react-vite" else [name]
        processes = [running.enter_context(_app(each, keys)) for each in apps]
        processes[-1].wait()


def _app(name: str, keys: Keys) -> AbstractContextManager["subprocess.Popen[bytes]"]:
    npm = [os.environ["HALLPORTER_NPM"], *STARTS[name]]
    return _process(npm, EXAMPLES / name, settings(name, keys))


@contextmanager
def _process(
    command: Sequence[str | Path], folder: Path, variables: Mapping[str, str]
) -> Generator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(command, cwd=folder, env={**os.environ, **variables}) as process:
        try:
            yield process
        finally:
            process.terminate()


def _is_ready() -> bool:
    try:
        with urlopen(f"{SERVER}/v1/health") as reply:  # noqa: S310 - http, as it says above
            return reply.status == 200
    except OSError:
        return False


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "")
    except KeyboardInterrupt:
        sys.exit(130)
