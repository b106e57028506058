"""Users change their own names and metadata."""

from hallporter.contract.api_version import V2025_11_10
from tests.harness import Backend, Browser, Outbox, Tenant, new_address


def test_names_change_and_the_client_comes_along(browser: Browser) -> None:
    browser.sign_up()
    reply = browser.post("/v1/me", _method="PATCH", first_name="Ada", last_name="Lovelace").ok()
    assert (reply.body["first_name"], reply.body["last_name"]) == ("Ada", "Lovelace")
    assert reply.client["sessions"][0]["user"] == reply.body
    assert browser.get("/v1/me").body["first_name"] == "Ada"


def test_an_empty_name_is_no_name(browser: Browser) -> None:
    browser.sign_up()
    browser.post("/v1/me", _method="PATCH", first_name="Ada").ok()
    emptied = browser.post("/v1/me", _method="PATCH", first_name="").ok()
    assert emptied.body["first_name"] is None


def test_a_name_that_the_instance_requires_cannot_be_emptied(
    instance: Tenant, browser: Browser
) -> None:
    browser.sign_up()
    instance.update(attributes__last_name__required=True)
    reply = browser.post("/v1/me", _method="PATCH", last_name="")
    assert (reply.codes, reply.params) == (["form_param_nil"], ["last_name"])


def test_an_attribute_that_is_off_is_unknown(browser: Browser) -> None:
    browser.sign_up()
    reply = browser.post("/v1/me", _method="PATCH", username="ada_l")
    assert (reply.status, reply.codes, reply.params) == (422, ["form_param_unknown"], ["username"])


def test_a_username_is_ones_own(instance: Tenant, browser: Browser, backend: Backend) -> None:
    instance.update(attributes__username__enabled=True)
    backend.create_user(username="ada_l")
    browser.sign_up()
    taken = browser.post("/v1/me", _method="PATCH", username="Ada_L")
    assert (taken.codes, taken.params) == (["form_identifier_exists"], ["username"])
    assert browser.post("/v1/me", _method="PATCH", username="bea_l").body["username"] == "bea_l"


def test_primary_becomes_only_what_is_proved_and_ones_own(
    browser: Browser, backend: Backend, outbox: Outbox
) -> None:
    account = browser.sign_up()
    further = {"user_id": account.user_id, "email_address": new_address()}
    unproved = backend.post("/v1/email_addresses", **further).ok().json["id"]
    strangers = backend.create_user()["email_addresses"][0]["id"]
    path = "/v1/me"
    for id, code in (
        (unproved, "form_verification_needed"),
        (strangers, "form_resource_not_found"),
    ):
        refused = browser.post(path, _method="PATCH", primary_email_address_id=id)
        assert (refused.codes, refused.params) == ([code], ["primary_email_address_id"])
    backend.patch(f"/v1/email_addresses/{unproved}", verified=True).ok()
    chosen = browser.post(path, _method="PATCH", primary_email_address_id=unproved).ok()
    assert chosen.body["primary_email_address_id"] == unproved
    assert outbox.messages()[-1] == (account.email_address, "primary_email_address_changed")


def test_metadata_is_merged_and_only_the_unsafe_one(browser: Browser) -> None:
    browser.sign_up()
    path = "/v1/me/metadata"
    browser.post(path, _method="PATCH", unsafe_metadata='{"a": {"b": 1, "c": 2}}').ok()
    merged = browser.post(path, _method="PATCH", unsafe_metadata='{"a": {"b": null}, "d": 3}').ok()
    assert merged.body["unsafe_metadata"] == {"a": {"c": 2}, "d": 3}
    assert browser.post(path, _method="PATCH").codes == ["form_param_missing"]


def test_metadata_moved_to_its_own_operation(instance: Tenant, browser: Browser) -> None:
    browser.sign_up()
    refused = browser.post("/v1/me", _method="PATCH", unsafe_metadata="{}")
    assert (refused.codes, refused.params) == (["form_param_deprecated"], ["unsafe_metadata"])
    with instance.browser(V2025_11_10) as older:
        older.sign_up()
        done = older.post("/v1/me", _method="PATCH", unsafe_metadata='{"a": 1}').ok()
        assert done.body["unsafe_metadata"] == {"a": 1}


def test_strangers_have_no_account(browser: Browser) -> None:
    assert browser.post("/v1/me", _method="PATCH", first_name="Ada").status == 401
    assert browser.post("/v1/me/metadata", _method="PATCH", unsafe_metadata="{}").status == 401
