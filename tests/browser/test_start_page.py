"""The story of a visitor, through Clerk's own components, and the truth after each step."""

import pytest
from playwright.sync_api import expect

from tests.browser.start_page import StartPage, new_user


def test_the_client_tells_the_truth_at_every_step(start_page: StartPage) -> None:
    ada, grace = new_user("ada"), new_user("grace")

    start_page.begin_sign_up(ada)
    client = start_page.truth()
    assert client["sign_up_id"].startswith("sua_")
    assert client["session_ids"] == []

    start_page.enter_code(ada)
    first = start_page.session_id
    client = start_page.truth()
    assert client["session_ids"] == [first]
    assert client["last_active_session_id"] == first
    assert client["sign_up_id"] is None

    start_page.sign_out_of_all()
    client = start_page.truth()
    assert client["session_ids"] == []
    assert client["last_active_session_id"] is None
    assert start_page.server.session(first)["status"] == "removed"

    start_page.begin_sign_in(ada)
    client = start_page.truth()
    pending = client["sign_in_id"]
    assert pending.startswith("sia_")

    start_page.try_password("not the password")
    expect(start_page.page.locator("#error-password")).to_be_visible()
    client = start_page.truth()
    assert client["sign_in_id"] == pending
    assert client["session_ids"] == []

    start_page.try_password(ada.password)
    start_page.expect_signed_in(ada)
    second = start_page.session_id
    client = start_page.truth()
    assert client["session_ids"] == [second]
    assert client["sign_in_id"] is None
    assert client["last_authentication_strategy"] == "password"

    start_page.reload()
    start_page.expect_signed_in(ada)
    assert start_page.session_id == second
    assert start_page.truth() == client

    start_page.add_account()
    start_page.sign_up(grace)
    third = start_page.session_id
    client = start_page.truth()
    assert client["session_ids"] == [second, third]
    assert client["last_active_session_id"] == third

    start_page.switch_to(ada)
    client = start_page.truth()
    assert client["session_ids"] == [second, third]
    assert client["last_active_session_id"] == second

    start_page.sign_out_of(ada)
    client = start_page.truth()
    assert client["session_ids"] == [third]
    assert client["last_active_session_id"] == third
    assert start_page.server.session(second)["status"] == "removed"

    start_page.sign_out_of_all()
    client = start_page.truth()
    assert client["session_ids"] == []
    assert client["last_active_session_id"] is None
    assert start_page.server.session(third)["status"] == "removed"


@pytest.mark.parametrize("server", ["http"], indirect=True)
def test_an_invitation_leads_to_the_form_that_takes_it(start_page: StartPage) -> None:
    ada = new_user("ada")
    start_page.follow(start_page.server.invite(ada.address))
    password = start_page.page.get_by_label("Password", exact=True)
    password.fill(ada.password)
    start_page.page.keyboard.press("Enter")
    # The address is proved by the link: no code is asked for.
    start_page.expect_signed_in(ada)
    assert "__clerk_ticket" not in start_page.page.url


def test_a_sign_in_token_leads_to_the_form_that_takes_it(start_page: StartPage) -> None:
    ada = new_user("ada")
    user = start_page.server.create_user(ada.address, ada.password)
    start_page.follow(start_page.server.sign_in_link(user["id"]))
    start_page.expect_signed_in(ada)
    assert "__clerk_ticket" not in start_page.page.url


def test_tokens_are_minted_anew_and_verify_to_the_client(start_page: StartPage) -> None:
    start_page.sign_up(new_user("ada"))
    cached = start_page.js("Clerk.session.getToken()")
    fresh = start_page.js("Clerk.session.getToken({ skipCache: true })")
    assert fresh != cached
    assert start_page.js("Clerk.session.getToken()") == fresh
    assert start_page.server.client_of_token(fresh)["session_ids"] == [start_page.session_id]
