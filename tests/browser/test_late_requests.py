"""What clerk-js makes of our answer to a request that crossed a rotation of its client's token."""

from urllib.parse import urlencode, urljoin

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.start_page import StartPage, new_user


@pytest.mark.parametrize("server", ["http"], indirect=True)
def test_late_token_refresh_signs_nobody_out(start_page: StartPage) -> None:
    ada, grace = new_user("ada"), new_user("grace")
    start_page.sign_up(ada)
    start_page.add_account()
    start_page.sign_up(grace)
    before = cookies(start_page.page.context)
    start_page.sign_out_of(ada)

    make_late(start_page.page, "**/v1/client/sessions/*/tokens?*", before)
    make_late(start_page.page, "**/v1/client?*", before)
    assert start_page.js("Clerk.session.getToken({ skipCache: true })").count(".") == 2

    start_page.expect_signed_in(grace)
    assert start_page.console_errors
    assert all(each.startswith("503 POST") for each in start_page.console_errors)
    start_page.console_errors.clear()


# Chromium sends them again by itself, with the cookies that it has by then.
@pytest.mark.parametrize("server", ["http"], indirect=True)
def test_sign_in_in_one_tab_outlives_what_another_has_under_way(start_page: StartPage) -> None:
    ada, grace = new_user("ada"), new_user("grace")
    start_page.sign_up(ada)
    other = second_tab(start_page)
    before = cookies(start_page.page.context)
    start_page.add_account()
    start_page.sign_up(grace)

    # The other tab was loading, made a client, and passed by on its way to a page.
    make_late(other, "**/v1/client?*", before)
    other.reload()
    other.wait_for_function("() => window.Clerk?.session?.user")
    assert late_put(other, before) == 503
    make_late(other, "**/v1/client/handshake?*", before)
    with other.expect_navigation(url=lambda url: "/v1/client/handshake" not in url):
        other.goto(handshake(start_page), wait_until="commit")
    assert other.url.startswith(start_page.server.page_url)
    other.close()

    start_page.reload()
    start_page.expect_signed_in(grace)
    assert len(start_page.truth()["session_ids"]) == 2
    assert all(each.startswith("503 GET") for each in start_page.console_errors), (
        start_page.console_errors
    )
    start_page.console_errors.clear()


def second_tab(start_page: StartPage) -> Page:
    """Return another tab of the same browser, at the same page."""
    page = start_page.page.context.new_page()
    page.goto(start_page.server.page_url)
    page.wait_for_function("() => window.Clerk?.session?.user")
    return page


def late_put(page: Page, sent_with: str) -> int:
    """Ask for a client as clerk-js does where it knows of none, late; return the status."""
    make_late(page, "**/v1/client?_method=PUT*", sent_with)
    return page.evaluate(
        "fetch('/v1/client?_method=PUT', { method: 'POST', credentials: 'include' })"
        ".then((reply) => reply.status)"
    )


def handshake(start_page: StartPage) -> str:
    """Return where a backend sends a browser that it cannot decide on."""
    query = urlencode({"redirect_url": start_page.server.page_url, "format": "nonce"})
    return urljoin(start_page.server.page_url, f"/v1/client/handshake?{query}")


def cookies(context: BrowserContext) -> str:
    """Return the Cookie header that the browser would send now."""
    return "; ".join(f"{each.get('name')}={each.get('value')}" for each in context.cookies())


def make_late(page: Page, url: str, sent_with: str) -> None:
    """Let the next request to `url` arrive with cookies of before, as if it had lingered."""

    def linger(route: Route) -> None:
        headers = {**route.request.all_headers(), "cookie": sent_with}
        route.fulfill(response=route.fetch(headers=headers))

    page.route(url, linger, times=1)
