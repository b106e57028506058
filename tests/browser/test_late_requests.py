"""What clerk-js makes of our answer to a request that crossed a rotation of its client's token."""

from urllib.parse import urlencode, urljoin

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.front_door import FrontDoor, visitor


@pytest.mark.parametrize("server", ["http"], indirect=True)
def test_late_token_refresh_signs_nobody_out(door: FrontDoor) -> None:
    ada, grace = visitor("ada"), visitor("grace")
    door.sign_up(ada)
    door.add_account()
    door.sign_up(grace)
    before = cookies(door.page.context)
    door.sign_out_of(ada)

    make_late(door.page, "**/v1/client/sessions/*/tokens?*", before)
    make_late(door.page, "**/v1/client?*", before)
    assert door.js("Clerk.session.getToken({ skipCache: true })").count(".") == 2

    door.expect_signed_in(grace)
    assert door.complaints
    assert all(each.startswith("503 POST") for each in door.complaints)
    door.complaints.clear()


# Chromium sends them again by itself, with the cookies that it has by then.
@pytest.mark.parametrize("server", ["http"], indirect=True)
def test_sign_in_in_one_tab_outlives_what_another_has_under_way(door: FrontDoor) -> None:
    ada, grace = visitor("ada"), visitor("grace")
    door.sign_up(ada)
    other = second_tab(door)
    before = cookies(door.page.context)
    door.add_account()
    door.sign_up(grace)

    # The other tab was loading, made a client, and passed by on its way to a page.
    make_late(other, "**/v1/client?*", before)
    other.reload()
    other.wait_for_function("() => window.Clerk?.session?.user")
    assert late_put(other, before) == 503
    make_late(other, "**/v1/client/handshake?*", before)
    with other.expect_navigation(url=lambda url: "/v1/client/handshake" not in url):
        other.goto(handshake(door), wait_until="commit")
    assert other.url.startswith(door.server.page_url)
    other.close()

    door.reload()
    door.expect_signed_in(grace)
    assert len(door.truth()["session_ids"]) == 2
    assert all(each.startswith("503 GET") for each in door.complaints), door.complaints
    door.complaints.clear()


def second_tab(door: FrontDoor) -> Page:
    """Return another tab of the same browser, at the same page."""
    page = door.page.context.new_page()
    page.goto(door.server.page_url)
    page.wait_for_function("() => window.Clerk?.session?.user")
    return page


def late_put(page: Page, sent_with: str) -> int:
    """Ask for a client as clerk-js does where it knows of none, late; return the status."""
    make_late(page, "**/v1/client?_method=PUT*", sent_with)
    return page.evaluate(
        "fetch('/v1/client?_method=PUT', { method: 'POST', credentials: 'include' })"
        ".then((reply) => reply.status)"
    )


def handshake(door: FrontDoor) -> str:
    """Return where a backend sends a browser that it cannot decide on."""
    query = urlencode({"redirect_url": door.server.page_url, "format": "nonce"})
    return urljoin(door.server.page_url, f"/v1/client/handshake?{query}")


def cookies(context: BrowserContext) -> str:
    """Return the Cookie header that the browser would send now."""
    return "; ".join(f"{each.get('name')}={each.get('value')}" for each in context.cookies())


def make_late(page: Page, url: str, sent_with: str) -> None:
    """Let the next request to `url` arrive with cookies of before, as if it had lingered."""

    def linger(route: Route) -> None:
        headers = {**route.request.all_headers(), "cookie": sent_with}
        route.fulfill(response=route.fetch(headers=headers))

    page.route(url, linger, times=1)
