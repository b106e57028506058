"""A stranger who becomes a member of an example's club."""

import os
import re
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, expect

from tests.browser.servers import RunningServer
from tests.browser.start_page import PASSWORD, REMARK, enter_code, new_user


class Visit:
    """A browser that remembers every host it was sent to, and every complaint."""

    def __init__(self, page: Page, server: RunningServer) -> None:
        self.page = page
        self.address = new_user("ada").address
        self._server = server
        self._complaints: list[str] = []
        self._hosts: set[str | None] = set()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        page.on("request", lambda request: self._hosts.add(urlsplit(request.url).hostname))

    def sign_up(self) -> None:
        """Fill in Clerk's form, and the code from the inbox."""
        # The form before asks for an address too.
        expect(self.page.get_by_text("Create your account")).to_be_visible()
        self.page.get_by_role("textbox", name="Email address").fill(self.address)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_text("Verify your email")).to_be_visible()
        enter_code(self.page, self._server.code_for(self.address))

    def sign_out(self) -> None:
        """Use Clerk's button."""
        self.page.get_by_role("button", name="Open user menu").click()
        self.page.get_by_role("button", name="Sign out").click()
        expect(self.page.get_by_text("Sign in", exact=True)).to_be_visible()

    def lose_token(self) -> None:
        """Come back an hour later, when the session's token has expired."""
        self.page.context.clear_cookies(name=re.compile("^__session"))

    def expect_member(self) -> None:
        """Wait until the app names the member."""
        expect(self.page.get_by_text(f"You are {self.address}.")).to_be_visible()
        self.screenshot("member")

    def screenshot(self, name: str) -> None:
        """Keep a picture of the page, where somebody wants to look at it."""
        folder = os.environ.get("HALLPORTER_SCREENSHOTS")
        if folder is not None:
            self.page.wait_for_timeout(400)
            self.page.screenshot(path=f"{folder}/{urlsplit(self.page.url).port}-{name}.png")

    def expect_clean(self) -> None:
        """Fail if the browser complained, or was sent anywhere but to this machine."""
        assert not self._complaints, self._complaints
        assert self._hosts - {None} == {"localhost"}, self._hosts

    def _note(self, message: ConsoleMessage) -> None:
        text = message.text
        if message.type in ("warning", "error") and not REMARK.search(text):
            self._complaints.append(f"{message.type}: {text} ({message.location['url']})")
