"""Several accounts in one browser: Clerk's `<UserButton/>`."""

import re

from playwright.sync_api import expect

from tests.browser.stories import Begin, Story, address_of


def open_menu(story: Story) -> None:
    """Open the menu behind one's picture."""
    story.go("button")
    story.press("Open user menu")
    story.see("Manage account")


def test_accounts_are_added_switched_and_left(begin: Begin) -> None:
    story = begin()
    ada, grace = story.app.create_user(), story.app.create_user()
    story.sign_in_as(ada)
    open_menu(story)
    story.shoot("user-button")
    story.press("Add account")
    story.see("Sign in to")
    story.sign_in(address_of(grace))
    assert story.user_id == grace["id"]

    open_menu(story)
    story.shoot("user-button-two")
    story.page.get_by_text(address_of(ada)).click()
    story.wait(f"window.Clerk?.user?.id === '{ada['id']}'")

    open_menu(story)
    # The page forgets the user before the server hears of it.
    with story.page.expect_response(re.compile("/sessions/[^/]+/(remove|end)")):
        story.press("Sign out")
    story.wait(f"window.Clerk?.user?.id !== '{ada['id']}'")
    story.shoot("user-button-after")
    story.go("button")
    story.wait("window.Clerk?.client?.signedInSessions.length === 1")


def test_all_accounts_are_left_at_once(begin: Begin) -> None:
    story = begin()
    ada, grace = story.app.create_user(), story.app.create_user()
    story.sign_in_as(ada)
    story.sign_in_as(grace)
    open_menu(story)
    with story.page.expect_navigation(url=story.app.url):
        story.press("Sign out of all accounts")
    story.wait("window.Clerk?.client?.signedInSessions.length === 0")


def test_the_profile_opens_over_the_page(begin: Begin) -> None:
    story = begin()
    ada = story.app.create_user()
    story.sign_in_as(ada)
    open_menu(story)
    story.press("Manage account")
    expect(story.page.get_by_role("dialog").get_by_text("Profile details")).to_be_visible()
    story.shoot("user-button-profile")


def test_one_session_is_all_where_there_may_be_but_one(begin: Begin) -> None:
    story = begin(single_session_mode=True)
    story.sign_in_as(story.app.create_user())
    open_menu(story)
    expect(story.page.get_by_text("Add account")).to_be_hidden()
    story.press(re.compile("Sign out"))
    story.wait("window.Clerk?.user === null")
