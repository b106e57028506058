"""Several accounts in one browser: Clerk's `<UserButton/>`."""

import re

from playwright.sync_api import expect

from tests.browser.scenarios import Begin, Scenario, address_of


def open_menu(scenario: Scenario) -> None:
    """Open the menu behind one's picture."""
    scenario.go("button")
    scenario.press("Open user menu")
    scenario.see("Manage account")


def test_accounts_are_added_switched_and_left(begin: Begin) -> None:
    scenario = begin()
    ada, grace = scenario.app.create_user(), scenario.app.create_user()
    scenario.sign_in_as(ada)
    open_menu(scenario)
    scenario.screenshot("user-button")
    scenario.press("Add account")
    scenario.see("Sign in to")
    scenario.sign_in(address_of(grace))
    assert scenario.user_id == grace["id"]

    open_menu(scenario)
    scenario.screenshot("user-button-two")
    scenario.page.get_by_text(address_of(ada)).click()
    scenario.wait(f"window.Clerk?.user?.id === '{ada['id']}'")

    open_menu(scenario)
    # The page forgets the user before the server hears of it.
    with scenario.page.expect_response(re.compile("/sessions/[^/]+/(remove|end)")):
        scenario.press("Sign out")
    scenario.wait(f"window.Clerk?.user?.id !== '{ada['id']}'")
    scenario.screenshot("user-button-after")
    scenario.go("button")
    scenario.wait("window.Clerk?.client?.signedInSessions.length === 1")


def test_all_accounts_are_left_at_once(begin: Begin) -> None:
    scenario = begin()
    ada, grace = scenario.app.create_user(), scenario.app.create_user()
    scenario.sign_in_as(ada)
    scenario.sign_in_as(grace)
    open_menu(scenario)
    with scenario.page.expect_navigation(url=scenario.app.url):
        scenario.press("Sign out of all accounts")
    scenario.wait("window.Clerk?.client?.signedInSessions.length === 0")


def test_the_profile_opens_over_the_page(begin: Begin) -> None:
    scenario = begin()
    ada = scenario.app.create_user()
    scenario.sign_in_as(ada)
    open_menu(scenario)
    scenario.press("Manage account")
    expect(scenario.page.get_by_role("dialog").get_by_text("Profile details")).to_be_visible()
    scenario.screenshot("user-button-profile")


def test_one_session_is_all_where_there_may_be_but_one(begin: Begin) -> None:
    scenario = begin(single_session_mode=True)
    scenario.sign_in_as(scenario.app.create_user())
    open_menu(scenario)
    expect(scenario.page.get_by_text("Add account")).to_be_hidden()
    scenario.press(re.compile("Sign out"))
    scenario.wait("window.Clerk?.user === null")
