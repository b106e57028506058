"""The start page in a browser."""

import os
import re
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response, expect

from tests.browser.servers import RunningServer

PASSWORD = "correct horse battery"
# Chromium's own on the official forms.
REMARK = re.compile(r"\[DOM\] Input elements should have autocomplete attributes")
# Said again, with its address, by the response itself.
FAILURE = re.compile(r"Failed to load resource")

FIELDS = ("session_ids", "last_active_session_id", "sign_in_id", "sign_up_id")
# Whether the panel shows these fields: it may still say that there is no client.
SHOWS = """
(expected) => {
  const text = document.querySelector("#json").textContent;
  const shown = text.startsWith("{") ? JSON.parse(text) : {};
  return Object.entries(expected).every(
    ([field, value]) => JSON.stringify(shown[field]) === JSON.stringify(value),
  );
}
"""


@dataclass(frozen=True)
class NewUser:
    """A new user with a mailbox and a password."""

    address: str
    password: str = PASSWORD


def new_user(name: str) -> NewUser:
    """Return a new user whose address takes real codes only."""
    return NewUser(f"{name}.{uuid.uuid4().hex[:8]}@example.com")


def enter_code(page: Page, code: str) -> None:
    """Type a code where one is asked for, and nowhere else."""
    # While one card replaces another there are two fields; the one before has a code in it.
    page.locator("input[autocomplete=one-time-code][value='']").press_sequentially(code)


def screenshot(page: Page, name: str) -> None:
    """Save a screenshot of a page in $HALLPORTER_SCREENSHOTS, if that is set."""
    folder = os.environ.get("HALLPORTER_SCREENSHOTS")
    if folder is not None:
        # Cards fade in.
        page.wait_for_timeout(500)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


class StartPage:
    """A browser at the start page; it remembers every complaint and every host it was sent to."""

    def __init__(self, page: Page, server: RunningServer) -> None:
        self.page = page
        self.server = server
        self.console_errors: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        page.on("request", lambda request: self._visit(request.url))
        page.on("response", self._judge)

    def open(self) -> None:
        """Load the start page and wait for the components."""
        self.page.goto(self.server.page_url)
        self.wait_until_loaded()

    def follow(self, link: str) -> None:
        """Open a link of a mail, at the host that this browser knows."""
        parts = urlsplit(link)
        self.page.goto(f"{self.server.page_url}{parts.path.removeprefix('/')}?{parts.query}")

    def wait_until_loaded(self) -> None:
        """Wait until Clerk is ready and says so."""
        expect(self.page.locator("#loading")).to_be_hidden()
        assert self.js("Clerk.status") == "ready"

    def js(self, expression: str) -> Any:
        """Return what an expression is worth in the page."""
        return self.page.evaluate(expression)

    def begin_sign_up(self, who: NewUser) -> None:
        """Fill in the sign-up form, up to the question for the code."""
        self.page.get_by_role("tab", name="Sign up").click()
        self.page.get_by_role("textbox", name="Email address").fill(who.address)
        self.page.get_by_label("Password", exact=True).fill(who.password)
        self._continue()
        expect(self.page.get_by_text("Verify your email")).to_be_visible()
        screenshot(self.page, "start-page-sign-up")

    def enter_code(self, who: NewUser) -> None:
        """Type the code from the inbox, and arrive."""
        code = self.server.code_for(who.address)
        enter_code(self.page, code)
        self.expect_signed_in(who)

    def sign_up(self, who: NewUser) -> None:
        """Sign up by email code."""
        self.begin_sign_up(who)
        self.enter_code(who)

    def begin_sign_in(self, who: NewUser) -> None:
        """Name oneself, up to the question for the password."""
        self.page.get_by_role("textbox", name="Email address").fill(who.address)
        self._continue()
        # The form before has a password field too, unseen, for password managers.
        expect(self.page.get_by_text("Enter your password")).to_be_visible()
        screenshot(self.page, "start-page-password")

    def try_password(self, password: str) -> None:
        """Answer the question for the password."""
        self.page.get_by_label("Password", exact=True).fill(password)
        self._continue()

    def add_account(self) -> None:
        """Ask for the forms while signed in."""
        self.page.get_by_role("button", name="Add an account").click()

    def switch_to(self, who: NewUser) -> None:
        """Make another session the active one."""
        self.page.get_by_role("button", name=f"Switch to {who.address}").click()
        self.expect_signed_in(who)

    def sign_out_of(self, who: NewUser) -> None:
        """End one session."""
        self.page.get_by_role("button", name=f"Sign out of {who.address}").click()
        expect(self.page.locator("#sessions")).not_to_contain_text(who.address)

    def sign_out_of_all(self) -> None:
        """End every session."""
        self.page.get_by_role("button", name="Sign out of all").click()
        expect(self.page.locator("#accounts")).to_be_hidden()

    def reload(self) -> None:
        """Load the page again."""
        self.page.reload()
        self.wait_until_loaded()

    def expect_signed_in(self, who: NewUser) -> None:
        """Wait until the page names `who`."""
        expect(self.page.get_by_text(f"Signed in as {who.address}")).to_be_visible()

    @property
    def session_id(self) -> str:
        """The active session as clerk-js has it."""
        return self.js("Clerk.session.id")

    def truth(self) -> Any:
        """Return the client as `GET /v1/clients/:id` tells it, once the page shows the same."""
        client = self.server.client(self.js("Clerk.client.id"))
        expected = {field: client[field] for field in FIELDS}
        self.page.wait_for_function(SHOWS, arg=expected)
        return client

    def expect_clean(self) -> None:
        """Fail if the browser complained, or was sent anywhere but here."""
        assert not self.console_errors, self.console_errors
        assert self.hosts == {urlsplit(self.server.page_url).netloc}, self.hosts

    def _continue(self) -> None:
        # By the key: the form tells what it thinks of a password, and its button moves meanwhile.
        self.page.keyboard.press("Enter")

    def _note(self, kind: str, text: str) -> None:
        if kind in ("warning", "error") and not REMARK.search(text) and not FAILURE.search(text):
            self.console_errors.append(f"{kind}: {text}")

    def _judge(self, response: Response) -> None:
        # 422 is how a form hears what is wrong with it.
        if response.status >= 400 and response.status != 422:
            self.console_errors.append(
                f"{response.status} {response.request.method} {response.url}"
            )

    def _visit(self, url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob"):
            self.hosts.add(urlsplit(url).netloc)


def wait_until_signed_in(page: Page) -> None:
    """Wait until somebody is signed in, at a page that is at rest."""
    page.wait_for_function(
        "!['/in', '/up', '/both'].includes(location.pathname)"
        " && document.title === 'Ready' && window.Clerk?.user"
    )


def sign_out(page: Page) -> None:
    """Sign out, which leads to the app's first page."""
    page.wait_for_function("document.title === 'Ready'")
    with page.expect_navigation():
        page.evaluate("void Clerk.signOut()")
    page.wait_for_function("window.Clerk?.user === null")
