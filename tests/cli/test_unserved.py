"""An instance that is unsafe to serve is not served, and keeps no other from it."""

import json
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.cli.processes import Serving, ready_data_dir, serving, wait_until

HOST = "clerk.example.com"
SENTENCE = "Instance shop belongs to clerk.example.com, which must be https"


@pytest.fixture(scope="module")
def data_dir() -> Generator[Path]:
    with ready_data_dir() as data_dir:
        yield data_dir


def status(server: Serving, host: str) -> int:
    return server.http.get("/v1/environment", headers={"Host": host}).status_code


def test_one_instance_never_stops_the_others(data_dir: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    mail = {"transport": "smtp", "host": "smtp.example.com", "from_address": "no-reply@example.com"}
    settings.write_text(json.dumps({"mail": mail}))
    with serving(data_dir) as server:
        given = ("--frontend-host", HOST, "--settings", str(settings))
        made = server.instance("create", "shop", *given)
        assert made.returncode == 0, made.stderr
        assert SENTENCE in made.stdout
        wait_until(lambda: "instance not served" in server.log)
        assert status(server, HOST) == 400
        assert status(server, f"localhost:{server.port}") == 200
        assert server.stop() == 0
    with serving(data_dir) as server:
        wait_until(lambda: SENTENCE in server.printed)
        assert status(server, HOST) == 400
        assert status(server, f"localhost:{server.port}") == 200
        assert server.stop() == 0
    with serving(data_dir, "--behind-proxy", wait=False) as server:
        wait_until(lambda: "hallporter is ready at" in server.printed)
        assert status(server, HOST) == 200
        # The first instance is in test mode, and others can connect now.
        assert status(server, f"clerk.localhost:{server.port}") == 400
        assert status(server, "elsewhere.example.com") == 400
        assert server.instance("update", "default", "test_mode=false").returncode == 0
