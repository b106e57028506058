"""Clerk's JavaScript SDK in a Node process of its own, asked line by line."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.harness import Tenant

FOLDER = Path(__file__).parent
# Where the app under test would be; nothing listens there.
APP = "http://localhost:3000"
DOCUMENT = {"Accept": "text/html", "Sec-Fetch-Dest": "document"}


class SdkError(Exception):
    """What the SDK threw."""

    def __init__(self, reply: dict[str, Any]) -> None:
        super().__init__(reply["message"])
        self.reason: str | None = reply.get("reason")
        self.status: int | None = reply.get("status")
        self.codes: list[str] = reply["codes"]
        self.trace_id: str | None = reply.get("trace_id")


class Node:
    """One Node process for all tests of a worker."""

    def __init__(self) -> None:
        node = os.environ.get("HALLPORTER_NODE") or shutil.which("node")
        assert node is not None, "the tests of the SDKs need Node: run them with `make test`"
        self._process = subprocess.Popen(
            [node, "driver.mjs"],
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Node":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._process:
            self._process.terminate()

    def ask(self, task: str, **given: Any) -> Any:
        """Return what the SDK answers, or raise what it throws."""
        stdin, answered = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert answered is not None
        stdin.write(json.dumps({"task": task, **given}) + "\n")
        stdin.flush()
        line = answered.readline()
        assert line, "Node has ended: are the npm packages installed (`make test` does)?"
        answer = json.loads(line)
        if "error" in answer:
            raise SdkError(answer["error"])
        return answer.get("value")


@dataclass(frozen=True)
class State:
    """What `authenticateRequest` made of a request."""

    status: str
    reason: str | None
    user_id: str | None
    session_id: str | None
    location: str | None
    set_cookies: list[str]


@dataclass(frozen=True)
class Sdk:
    """@clerk/backend as an app configures it."""

    node: Node
    tenant: Tenant
    is_proxied: bool = True
    """Whether the app names the Frontend API by a URL, as it must without https."""

    @property
    def frontend_url(self) -> str:
        """Where the app sends its browsers."""
        if self.is_proxied:
            return f"{self.tenant.harness.url}/~{self.tenant.slug}"
        return f"https://{self.tenant.host}"

    def call(self, method: str, *given: Any) -> Any:
        """Call a method of the client, such as `clients.getClient`."""
        return self.node.ask("call", config=self._config(), method=method, given=given)

    def verify_token(self, token: str, **options: Any) -> Any:
        """Return the claims of a session token."""
        return self.node.ask("verifyToken", token=token, options=options)

    def verify_by_jwks(self, token: str, **options: Any) -> Any:
        """Return the claims of a session token, its key fetched with the secret key."""
        config = {"secretKey": self.tenant.secret_key, "apiUrl": self.tenant.harness.url}
        return self.verify_token(token, **config, **options)

    def authenticate(
        self,
        url: str = f"{APP}/",
        *,
        cookies: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        method: str = "GET",
        **options: Any,
    ) -> State:
        """Return what the SDK thinks of a request to the app: of a page, unless told otherwise."""
        sent = dict(DOCUMENT if headers is None else headers)
        if cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        answer = self.node.ask(
            "authenticateRequest",
            config=self._config(),
            url=url,
            request={"method": method, "headers": sent},
            options=options,
        )
        return State(**answer)

    def _config(self) -> dict[str, str]:
        config = {
            "apiUrl": self.tenant.harness.url,
            "secretKey": self.tenant.secret_key,
            "publishableKey": self.tenant.publishable_key,
        }
        return {**config, "proxyUrl": self.frontend_url} if self.is_proxied else config
