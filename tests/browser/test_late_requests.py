"""What clerk-js makes of our answer to a request that crossed a rotation of its client's token."""

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.front_door import FrontDoor, visitor

pytestmark = pytest.mark.xdist_group("browser")


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


def cookies(context: BrowserContext) -> str:
    """Return the Cookie header that the browser would send now."""
    return "; ".join(f"{each.get('name')}={each.get('value')}" for each in context.cookies())


def make_late(page: Page, url: str, sent_with: str) -> None:
    """Let the next request to `url` arrive with cookies of before, as if it had lingered."""

    def linger(route: Route) -> None:
        headers = {**route.request.all_headers(), "cookie": sent_with}
        route.fulfill(response=route.fetch(headers=headers))

    page.route(url, linger, times=1)
