"""Callers as in `tests.house`, for servers in processes of their own."""

from dataclasses import dataclass, field
from typing import cast

import httpx

from tests.cli.processes import Serving
from tests.house import Backend, Browser, House, Reply, Tenant

Caller = Backend | Browser


@dataclass
class _Address:
    """What a caller needs of a house: where it is."""

    url: str
    callers: list[httpx.Client] = field(default_factory=list[httpx.Client])


def tenant_of(server: Serving, secret_key: str) -> Tenant:
    """Return the first instance of a server."""
    return Tenant(
        house=cast("House", _Address(f"http://127.0.0.1:{server.port}")),
        id="",
        slug="default",
        host=f"localhost:{server.port}",
        publishable_key="",
        secret_key=secret_key,
    )


def turn_to(server: Serving, caller: Caller) -> None:
    """Let a caller, with its cookies, talk to another process from now on."""
    caller.http.base_url = httpx.URL(f"http://127.0.0.1:{server.port}")


def mint(browser: Browser, session_id: str) -> Reply:
    """Ask for a session token, whatever comes of it."""
    return browser.post(f"/v1/client/sessions/{session_id}/tokens")
