"""Others recognise a user by an address, a username, a number or a wallet: `identifier`."""

from typing import Any

import pytest

from hallporter.contract.settings import Attributes, AttributeSettings, Settings
from tests.conftest import Make
from tests.harness import PASSWORD, Tenant, new_address, new_number

ON = AttributeSettings(enabled=True)
WALLET = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance whose users may have nothing but one identifier."""
    proved = AttributeSettings(
        enabled=True, verify_at_sign_up=True, verifications=["web3_metamask_signature"]
    )
    attributes = Attributes(phone_number=ON, username=ON, web3_wallet=proved)
    return make_instance(Settings(test_mode=True, attributes=attributes))


def made(tenant: Tenant, **given: Any) -> dict[str, Any]:
    """Make a user who has what is given and nothing else."""
    no_requirements = {"skip_password_requirement": True, "skip_user_requirement": True}
    return tenant.backend().post("/v1/users", **given, **no_requirements).ok().json


def identifier(tenant: Tenant, user: dict[str, Any]) -> str:
    """Return what a session of the user tells others."""
    ticket = tenant.backend().post("/v1/sign_in_tokens", user_id=user["id"]).ok().json["token"]
    browser = tenant.browser()
    browser.post("/v1/client/sign_ins", strategy="ticket", ticket=ticket).ok()
    [session] = browser.get("/v1/client").ok().body["sessions"]
    return session["public_user_data"]["identifier"]


def test_by_the_number_where_there_is_nothing_else(instance: Tenant) -> None:
    number = new_number()
    assert identifier(instance, made(instance, phone_number=[number])) == number


def test_by_the_wallet_where_there_is_nothing_else(instance: Tenant) -> None:
    assert identifier(instance, made(instance, web3_wallet=[WALLET])) == WALLET


def test_by_the_username_rather_than_by_a_number(instance: Tenant) -> None:
    user = made(instance, username="lovelace", phone_number=[new_number()])
    assert identifier(instance, user) == "lovelace"


def test_by_the_address_that_is_the_primary_one(instance: Tenant) -> None:
    first, second = new_address(), new_address()
    user = made(instance, email_address=[first], username="lovelace", password=PASSWORD)
    assert identifier(instance, user) == first
    given = {"user_id": user["id"], "email_address": second, "verified": True, "primary": True}
    instance.backend().post("/v1/email_addresses", **given).ok()
    assert identifier(instance, user) == second
