"""The story of a visitor, through Clerk's own components, and the truth after each step."""

import pytest
from playwright.sync_api import expect

from tests.browser.front_door import FrontDoor, visitor


def test_the_client_tells_the_truth_at_every_step(door: FrontDoor) -> None:
    ada, grace = visitor("ada"), visitor("grace")

    door.begin_sign_up(ada)
    client = door.truth()
    assert client["sign_up_id"].startswith("sua_")
    assert client["session_ids"] == []

    door.enter_code(ada)
    first = door.session_id
    client = door.truth()
    assert client["session_ids"] == [first]
    assert client["last_active_session_id"] == first
    assert client["sign_up_id"] is None

    door.sign_out_of_all()
    client = door.truth()
    assert client["session_ids"] == []
    assert client["last_active_session_id"] is None
    assert door.server.session(first)["status"] == "removed"

    door.begin_sign_in(ada)
    client = door.truth()
    pending = client["sign_in_id"]
    assert pending.startswith("sia_")

    door.try_password("not the password")
    expect(door.page.locator("#error-password")).to_be_visible()
    client = door.truth()
    assert client["sign_in_id"] == pending
    assert client["session_ids"] == []

    door.try_password(ada.password)
    door.expect_signed_in(ada)
    second = door.session_id
    client = door.truth()
    assert client["session_ids"] == [second]
    assert client["sign_in_id"] is None
    assert client["last_authentication_strategy"] == "password"

    door.reload()
    door.expect_signed_in(ada)
    assert door.session_id == second
    assert door.truth() == client

    door.add_account()
    door.sign_up(grace)
    third = door.session_id
    client = door.truth()
    assert client["session_ids"] == [second, third]
    assert client["last_active_session_id"] == third

    door.switch_to(ada)
    client = door.truth()
    assert client["session_ids"] == [second, third]
    assert client["last_active_session_id"] == second

    door.sign_out_of(ada)
    client = door.truth()
    assert client["session_ids"] == [third]
    assert client["last_active_session_id"] == third
    assert door.server.session(second)["status"] == "removed"

    door.sign_out_of_all()
    client = door.truth()
    assert client["session_ids"] == []
    assert client["last_active_session_id"] is None
    assert door.server.session(third)["status"] == "removed"


@pytest.mark.parametrize("server", ["http"], indirect=True)
def test_an_invitation_leads_to_the_form_that_takes_it(door: FrontDoor) -> None:
    ada = visitor("ada")
    door.follow(door.server.invite(ada.address))
    password = door.page.get_by_label("Password", exact=True)
    password.fill(ada.password)
    door.page.keyboard.press("Enter")
    # The address is proved by the link: no code is asked for.
    door.expect_signed_in(ada)
    assert "__clerk_ticket" not in door.page.url


def test_a_sign_in_token_leads_to_the_form_that_takes_it(door: FrontDoor) -> None:
    ada = visitor("ada")
    user = door.server.create_user(ada.address, ada.password)
    door.follow(door.server.sign_in_link(user["id"]))
    door.expect_signed_in(ada)
    assert "__clerk_ticket" not in door.page.url


def test_tokens_are_minted_anew_and_verify_to_the_client(door: FrontDoor) -> None:
    door.sign_up(visitor("ada"))
    cached = door.js("Clerk.session.getToken()")
    fresh = door.js("Clerk.session.getToken({ skipCache: true })")
    assert fresh != cached
    assert door.js("Clerk.session.getToken()") == fresh
    assert door.server.client_of_token(fresh)["session_ids"] == [door.session_id]
