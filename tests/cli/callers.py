"""Callers as in `tests.harness`, for servers in separate processes."""

from typing import cast

import httpx

from tests.cli.processes import Serving
from tests.harness import Backend, Browser, Harness, Reply, Tenant

Caller = Backend | Browser


def tenant_of(server: Serving, secret_key: str | None = None) -> Tenant:
    """Return the first instance of a server, with the key that is its own unless given.

    Its callers are closed with the server.
    """
    return Tenant(
        # Callers need of a harness only its address, and what closes them.
        harness=cast("Harness", server),
        id="",
        slug="default",
        host=f"localhost:{server.port}",
        publishable_key="",
        secret_key=secret_key or server.keys["secret_key"],
    )


def turn_to(server: Serving, caller: Caller) -> None:
    """Let a caller, with its cookies, talk to another process from now on."""
    caller.http.base_url = httpx.URL(server.url)


def mint(browser: Browser, session_id: str) -> Reply:
    """Ask for a session token, whatever comes of it."""
    return browser.post(f"/v1/client/sessions/{session_id}/tokens")
