"""Google's button through clerk-js itself: a token, and whoever it is about is up or in."""

import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import apps
from tests.browser.servers import RunningServer, running_server
from tests.social.stand_in import StandIn, standing_in

PAGE = """\
<!doctype html>
<title>An app</title>
<link rel="icon" href="data:,">
%s
<script type="module">
  await Clerk.load({ signInUrl: "/in", signUpUrl: "/up" });
  document.title = "Ready";
</script>
"""
# What an app does with the token of Google's button (clerk-js, custom flows).
TAP = """async (token) => {
    const signInOrUp = await Clerk.authenticateWithGoogleOneTap({ token });
    await Clerk.handleGoogleOneTapCallback(signInOrUp, {});
}"""


@pytest.fixture(scope="module")
def google() -> Iterator[StandIn]:
    """Who stands in for Google."""
    with standing_in() as google:
        yield google


@pytest.fixture(scope="module")
def server(google: StandIn) -> Iterator[RunningServer]:
    """A server whose Google is the stand-in, set up as an operator does."""
    with running_server() as server:
        settings = {"client_id": "us", "client_secret": "a secret of ours", "base_url": google.url}
        server.change(*(f"social.oauth_google.{name}={value}" for name, value in settings.items()))
        yield server


@pytest.fixture
def app(server: RunningServer) -> Iterator[str]:
    """An app on a port of its own."""
    with apps.running_app(PAGE % apps.clerk(server)) as app:
        yield app


def tap(page: Page, app: str, token: str) -> str:
    """Press Google's button on the app's page, and return who is signed in."""
    page.goto(f"{app}welcome")
    page.wait_for_function("document.title === 'Ready'")
    page.evaluate(TAP, token)
    page.wait_for_function("window.Clerk?.user && document.title === 'Ready'")
    return page.evaluate("Clerk.user.id")


def test_one_tap_signs_up_and_then_in(page: Page, app: str, google: StandIn) -> None:
    google.name = f"ada.{uuid.uuid4().hex[:8]}"
    user_id = tap(page, app, google.id_token())
    assert page.evaluate("Clerk.user.externalAccounts.map((each) => each.providerUserId)") == [
        google.name
    ]
    assert page.evaluate("Clerk.user.createdAt.getTime()") > 0
    page.evaluate("Clerk.signOut()")
    page.wait_for_function("window.Clerk?.user === null")
    assert tap(page, app, google.id_token()) == user_id
    assert page.evaluate("Clerk.client.lastAuthenticationStrategy") == "oauth_google"


def test_token_of_another_app_signs_nobody_in(page: Page, app: str, google: StandIn) -> None:
    page.goto(app)
    page.wait_for_function("document.title === 'Ready'")
    code = page.evaluate(
        """(token) => Clerk.authenticateWithGoogleOneTap({ token }).then(
            () => null, (error) => error.errors[0].code)""",
        google.id_token(aud="an app of somebody else's"),
    )
    assert code == "google_one_tap_token_invalid"
    assert page.evaluate("Clerk.user") is None
