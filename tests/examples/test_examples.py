"""Clerk's own frameworks, in apps as they are written for Clerk."""

import re

import httpx
from playwright.sync_api import expect

from tests.examples.visit import Visit


def test_nextjs_shows_members_what_its_server_rendered(nextjs: str, visit: Visit) -> None:
    page, members = visit.page, f"{nextjs}/members"
    page.goto(members)
    expect(page).to_have_url(re.compile(r"/sign-in\b"))
    page.get_by_role("link", name="Sign up").click()
    visit.sign_up()
    expect(page).to_have_url(members)
    visit.expect_member()
    assert visit.address in page.request.get(members).text()

    visit.lose_token()
    page.reload()
    visit.expect_member()
    page.goto(nextjs)
    expect(page.get_by_text(f"Welcome, {visit.address}.")).to_be_visible()

    visit.sign_out()
    page.goto(members)
    expect(page).to_have_url(re.compile(r"/sign-in\b"))
    assert visit.address not in page.request.get(members).text()


def test_express_shows_members_what_its_server_rendered(express: str, visit: Visit) -> None:
    page, members = visit.page, f"{express}/members"
    assert httpx.get(f"{express}/api/me").status_code == 401
    page.goto(members)
    expect(page).to_have_url(f"{express}/sign-in")
    page.get_by_role("link", name="Sign up").click()
    visit.sign_up()
    expect(page).to_have_url(members)
    visit.expect_member()
    assert visit.address in page.request.get(members).text()

    visit.lose_token()
    page.reload()
    visit.expect_member()
    assert page.request.get(f"{express}/api/me").json()["email"] == visit.address

    visit.sign_out()
    page.goto(members)
    expect(page).to_have_url(f"{express}/sign-in")
    assert page.request.get(f"{express}/api/me").status == 401


def test_react_shows_members_what_its_api_told_their_token(react_vite: str, visit: Visit) -> None:
    page = visit.page
    assert httpx.get(f"{react_vite}/api/me").status_code == 401
    page.goto(react_vite)
    expect(page.get_by_text("Members only.")).to_be_visible()
    page.get_by_role("button", name="Sign up").click()
    with page.expect_request("**/api/me") as request:
        visit.sign_up()
    visit.expect_member()
    assert request.value.headers["authorization"].startswith("Bearer ey")

    page.reload()
    visit.expect_member()

    visit.sign_out()
    expect(page.get_by_text("Members only.")).to_be_visible()
    assert page.request.get(f"{react_vite}/api/me").status == 401
