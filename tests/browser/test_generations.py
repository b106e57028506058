"""Both generations of clerk-js, in an app on a port of its own."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import apps
from tests.browser.apps import Generation
from tests.browser.conftest import Servers
from tests.browser.opening import opened
from tests.browser.start_page import PASSWORD, new_user


@pytest.mark.parametrize("generation", ["5", "6"])
def test_an_app_on_another_port_signs_in_and_stays_signed_in(
    chromium: Browser, servers: Servers, generation: Generation
) -> None:
    server = servers["http"]
    ada = new_user("ada")
    user = server.create_user(ada.address, PASSWORD)
    with (
        apps.running_app(apps.page(server, generation)) as app,
        opened(chromium, timeout=30_000) as context,
    ):
        page = context.new_page()
        hosts: set[str] = set()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.goto(app)
        page.get_by_label("Email address").fill(ada.address)
        page.get_by_role("button", name="Continue", exact=True).click()
        page.get_by_text("Enter your password").wait_for()
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Continue", exact=True).click()
        page.wait_for_function("Clerk.user")
        page.reload()
        expect(page).to_have_title("Ready")
        assert page.evaluate("Clerk.version").startswith(f"{generation}.")
        assert page.evaluate("Clerk.user.id") == user["id"]
        assert page.evaluate("Clerk.session.getToken({ skipCache: true })").count(".") == 2
        client = server.client(page.evaluate("Clerk.client.id"))
        assert client["session_ids"] == [page.evaluate("Clerk.session.id")]
        assert hosts <= {urlsplit(app).netloc, urlsplit(server.page_url).netloc, ""}
