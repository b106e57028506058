"""Clerk's own components, and a provider's own forms: a button, a visit, and somebody signed in."""

import re
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pyotp.totp import TOTP

from tests.browser import apps
from tests.browser.opening import opened
from tests.browser.scenarios import Begin, Scenario
from tests.browser.servers import RunningServer, running_server
from tests.browser.start_page import PASSWORD, enter_code, new_user, screenshot, sign_out
from tests.social.provider import OpenIdProvider

STRATEGY = "oauth_custom_mock"
LOADED = "{ ui: { ClerkUI: window.__internal_ClerkUICtor }, signInUrl: '/in', signUpUrl: '/up' }"
PAGE = """\
<!doctype html>
<title>An app</title>
<link rel="icon" href="data:,">
%s
<div id="app"></div>
<script type="module">
  await Clerk.load(%s);
  const here = document.getElementById("app");
  const routing = { routing: "hash" };
  const additionalOAuthScopes = { custom_mock: ["files"] };
  if (Clerk.user && location.pathname === "/more")
    Clerk.mountUserProfile(here, { ...routing, additionalOAuthScopes });
  else if (Clerk.user) Clerk.mountUserProfile(here, routing);
  else if (location.pathname === "/up") Clerk.mountSignUp(here, routing);
  else Clerk.mountSignIn(here, routing);
  document.title = "Ready";
</script>
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    """A provider with forms of its own."""
    with OpenIdProvider() as provider:
        yield provider


@pytest.fixture(scope="module")
def server(provider: OpenIdProvider) -> Iterator[RunningServer]:
    """A server that the provider knows, set up as an operator does."""
    with running_server() as server:
        client = provider.register(f"{server.page_url}v1/oauth_callback")
        settings = {
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "discovery_url": provider.discovery_url,
            "name": "Mock",
        }
        server.change(*(f"social.{STRATEGY}.{name}={value}" for name, value in settings.items()))
        yield server


@pytest.fixture
def app(server: RunningServer) -> Iterator[str]:
    """An app on a port of its own."""
    with apps.running_app(PAGE % (apps.scripts(server), LOADED)) as app:
        yield app


@pytest.fixture
def page(chromium: Browser, server: RunningServer, provider: OpenIdProvider) -> Iterator[Page]:
    """A visitor's page; whoever else it would ask is not there."""
    with opened(chromium, timeout=30_000) as context:

        def only_loopback(route: Route) -> None:
            # The provider's forms would fetch their letters from elsewhere.
            is_near = urlsplit(route.request.url).hostname in ("localhost", "127.0.0.1")
            route.continue_() if is_near else route.abort()

        context.route(re.compile("^https?:"), only_loopback)
        yield context.new_page()


def know(scenario: Scenario, provider: OpenIdProvider) -> dict[str, str]:
    """Have a story's app known to the provider; return its settings."""
    client = provider.register(f"{scenario.app.start_page}v1/oauth_callback")
    settings = {
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "discovery_url": provider.discovery_url,
        "name": "Mock",
    }
    named = {f"social__{STRATEGY}__{key}": value for key, value in settings.items()}
    scenario.app.tenant.update(**named)
    scenario.page.route(re.compile("^https:"), lambda route: route.abort())
    return named


def connect(scenario: Scenario) -> None:
    """Set out to connect an account in the profile."""
    scenario.press("Connect account")
    scenario.page.get_by_role("menuitem", name=re.compile("Mock")).click()


def name() -> str:
    return f"ada.{uuid.uuid4().hex[:8]}"


def visit_provider(page: Page, who: str) -> None:
    """Log in at the provider and consent."""
    page.locator("input[name=login]").fill(who)
    page.locator("input[name=password]").fill("whatever")
    page.locator("button[type=submit]").click()
    page.get_by_role("button", name="Continue").click()


def wait_for_user(page: Page, app: str) -> None:
    page.wait_for_function(f"location.origin + '/' === '{app}' && window.Clerk?.user")


def accounts(page: Page) -> list[str]:
    return page.evaluate("Clerk.user.externalAccounts.map((each) => each.providerUserId)")


def test_a_button_signs_up_and_then_in(page: Page, app: str) -> None:
    ada = name()
    page.goto(f"{app}up")
    button = page.get_by_role("button", name=re.compile("Mock"))
    expect(button).to_be_visible()
    screenshot(page, "social-sign-up")
    button.click()
    visit_provider(page, ada)
    wait_for_user(page, app)
    user_id = page.evaluate("Clerk.user.id")
    assert accounts(page) == [ada]
    assert page.evaluate("Clerk.user.primaryEmailAddress.emailAddress") == f"{ada}@example.com"

    sign_out(page)
    page.goto(f"{app}in")
    page.get_by_role("button", name=re.compile("Mock")).click()
    # The provider remembers who this is.
    wait_for_user(page, app)
    assert page.evaluate("Clerk.user.id") == user_id
    assert page.evaluate("Clerk.client.lastAuthenticationStrategy") == STRATEGY


def test_a_stranger_at_the_sign_in_is_signed_up(page: Page, app: str) -> None:
    ada = name()
    page.goto(f"{app}in")
    page.get_by_role("button", name=re.compile("Mock")).click()
    visit_provider(page, ada)
    wait_for_user(page, app)
    assert accounts(page) == [ada]


def test_what_the_provider_does_not_tell_is_asked_for(
    begin: Begin, provider: OpenIdProvider
) -> None:
    ada = name()
    scenario = begin(
        attributes__username__enabled=True,
        attributes__username__required=True,
        sign_up__legal_consent_enabled=True,
        display__terms_url="https://example.com/terms",
    )
    know(scenario, provider)
    scenario.go("up")
    scenario.press(re.compile("Mock"))
    visit_provider(scenario.page, ada)
    scenario.see("Fill in missing fields")
    scenario.fill("Username", "ada_l")
    scenario.page.get_by_role("checkbox").check()
    scenario.screenshot("sign-up-continue")
    scenario.press("Continue")
    scenario.wait_until_signed_in()
    assert scenario.js("Clerk.user.username") == "ada_l"
    assert scenario.js("Clerk.user.legalAcceptedAt !== null")


def test_somebody_known_at_the_sign_up_is_signed_in(
    page: Page, app: str, server: RunningServer
) -> None:
    ada = name()
    user = server.create_user(f"{ada}@example.com", PASSWORD)
    page.goto(f"{app}up")
    page.get_by_role("button", name=re.compile("Mock")).click()
    visit_provider(page, ada)
    wait_for_user(page, app)
    assert page.evaluate("Clerk.user.id") == user["id"]
    assert accounts(page) == [ada]


def test_a_second_factor_is_asked_for_after_the_visit(
    page: Page, app: str, server: RunningServer
) -> None:
    ada, secret = name(), pyotp.random_base32()
    user = server.create_user(f"{ada}@example.com", PASSWORD)
    given = {"totp_secret": secret}
    server.backend.patch(f"/v1/users/{user['id']}", json=given).raise_for_status()
    page.goto(f"{app}in")
    page.get_by_role("button", name=re.compile("Mock")).click()
    visit_provider(page, ada)
    page.get_by_text("Two-step verification").wait_for()
    enter_code(page, TOTP(secret).now())
    wait_for_user(page, app)
    assert page.evaluate("Clerk.user.id") == user["id"]


def test_turning_back_is_told_at_the_form(page: Page, app: str) -> None:
    page.goto(f"{app}up")
    page.get_by_role("button", name=re.compile("Mock")).click()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_text("You did not grant access to your account")).to_be_visible()
    screenshot(page, "social-denied")
    assert page.evaluate("Clerk.user") is None


def test_a_profile_connects_an_account_and_takes_it_away(
    page: Page, app: str, server: RunningServer
) -> None:
    ada, grace = name(), new_user("grace")
    server.create_user(grace.address, PASSWORD)
    page.goto(f"{app}in")
    page.get_by_label("Email address").fill(grace.address)
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_text("Enter your password").wait_for()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue", exact=True).click()
    page.wait_for_function("window.Clerk?.user")
    page.goto(app)
    page.get_by_role("button", name="Connect account").click()
    page.get_by_role("menuitem", name=re.compile("Mock")).click()
    visit_provider(page, ada)
    wait_for_user(page, app)
    assert accounts(page) == [ada]
    expect(page.get_by_text(f"• {ada}")).to_be_visible()
    screenshot(page, "profile-connected")

    page.locator(".cl-connectedAccounts, .cl-profileSectionItem__connectedAccounts").get_by_role(
        "button", name="Open menu"
    ).click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.wait_for_function("window.Clerk?.user?.externalAccounts.length === 0")


def test_more_scopes_are_asked_for_by_connecting_again(page: Page, app: str) -> None:
    ada = name()
    page.goto(f"{app}up")
    page.get_by_role("button", name=re.compile("Mock")).click()
    visit_provider(page, ada)
    wait_for_user(page, app)
    page.goto(f"{app}more")
    expect(page.get_by_text("This account has been disconnected.")).to_be_visible()
    screenshot(page, "profile-reconnect")
    page.get_by_role("button", name="Reconnect").click()
    # Who this is the provider remembers; what it is asked for is new.
    page.get_by_role("button", name="Continue").click()
    page.wait_for_function("location.pathname === '/more' && window.Clerk?.user")
    expect(page.get_by_text(f"• {ada}")).to_be_visible()
    expect(page.get_by_role("button", name="Reconnect")).to_have_count(0)
    assert "files" in page.evaluate("Clerk.user.externalAccounts[0].approvedScopes").split()


def test_an_account_that_could_not_be_connected_is_connected_again(
    begin: Begin, provider: OpenIdProvider
) -> None:
    scenario, ada = begin(), name()
    right = know(scenario, provider)
    scenario.app.tenant.update(**{f"social__{STRATEGY}__client_secret": "not the secret"})
    scenario.be_at_profile(scenario.app.create_user())
    connect(scenario)
    visit_provider(scenario.page, ada)
    scenario.see("This account has been disconnected.")
    scenario.screenshot("profile-connection-failed")
    scenario.app.tenant.update(**right)
    scenario.press("Reconnect")
    scenario.wait("location.pathname === '/profile' && window.Clerk?.user")
    scenario.see(f"• {ada}")
    assert scenario.js("Clerk.user.verifiedExternalAccounts.length") == 1
    expect(scenario.page.get_by_role("button", name="Reconnect")).to_have_count(0)


def test_turning_back_is_told_at_the_account(begin: Begin, provider: OpenIdProvider) -> None:
    scenario = begin()
    know(scenario, provider)
    scenario.be_at_profile(scenario.app.create_user())
    connect(scenario)
    scenario.page.get_by_role("link", name="Cancel").click()
    scenario.see("You did not grant access to your Mock account.")
    scenario.screenshot("profile-connection-denied")
    scenario.choose("connectedAccounts", "Mock", "Remove")
    scenario.press("Remove")
    scenario.wait("Clerk.user.externalAccounts.length === 0")
