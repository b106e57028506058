"""The inbox in a browser."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.start_page import StartPage, new_user


@pytest.mark.parametrize("server", ["http"], indirect=True)
def test_mail_arrives_in_an_open_inbox_and_disturbs_nothing(
    chromium: Browser, start_page: StartPage
) -> None:
    ada, grace = new_user("ada"), new_user("grace")
    # A window of its own: of two tabs in one, the hidden one would be slow.
    inbox = chromium.new_page()
    inbox.goto(f"{start_page.server.page_url}inbox")

    start_page.begin_sign_up(ada)
    mail = inbox.get_by_role("article").filter(has_text=ada.address)
    expect(mail.locator(".code code")).to_have_text(start_page.server.code_for(ada.address))
    mail.evaluate("element => (element.isSame = true)")
    mail.get_by_text("As it looks").click()
    shown = mail.frame_locator("iframe").locator(".code")
    expect(shown).to_have_text(start_page.server.code_for(ada.address))

    start_page.enter_code(ada)
    start_page.add_account()
    start_page.begin_sign_up(grace)
    expect(inbox.get_by_role("article").first).to_contain_text(grace.address)
    assert mail.evaluate("element => element.isSame")
    inbox.close()
