"""Browser scenarios: a separate instance, an app that uses it, and a user's browser."""

import json
import re
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Page, Request, Response, expect
from pyotp.totp import TOTP

from hallporter.core.clock import SECOND
from tests.browser import apps
from tests.browser.start_page import enter_code, screenshot, sign_out, wait_until_signed_in
from tests.harness import PASSWORD, Backend, Clock, Tenant, new_number

TIMEOUT = 15_000
FINE = "Your password meets all the necessary requirements."
# Where the components' English leaves an error to the server, they have words of their own in
# other languages: shown here, they prove that the code is one that translations know.
WORDS = {
    "form_code_incorrect": "Falscher Code.",
    "form_identifier_exists__email_address": "Diese E-Mail-Adresse ist vergeben.",
    "form_identifier_exists__phone_number": "Diese Telefonnummer ist vergeben.",
    "form_identifier_exists__username": "Dieser Benutzername ist vergeben.",
    "form_identifier_not_found": "Kein Konto gefunden.",
    "form_param_format_invalid__email_address": "Keine gültige E-Mail-Adresse.",
    "form_param_format_invalid__phone_number": "Keine gültige Telefonnummer.",
    "form_password_incorrect": "Falsches Passwort.",
    "form_username_invalid_character": "Unerlaubte Zeichen im Benutzernamen.",
    "not_allowed_access": "Kein Zugang.",
}
# How the last segment of an app's address is answered; the rest of it belongs to the components.
PAGE = """\
<!doctype html>
<title>An app</title>
<link rel="icon" href="data:,">
<style>body {{ margin: 2rem; font-family: sans-serif }}</style>
{scripts}
<div id="app"></div>
<script type="module">
  const at = (place) => new URL(place, location.origin).href;
  // Or the components would fetch them from their maker.
  const icon = "url('data:image/svg+xml,')";
  const icons = Object.fromEntries(
    ["whatsapp", "metamask", "okx_wallet", "coinbase_wallet", "base", "solana"].map((name) =>
      [`providerIcon__${{name}}`, {{ backgroundImage: icon, maskImage: icon }}]));
  await Clerk.load({{
    ui: {{ ClerkUI: window.__internal_ClerkUICtor }},
    signInUrl: at("/in"), signUpUrl: at("/up"), waitlistUrl: at("/wait"),
    afterSignOutUrl: at("/"), localization: {words},
    appearance: {{ elements: icons }},
  }});
  const here = document.getElementById("app");
  const routing = {{ routing: "hash" }};
  const places = {{
    in: () => Clerk.mountSignIn(here, routing),
    both: () => Clerk.mountSignIn(here, {{ ...routing, withSignUp: true }}),
    up: () => Clerk.mountSignUp(here, routing),
    wait: () => Clerk.mountWaitlist(here, {{}}),
    profile: () => Clerk.mountUserProfile(here, routing),
    button: () => Clerk.mountUserButton(here, {{ defaultOpen: false }}),
  }};
  places[location.pathname.slice(1)]?.();
  document.title = "Ready";
</script>
"""

# Half a second in which nothing on the page changes: a form thinks again of what was typed before.
_REST = """
() => new Promise(done => {
  const changes = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(rest, 500) })
  const rest = () => { changes.disconnect(); done() }
  let timer = setTimeout(rest, 500)
  changes.observe(document.body, { subtree: true, childList: true, characterData: true })
})
"""


@dataclass(frozen=True)
class App:
    """An app of somebody, and the instance that it is of."""

    tenant: Tenant
    url: str
    start_page: str
    backend: Backend

    def variable_of(self, recipient: str, fact: str, *, of: int = 1) -> str:
        """Return what the last message to somebody tells, waiting for the first, or more."""
        outbox, until = self.tenant.outbox(), time.monotonic() + 10
        while sum(to == recipient for to, _ in outbox.messages()) < of:
            assert time.monotonic() < until, f"nothing was sent to {recipient}"
            time.sleep(0.05)
        return outbox.last_variable(recipient, fact)

    @property
    def clock(self) -> Clock:
        """The time there."""
        return self.tenant.harness.clock

    def create_user(self, **given: Any) -> Any:
        """Make a user with a test address and a password, unless told otherwise."""
        return self.backend.create_user(**given)

    def create_user_with_app(self, *backup_codes: str, **given: Any) -> "tuple[Any, Authenticator]":
        """Make a user with an authenticator app, and with backup codes perhaps."""
        user = self.create_user(**given)
        return user, self.give_app(user, *backup_codes)

    def give_app(self, user: Any, *backup_codes: str) -> "Authenticator":
        """Give a user an authenticator app, and backup codes perhaps."""
        secret = pyotp.random_base32()
        codes = {"backup_codes": list(backup_codes)} if backup_codes else {}
        self.backend.patch(f"/v1/users/{user['id']}", totp_secret=secret, **codes).ok()
        return Authenticator(secret, self.clock)

    def create_user_with_second_number(self, number: str | None = None, **given: Any) -> Any:
        """Make a user who keeps a telephone for the second factor."""
        user = self.create_user(phone_number=[number or new_number()], **given)
        number_id = user["phone_numbers"][0]["id"]
        with self.tenant.browser() as browser:
            browser.sign_in(address_of(user)).ok()
            path, kept = f"/v1/me/phone_numbers/{number_id}", {"reserved_for_second_factor": "true"}
            browser.post(path, _method="PATCH", **kept).ok()
        return user


@dataclass(frozen=True)
class Authenticator:
    """An authenticator app."""

    secret: str
    clock: Clock

    def next_code(self) -> str:
        """Return a code that has not been used: time goes on until there is one."""
        self.clock.advance(seconds=30)
        return TOTP(self.secret).generate_otp(self.clock.now() // (30 * SECOND))


@dataclass
class Scenario:
    """Somebody in front of an app; their browser remembers every complaint."""

    page: Page
    app: App
    console_errors: list[str] = field(default_factory=list[str])
    allowed_hosts: set[str] = field(default_factory=set[str])
    """Who else may be asked for something here, by host; nobody is."""

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        self.page.on("request", self._visit)
        self.page.on("response", self._judge)

    def go(self, place: str) -> None:
        """Open a page of the app."""
        self.page.goto(f"{self.app.url}{place}")

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press what bears a name, be it drawn as a button or as a link."""
        buttons = self.page.get_by_role("button", name=name, exact=True)
        buttons.or_(self.page.get_by_role("link", name=name, exact=True)).click()

    def fill(self, label: str, text: str) -> None:
        """Fill in a field by its whole label."""
        self.page.get_by_label(label, exact=True).fill(text)

    def submit(self) -> None:
        """Send the form: a button may move away while a form tells what it thinks of a password."""
        self.page.keyboard.press("Enter")

    def give_new_password(self, password: str) -> None:
        """Choose a password, twice, and send the form."""
        self.fill("New password", password)
        self.fill("Confirm password", password)
        # Before that there is nothing to send, and what the form thinks would hide what we answer.
        self.see(FINE)
        self.see("Passwords match.")
        self.rest()
        self.submit()

    def see(self, text: str | re.Pattern[str]) -> None:
        """Wait for a text."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def rest(self) -> None:
        """Wait until the page has come to rest."""
        self.page.evaluate(_REST)

    def enter_code(self, code: str) -> None:
        """Type a code where one is asked for."""
        enter_code(self.page, code)

    def error_at(self, field: str, text: str | re.Pattern[str]) -> None:
        """Expect a complaint under a field, word for word."""
        # One complaint may still be leaving while the next is shown.
        expect(self.page.locator(f"#error-{field}").last).to_have_text(text)

    def error_at_code(self, text: str) -> None:
        """Expect a complaint under the field for a code, word for word."""
        expect(self.page.locator(".cl-otpCodeFieldErrorText").last).to_have_text(text)

    def error_of_card(self, text: str | re.Pattern[str]) -> None:
        """Expect a complaint above the form, word for word."""
        expect(self.page.locator(".cl-alertText").last).to_have_text(text)

    def name_oneself(self, identifier: str, label: str = "Email address") -> None:
        """Say who one is."""
        self.page.get_by_label(label, exact=True).fill(identifier)
        self.press("Continue")

    def name_oneself_by_number(self, number: str) -> None:
        """Say who one is with an American telephone number."""
        self.press("Use phone")
        self.fill("Phone number", number.removeprefix("+1"))
        self.press("Continue")

    def give_password(self, password: str = PASSWORD) -> None:
        """Answer the question for the password."""
        # The form before has a password field too, unseen, for password managers.
        self.see("Enter your password")
        self.fill("Password", password)
        self.press("Continue")

    def sign_in(self, identifier: str, password: str = PASSWORD) -> None:
        """Sign in by password, and be there."""
        self.go("in")
        self.name_oneself(identifier)
        self.give_password(password)
        self.wait_until_signed_in()

    def sign_in_as(self, user: Any) -> None:
        """Arrive with a sign-in token, as when a backend sends somebody here."""
        made = self.app.backend.post("/v1/sign_in_tokens", user_id=user["id"]).ok().json
        self.page.goto(f"{self.app.url}in?__clerk_ticket={made['token']}")
        self.wait_until_signed_in(user)

    def be_at_profile(self, user: Any) -> None:
        """Sign in and open the profile."""
        self.sign_in_as(user)
        self.go("profile")
        self.see("Profile details")

    def be_at_security(self, user: Any) -> None:
        """Sign in and open the profile where it is about security."""
        self.sign_in_as(user)
        self.go("profile#/security")
        expect(self.page.get_by_text("This device")).to_be_visible()

    def choose(self, section: str, of: str, action: str) -> None:
        """Choose from the menu beside something in the profile."""
        row = self.page.locator(f".cl-profileSectionItem__{section}").filter(has_text=of)
        # What was done before may still close what is opened now.
        self.rest()
        row.get_by_role("button", name="Open menu").click()
        self.page.get_by_role("menuitem", name=action, exact=True).click()
        self.rest()

    def read_app(self) -> Authenticator:
        """Set up an authenticator app with the secret that is shown."""
        secret = self.js(
            "[...document.querySelectorAll('input')].map((each) => each.value)"
            ".find((each) => /^[A-Z2-7]{32}$/.test(each))"
        )
        return Authenticator(secret, self.app.clock)

    def begin_sign_in(self, user: Any, then: str) -> None:
        """Give address and password, and be asked for more."""
        self.go("in")
        self.name_oneself(address_of(user))
        self.give_password()
        self.see(then)

    def wait_for_prompt_again(self) -> None:
        """Come back after a while, and want what nobody may without proof: leave for good."""
        self.app.clock.advance(minutes=11)
        self.want_to_leave()

    def want_to_leave(self) -> None:
        """Ask for one's account to be deleted, and hear that this takes a proof."""
        self.go("profile#/security")
        self.press("Delete account")
        self.page.get_by_label(re.compile("Delete account")).fill("Delete account")
        self.page.get_by_role("button", name="Delete account", exact=True).last.click()
        self.see("Verification required")

    def be_gone(self, user: Any) -> None:
        """Have left."""
        self.wait("window.Clerk?.user === null")
        assert self.app.backend.get(f"/v1/users/{user['id']}").status == 404

    def sign_out(self) -> None:
        """Sign out, which leads to the app's first page."""
        sign_out(self.page)

    def wait_until_signed_in(self, user: Any = None) -> None:
        """Wait until somebody is signed in, at a page that is at rest."""
        wait_until_signed_in(self.page)
        if user is not None:
            assert self.user_id == user["id"]

    @property
    def user_id(self) -> str:
        """Who is signed in here."""
        return self.js("Clerk.user.id")

    def js(self, expression: str) -> Any:
        """Return what an expression is worth in the page."""
        return self.page.evaluate(expression)

    def wait(self, condition: str) -> None:
        """Wait until an expression holds in the page."""
        self.page.wait_for_function(condition)

    def screenshot(self, name: str, page: Page | None = None) -> None:
        """Keep a picture of this page, or another, where somebody wants to look at it."""
        screenshot(page or self.page, name)

    def expect_clean(self) -> None:
        """Fail if anything broke, or the browser was sent to somebody else's."""
        assert not self.console_errors, self.console_errors

    def _judge(self, response: Response) -> None:
        if response.status >= 500 or response.status == 404:
            self.console_errors.append(
                f"{response.status} {response.request.method} {response.url}"
            )

    def _visit(self, request: Request) -> None:
        if request.is_navigation_request():
            return
        host = urlsplit(request.url).hostname
        is_near = host is None or f".{host}".endswith(".localhost") or host in self.allowed_hosts
        if request.frame.url.startswith(self.app.url) and not is_near:
            self.console_errors.append(f"asked {request.url}")


Begin = Callable[..., Scenario]
"""Begins a story in an app of an instance with these settings."""


@contextmanager
def running_app(tenant: Tenant) -> Generator[App]:
    """Serve an app of an instance on a port of its own."""
    # All instances take the same address of the scripts: browsers need them only once.
    base = tenant.harness.url.replace("127.0.0.1", "localhost")
    start_page = f"{base}/~{tenant.slug}/"
    scripts = (
        (apps.UI + apps.CLERK)
        .format(url=f"{base}/", key=tenant.publishable_key, generation="6")
        .replace(f'proxy-url="{base}/"', f'proxy-url="{start_page}"')
    )
    words = json.dumps({"unstable__errors": WORDS})
    with (
        apps.running_app(PAGE.format(scripts=scripts, words=words)) as url,
        tenant.backend() as backend,
    ):
        yield App(tenant, url, start_page, backend)


def address_of(user: Any) -> str:
    """Return a user's first address."""
    return user["email_addresses"][0]["email_address"]
