"""A real OpenID provider in a process of its own, and somebody who logs in there."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

SCRIPT = Path(__file__).with_name("provider.mjs")
_ACTION = re.compile(r'<form[^>]* action="([^"]+)"')
_PROMPT = re.compile(r'name="prompt" value="(\w+)"')
_AT_MOST = 12


@dataclass(frozen=True)
class OAuthClient:
    """As whom an instance is known at a provider."""

    client_id: str
    client_secret: str


class OpenIdProvider:
    """panva's oidc-provider, as it comes from npm."""

    def __init__(self) -> None:
        node = os.environ.get("HALLPORTER_NODE") or shutil.which("node")
        assert node is not None, "the tests of social sign-in need Node: run them with `make test`"
        self._process = subprocess.Popen(
            [node, SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        self.issuer = self._process.stdout.readline().strip()
        assert self.issuer, "Node has ended: are the npm packages installed (`make test` does)?"

    def __enter__(self) -> "OpenIdProvider":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._process:
            self._process.terminate()

    @property
    def discovery_url(self) -> str:
        """Where it describes itself."""
        return f"{self.issuer}/.well-known/openid-configuration"

    def register(self, callback_url: str) -> OAuthClient:
        """Make a client that may be sent back to `callback_url` (RFC 7591)."""
        given = {
            "redirect_uris": [callback_url],
            "grant_types": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_method": "client_secret_basic",
        }
        made = httpx.post(f"{self.issuer}/reg", json=given).raise_for_status().json()
        return OAuthClient(made["client_id"], made["client_secret"])


class Person:
    """Somebody's browser at a provider: fills in its forms as people do."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._http = httpx.Client(follow_redirects=False, timeout=30)

    def visit(self, url: str, *, denies: bool = False) -> str:
        """Log in, consent (or turn back), and return where the provider sends the browser."""
        with self._http:
            return self._visit(url, denies=denies)

    def _visit(self, url: str, *, denies: bool) -> str:
        here = urlsplit(url).netloc
        reply = self._http.get(url)
        for _ in range(_AT_MOST):
            if reply.is_redirect:
                location = urljoin(str(reply.url), reply.headers["location"])
                if urlsplit(location).netloc != here:
                    return location
                reply = self._http.get(location)
                continue
            reply = self._answer(reply, denies=denies)
        raise AssertionError(f"the provider leads nowhere: {reply.text[:500]}")

    def _answer(self, reply: httpx.Response, *, denies: bool) -> httpx.Response:
        form, prompt = _ACTION.search(reply.text), _PROMPT.search(reply.text)
        assert form is not None, reply.text[:500]
        assert prompt is not None, reply.text[:500]
        action = urljoin(str(reply.url), unescape(form[1]))
        if denies:
            return self._http.get(f"{action}/abort")
        given: dict[str, Any] = {"prompt": prompt[1]}
        if prompt[1] == "login":
            given |= {"login": self.name, "password": "whatever"}
        return self._http.post(action, data=given)


def query_of(url: str) -> dict[str, str]:
    """Return the query parameters of an address."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
