"""Passkeys: registered, shown, renamed, removed, and signed in with."""

import json

import pytest

from hallporter.contract.settings import Attributes, AttributeSettings, Settings
from tests.authenticator import Authenticator
from tests.conftest import Make
from tests.factors import add_app
from tests.harness import Account, Backend, Browser, Outbox, Tenant, new_address


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that has passkeys."""
    passkey = AttributeSettings(enabled=True, used_for_first_factor=True)
    return make_instance(Settings(test_mode=True, attributes=Attributes(passkey=passkey)))


@pytest.fixture
def account(browser: Browser) -> Account:
    return browser.sign_up()


def register(browser: Browser, device: Authenticator) -> str:
    """Register a device and return the passkey's id."""
    begun = browser.post("/v1/me/passkeys").ok().body
    answer = device.create(begun["verification"]["nonce"])
    path = f"/v1/me/passkeys/{begun['id']}/attempt_verification"
    done = browser.post(path, strategy="passkey", public_key_credential=answer).ok().body
    assert done["verification"]["status"] == "verified"
    return done["id"]


def test_passkey_is_registered_and_shown(browser: Browser, account: Account) -> None:
    begun = browser.post("/v1/me/passkeys").ok().body
    options = json.loads(begun["verification"]["nonce"])
    assert options["rp"]["id"] == "localhost"
    assert options["user"]["name"] == account.email_address
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert browser.get("/v1/me").ok().body["passkeys"] == []
    id = register(browser, Authenticator())
    shown = browser.get("/v1/me").ok().body["passkeys"]
    assert [each["id"] for each in shown] == [id]
    assert shown[0] == browser.get(f"/v1/me/passkeys/{id}").ok().body


def test_passkey_is_renamed_and_removed(
    browser: Browser, account: Account, backend: Backend
) -> None:
    first, second = register(browser, Authenticator()), register(browser, Authenticator())
    renamed = browser.post(f"/v1/me/passkeys/{first}", _method="PATCH", name="My phone").ok().body
    assert renamed["name"] == "My phone"
    deleted = browser.post(f"/v1/me/passkeys/{first}", _method="DELETE").ok().body
    assert (deleted["id"], deleted["deleted"]) == (first, True)
    backend.delete(f"/v1/users/{account.user_id}/passkeys/{second}").ok()
    assert browser.get("/v1/me").ok().body["passkeys"] == []
    assert backend.delete(f"/v1/users/{account.user_id}/passkeys/{second}").status == 404


def test_whoever_reads_the_mail_is_told(browser: Browser, backend: Backend, outbox: Outbox) -> None:
    address = "grace@example.com"
    backend.create_user(email_address=[address])
    browser.sign_in(address).ok()
    id = register(browser, Authenticator())
    browser.post(f"/v1/me/passkeys/{id}", _method="DELETE").ok()
    shown = [slug for to, slug in outbox.messages() if to == address]
    # Both in one moment of a clock that stands still: in either order.
    assert sorted(shown)[-2:] == ["passkey_added", "passkey_removed"]


def test_sign_in_by_passkey_of_a_named_user(
    browser: Browser, account: Account, instance: Tenant
) -> None:
    device = Authenticator()
    register(browser, device)
    elsewhere = instance.browser()
    begun = elsewhere.post("/v1/client/sign_ins", identifier=account.email_address).ok().body
    assert "passkey" in [each["strategy"] for each in begun["supported_first_factors"]]
    path = f"/v1/client/sign_ins/{begun['id']}"
    options = elsewhere.post(f"{path}/prepare_first_factor", strategy="passkey").ok().body
    nonce = options["first_factor_verification"]["nonce"]
    assert [each["id"] for each in json.loads(nonce)["allowCredentials"]] == [device.id]
    done = elsewhere.post(
        f"{path}/attempt_first_factor", strategy="passkey", public_key_credential=device.get(nonce)
    ).ok()
    assert done.body["status"] == "complete"
    user = done.client["sessions"][0]["user"]
    assert user["id"] == account.user_id
    assert user["passkeys"][0]["last_used_at"] == instance.harness.clock.now()


def test_sign_in_by_passkey_alone(browser: Browser, account: Account, instance: Tenant) -> None:
    device = Authenticator(counts=False)
    register(browser, device)
    elsewhere = instance.browser()
    begun = elsewhere.post("/v1/client/sign_ins", strategy="passkey").ok().body
    nonce = begun["first_factor_verification"]["nonce"]
    assert json.loads(nonce)["allowCredentials"] == []
    path = f"/v1/client/sign_ins/{begun['id']}/attempt_first_factor"
    answer = device.get(nonce)
    done = elsewhere.post(path, strategy="passkey", public_key_credential=answer).ok()
    assert done.body["status"] == "complete"
    assert done.client["sessions"][0]["user"]["id"] == account.user_id


@pytest.mark.parametrize(
    ("satisfies", "status"), [(True, "complete"), (False, "needs_second_factor")]
)
def test_what_a_passkey_is_worth_is_a_setting(
    browser: Browser, account: Account, instance: Tenant, satisfies: bool, status: str
) -> None:
    device = Authenticator()
    register(browser, device)
    add_app(instance, account.user_id)
    instance.update(passkey__satisfies_second_factor=satisfies)
    elsewhere = instance.browser()
    begun = elsewhere.post("/v1/client/sign_ins", strategy="passkey").ok().body
    answer = device.get(begun["first_factor_verification"]["nonce"])
    path = f"/v1/client/sign_ins/{begun['id']}/attempt_first_factor"
    done = elsewhere.post(path, strategy="passkey", public_key_credential=answer).ok()
    assert done.body["status"] == status


def test_passkey_makes_a_session_fresh(
    browser: Browser, account: Account, instance: Tenant
) -> None:
    device = Authenticator()
    register(browser, device)
    instance.harness.clock.advance(minutes=30)
    verify = f"/v1/client/sessions/{account.session_id}/verify"
    begun = browser.post(verify, level="first_factor").ok().body
    assert "passkey" in [each["strategy"] for each in begun["supported_first_factors"]]
    options = browser.post(f"{verify}/prepare_first_factor", strategy="passkey").ok().body
    answer = device.get(options["first_factor_verification"]["nonce"])
    done = browser.post(
        f"{verify}/attempt_first_factor", strategy="passkey", public_key_credential=answer
    ).ok()
    assert done.body["status"] == "complete"
    assert done.body["session"]["factor_verification_age"] == [0, -1]


def test_instance_without_passkeys_has_none(make_instance: Make) -> None:
    browser = make_instance(Settings(test_mode=True)).browser()
    browser.sign_up()
    assert browser.post("/v1/me/passkeys").status == 422
    begun = browser.tenant.browser().post("/v1/client/sign_ins", strategy="passkey")
    assert begun.codes == ["strategy_for_user_invalid"]
    environment = browser.get("/v1/environment").ok().json["user_settings"]
    assert environment["attributes"]["passkey"]["enabled"] is False


def test_half_registered_passkeys_are_nobodys(browser: Browser, account: Account) -> None:
    begun = browser.post("/v1/me/passkeys").ok().body["id"]
    browser.post("/v1/me/passkeys").ok()
    assert browser.get(f"/v1/me/passkeys/{begun}").status == 404
    refused = browser.post("/v1/client/sign_ins", identifier=new_address(), strategy="passkey")
    assert refused.codes == ["form_identifier_not_found"]
