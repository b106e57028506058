"""What a sign-in replies without reading it again is what a reader sees next."""

from typing import Any

from tests.factors import add_app
from tests.harness import PASSWORD, Backend, Browser, Reply, Tenant, new_address


def shown(reply: Reply) -> Any:
    """Return the client of a reply without the tokens, which are new in each."""
    client = reply.client or reply.body
    sessions = [
        {name: value for name, value in each.items() if name != "last_active_token"}
        for each in client["sessions"]
    ]
    return {**client, "sessions": sessions}


def test_first_sign_in_tells_the_client_as_it_is_read_next(
    browser: Browser, backend: Backend
) -> None:
    address = new_address()
    backend.create_user(email_address=[address], first_name="Ada", public_metadata={"plan": "a"})
    browser.sign_in(address, password="a wrong guess, counted")
    reply = browser.sign_in(address).ok()
    assert shown(reply) == shown(browser.get("/v1/client").ok())
    assert reply.body == browser.get(f"/v1/client/sign_ins/{reply.body['id']}").ok().body


def test_second_sign_in_tells_of_both_sessions(browser: Browser, backend: Backend) -> None:
    addresses = new_address(), new_address()
    for address in addresses:
        backend.create_user(email_address=[address])
    replies = [browser.sign_in(address).ok() for address in addresses]
    assert shown(replies[1]) == shown(browser.get("/v1/client").ok())
    assert len(replies[1].client["sessions"]) == 2


def test_code_and_second_factor_begin_as_they_are_read_next(
    instance: Tenant, browser: Browser, backend: Backend
) -> None:
    address = new_address()
    user = backend.create_user(email_address=[address])
    add_app(instance, user["id"], backup_codes=("one-of-them",))
    for form in ({"strategy": "email_code"}, {"strategy": "password", "password": PASSWORD}):
        reply = browser.post("/v1/client/sign_ins", identifier=address, **form).ok()
        assert reply.client["sign_in"] == reply.body
        assert reply.body == browser.get(f"/v1/client/sign_ins/{reply.body['id']}").ok().body
