"""The example apps, built and started as a developer does it."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager

import httpx

from scripts.toolchain.npm_packages import EXAMPLES
from tests.cli.processes import free_port, wait_until

BUILDS = ["run", "build"]
STARTS = {
    "express": [["start"]],
    "nextjs": [BUILDS, ["start"]],
    "react-vite": [BUILDS, ["run", "preview", "--", "--strictPort", "--port={port}"]],
}


@contextmanager
def running_example(name: str, settings: Mapping[str, str]) -> Generator[str]:
    """Build an example, run it on a port of its own until the block ends, and yield its address."""
    npm, port = os.environ.get("HALLPORTER_NPM", "npm"), str(free_port())
    folder, env = EXAMPLES / name, {**os.environ, **settings, "PORT": port}
    *builds, start = [
        [npm, *(argument.format(port=port) for argument in command)] for command in STARTS[name]
    ]
    with tempfile.TemporaryFile("w+") as log:
        try:
            for build in builds:
                subprocess.check_call(build, cwd=folder, env=env, stdout=log, stderr=log)
            # A session of its own: npm stands between us and what it starts.
            with subprocess.Popen(
                start, cwd=folder, env=env, stdout=log, stderr=log, start_new_session=True
            ) as process:
                try:
                    url = f"http://localhost:{port}"
                    wait_until(lambda: _answers(url, process))
                    yield url
                finally:
                    os.killpg(process.pid, signal.SIGTERM)
        finally:
            # Shown where a test fails.
            log.seek(0)
            print(log.read())


def _answers(url: str, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, "it ended at once"
    try:
        return httpx.get(url).is_success
    except httpx.HTTPError:
        return False
