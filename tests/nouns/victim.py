"""Whose objects others ask for."""

from dataclasses import dataclass

from tests.harness import Account, Backend, Browser, Tenant


@dataclass(frozen=True)
class Victim:
    """Somebody with a session in a browser, and a server of their instance."""

    tenant: Tenant
    browser: Browser
    account: Account
    backend: Backend
