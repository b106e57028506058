"""What an instance lets nobody change of themselves stays as it was at sign-up."""

import pytest

from tests.harness import Browser, Reply, Tenant, new_address, new_number
from tests.wallets import Wallet


def refused(reply: Reply, name: str) -> bool:
    """Tell whether a change was refused because of `name`."""
    shown = (reply.status, reply.codes, reply.params)
    return shown == (403, ["resource_forbidden"], [name])


MAKE = {
    "email_address": new_address,
    "phone_number": new_number,
    "web3_wallet": lambda: Wallet().address,
}


@pytest.mark.parametrize(
    ("type", "path"),
    [
        ("email_address", "email_addresses"),
        ("phone_number", "phone_numbers"),
        ("web3_wallet", "web3_wallets"),
    ],
)
def test_identifiers_are_neither_added_nor_removed(
    instance: Tenant, browser: Browser, type: str, path: str
) -> None:
    browser.sign_up()
    given = MAKE[type]()
    instance.update(**{f"attributes__{type}__enabled": True})
    id = browser.post(f"/v1/me/{path}", **{type: given}).ok().body["id"]
    instance.update(**{f"attributes__{type}__immutable": True})
    assert refused(browser.post(f"/v1/me/{path}", **{type: given}), type)
    assert refused(browser.post(f"/v1/me/{path}/{id}", _method="DELETE"), type)


def test_names_stay_and_may_be_sent_along(instance: Tenant, browser: Browser) -> None:
    names = {"username": "ada_lovelace", "first_name": "Ada", "last_name": "Lovelace"}
    instance.update(attributes__username__enabled=True)
    browser.sign_up()
    browser.post("/v1/me", _method="PATCH", **names).ok()
    for name in names:
        instance.update(**{f"attributes__{name}__immutable": True})
    browser.post("/v1/me", _method="PATCH", **names).ok()
    for name in names:
        assert refused(browser.post("/v1/me", _method="PATCH", **{**names, name: "other"}), name)
        assert refused(browser.post("/v1/me", _method="PATCH", **{name: ""}), name)
    assert {name: browser.get("/v1/me").body[name] for name in names} == names


def test_servers_change_what_users_do_not(instance: Tenant, browser: Browser) -> None:
    account = browser.sign_up()
    instance.update(attributes__first_name__immutable=True)
    with instance.backend() as backend:
        backend.patch(f"/v1/users/{account.user_id}", first_name="Grace").ok()
