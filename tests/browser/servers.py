"""`hallporter serve` as its users start it: a process on a port and folder of its own."""

import hashlib
import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx

from hallporter.contract.api_version import NEWEST
from hallporter.delivery.npm_pins import PINS
from tests.cli.processes import free_port, mark_of_change, ready_data_dir, wait_until

Transport = Literal["http", "https"]

HALLPORTER = str(Path(sys.executable).parent / "hallporter")
START_SECONDS = 60
READY = "hallporter is ready at"


@dataclass(frozen=True)
class RunningServer:
    """A server and what an app's backend knows of it."""

    page_url: str
    publishable_key: str
    secret_key: str
    backend: httpx.Client
    anyone: httpx.Client
    data_dir: str

    def change(self, *settings: str) -> None:
        """Change the instance's settings, as an operator does, and wait until the server knows."""
        mark = mark_of_change()
        command = [HALLPORTER, "instance", "update", "default", *settings, mark]
        where = ["--data-dir", self.data_dir]
        subprocess.run([*command, *where], check=True, capture_output=True)
        value = mark.partition("=")[2]
        wait_until(lambda: value in self.anyone.get("/v1/environment").text)

    def client(self, id: str) -> Any:
        """Return a client as `GET /v1/clients/:id` tells it."""
        return self._backend(f"/v1/clients/{id}")

    def session(self, id: str) -> Any:
        """Return a session as the Backend API tells it."""
        return self._backend(f"/v1/sessions/{id}")

    def create_user(self, address: str, password: str) -> Any:
        """Make a user, as a backend does."""
        given = {"email_address": [address], "password": password}
        return self.backend.post("/v1/users", json=given).raise_for_status().json()

    def invite(self, address: str) -> str:
        """Invite somebody, to no page of an app's; return the link of the mail."""
        made = self.backend.post("/v1/invitations", json={"email_address": address})
        return made.raise_for_status().json()["url"]

    def sign_in_link(self, user_id: str) -> str:
        """Return the link of a new sign-in token."""
        made = self.backend.post("/v1/sign_in_tokens", json={"user_id": user_id})
        return made.raise_for_status().json()["url"]

    def client_of_token(self, token: str) -> Any:
        """Return the client that `POST /v1/clients/verify` finds for a token."""
        found = self.backend.post("/v1/clients/verify", json={"token": token})
        return found.raise_for_status().json()

    def code_for(self, address: str) -> str:
        """Return the code of the newest mail to `address`, waiting for the mail."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            mails = self.anyone.get("/inbox", headers={"Accept": "application/json"}).json()
            for mail in mails:
                if mail["to"] == address and mail["code"] is not None:
                    return mail["code"]
            time.sleep(0.05)
        raise AssertionError(f"no code was mailed to {address}")

    def _backend(self, path: str) -> Any:
        return self.backend.get(path).raise_for_status().json()


@contextmanager
def running_server(transport: Transport = "http") -> Generator[RunningServer]:
    """Run a server in a folder of its own until the block ends."""
    with ready_data_dir() as data_dir, _running_in(data_dir, transport) as server:
        yield server


@contextmanager
def _running_in(data_dir: Path, transport: Transport) -> Generator[RunningServer]:
    (data_dir / "npm").symlink_to(bundles())
    port = free_port()
    where = ["--data-dir", str(data_dir)]
    tls = ["--tls", "auto"] if transport == "https" else []
    log = (data_dir / "serve.log").open("w+")
    process = subprocess.Popen(
        [HALLPORTER, "serve", "--port", str(port), *where, *tls], stdout=log, stderr=log
    )
    try:
        ca = data_dir / "tls" / "ca.pem"
        url = f"{transport}://127.0.0.1:{port}"
        _wait(process, data_dir / "serve.log")
        printed = subprocess.check_output([HALLPORTER, "keys", "--json", *where], text=True)
        keys: dict[str, str] = json.loads(printed)
        verify = ssl.create_default_context(cafile=ca) if tls else False
        headers = {"Authorization": f"Bearer {keys['secret_key']}", "Clerk-API-Version": NEWEST}
        with (
            httpx.Client(base_url=url, verify=verify, headers=headers) as backend,
            httpx.Client(base_url=url, verify=verify) as anyone,
        ):
            host = "clerk.localhost" if tls else "localhost"
            page_url = f"{transport}://{host}:{port}/"
            pair = keys["publishable_key"], keys["secret_key"]
            yield RunningServer(page_url, *pair, backend, anyone, str(data_dir))
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def bundles() -> Path:
    """Return the folder where test runs keep the browser packages between them."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    pins = hashlib.sha256("".join(pin.integrity for pin in PINS).encode()).hexdigest()
    folder = cache / "hallporter-tests" / pins[:16] / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _wait(process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if READY in log.read_text():
            return
        time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{log.read_text()}")
