"""Who walks past every operation."""

from dataclasses import dataclass
from typing import Any

from hallporter.contract.api_version import ApiVersion
from tests.contract.recording import Recorder
from tests.harness import (
    Account,
    Backend,
    Browser,
    Tenant,
)

NEW_PASSWORD = "staple battery horse correct"


@dataclass(frozen=True)
class Walker:
    """Who walks: a server, and browsers that are made on the way."""

    tenant: Tenant
    version: ApiVersion
    recorder: Recorder
    backend: Backend

    def browser(self) -> Browser:
        """Return a new browser that is listened to."""
        browser = self.tenant.browser(self.version)
        self.recorder.listen(browser)
        return browser

    def signed_in(self) -> tuple[Browser, Account]:
        """Return a browser with somebody signed in."""
        browser = self.browser()
        return browser, browser.sign_up()

    def user(self, **given: Any) -> str:
        """Make a user and return the id."""
        return self.backend.create_user(**given)["id"]
