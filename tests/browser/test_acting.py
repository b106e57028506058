"""Who acts in a user's place, in a real browser: Clerk's components say so, but for agents."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import apps
from tests.browser.conftest import Servers
from tests.browser.servers import RunningServer
from tests.browser.start_page import PASSWORD, new_user

LOADED = "{ ui: { ClerkUI: window.__internal_ClerkUICtor } }"
PAGE = """\
<!doctype html>
<title>An app</title>
<link rel="icon" href="data:,">
%s
<div id="app"></div>
<script type="module">
  await Clerk.load(%s);
  const here = document.getElementById("app");
  const impersonate = new URLSearchParams(location.search).get("actor_token");
  if (impersonate) {
    const done = await Clerk.client.signIn.create({ strategy: "ticket", ticket: impersonate });
    await Clerk.setActive({ session: done.createdSessionId });
  }
  if (Clerk.user) Clerk.mountUserButton(here);
  document.title = "Ready";
</script>
"""


@pytest.fixture
def server(servers: Servers) -> RunningServer:
    """A server on localhost."""
    return servers["http"]


@pytest.fixture
def app(server: RunningServer) -> Iterator[str]:
    """An app on a port of its own."""
    with apps.running_app(PAGE % (apps.scripts(server), LOADED)) as app:
        yield app


def made(server: RunningServer, path: str, **given: Any) -> Any:
    """Make something at the Backend API."""
    return server.backend.post(path, json=given).raise_for_status().json()


def test_components_tell_of_an_impersonation(page: Page, app: str, server: RunningServer) -> None:
    ada = new_user("ada")
    user = server.create_user(ada.address, PASSWORD)
    actor = {"sub": "user_of_support"}
    token = made(server, "/v1/actor_tokens", user_id=user["id"], actor=actor)
    page.goto(f"{app}?actor_token={token['token']}")
    page.wait_for_function("document.title === 'Ready' && window.Clerk?.session")
    assert page.evaluate("Clerk.user.id") == user["id"]
    assert page.evaluate("Clerk.session.actor") == actor
    assert page.evaluate("Clerk.session.agent") is None
    page.locator(".cl-impersonationFab").hover()
    expect(page.get_by_text(f"Signed in as {ada.address}")).to_be_visible()
    page.get_by_role("link", name="Sign out").click()
    page.wait_for_function("window.Clerk?.session === null")


def test_actor_token_of_who_is_signed_in_here_takes_their_place(
    page: Page, app: str, server: RunningServer
) -> None:
    user = server.create_user(new_user("ada").address, PASSWORD)
    own = made(server, "/v1/sign_in_tokens", user_id=user["id"])
    page.goto(f"{app}?actor_token={own['token']}")
    page.wait_for_function("document.title === 'Ready' && window.Clerk?.session")
    assert page.evaluate("Clerk.session.actor") is None
    actor = {"sub": "user_of_support"}
    token = made(server, "/v1/actor_tokens", user_id=user["id"], actor=actor)
    page.goto(f"{app}?actor_token={token['token']}")
    page.wait_for_function("document.title === 'Ready' && window.Clerk?.session?.actor")
    assert page.evaluate("Clerk.user.id") == user["id"]
    assert page.evaluate("Clerk.session.actor") == actor
    assert page.evaluate("Clerk.client.sessions.length") == 1
    page.locator(".cl-impersonationFab").hover()
    page.get_by_role("link", name="Sign out").click()
    page.wait_for_function("window.Clerk?.session === null")


def test_agents_link_signs_its_browser_in_without_a_banner(
    page: Page, app: str, server: RunningServer
) -> None:
    user = server.create_user(new_user("ada").address, PASSWORD)
    task = made(
        server,
        "/v1/agents/tasks",
        on_behalf_of={"user_id": user["id"]},
        permissions="*",
        agent_name="mailer",
        task_description="Answer the mail",
        redirect_url=app,
    )
    # Where the app reaches the server by another name than its own, its agents do too.
    page.goto(task["url"].replace("clerk.localhost", "localhost"))
    page.wait_for_function("document.title === 'Ready' && window.Clerk?.session")
    assert page.url.startswith(app)
    assert page.evaluate("Clerk.user.id") == user["id"]
    assert page.evaluate("Clerk.session.agent.sub") == task["agent_id"]
    page.get_by_role("button", name="Open user menu").wait_for()
    expect(page.get_by_text(re.compile("Signed in as"))).to_have_count(0)
