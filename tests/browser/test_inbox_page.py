"""The inbox in a browser."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.front_door import FrontDoor, visitor


@pytest.mark.parametrize("server", ["http"], indirect=True)
def test_mail_arrives_in_an_open_inbox_and_disturbs_nothing(
    chromium: Browser, door: FrontDoor
) -> None:
    ada, grace = visitor("ada"), visitor("grace")
    # A window of its own: of two tabs in one, the hidden one would be slow.
    inbox = chromium.new_page()
    inbox.goto(f"{door.server.page_url}inbox")

    door.begin_sign_up(ada)
    mail = inbox.get_by_role("article").filter(has_text=ada.address)
    expect(mail.locator(".code code")).to_have_text(door.server.code_for(ada.address))
    mail.evaluate("element => (element.isSame = true)")
    mail.get_by_text("As it looks").click()
    shown = mail.frame_locator("iframe").locator(".code")
    expect(shown).to_have_text(door.server.code_for(ada.address))

    door.enter_code(ada)
    door.add_account()
    door.begin_sign_up(grace)
    expect(inbox.get_by_role("article").first).to_contain_text(grace.address)
    assert mail.evaluate("element => element.isSame")
    inbox.close()
