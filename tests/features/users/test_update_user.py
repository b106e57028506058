"""A server changes users."""

import pytest

from hallporter.contract.api_version import V2025_11_10
from tests.concurrency import at_once
from tests.harness import PASSWORD, Backend, Browser, Outbox, Tenant, new_address

NEW_PASSWORD = "another horse battery"


def test_what_is_absent_stays_and_null_empties(backend: Backend) -> None:
    user = backend.create_user(first_name="Ada", last_name="L", external_id="e-1", locale="fr")
    changed = backend.patch(f"/v1/users/{user['id']}", first_name="Bea", external_id=None).ok().json
    assert changed == {
        **user,
        "first_name": "Bea",
        "external_id": None,
        "updated_at": changed["updated_at"],
    }


def test_switches_limits_and_moments_change(backend: Backend) -> None:
    user = backend.create_user()
    given = {
        "delete_self_enabled": False,
        "create_organization_enabled": False,
        "create_organizations_limit": 0,
        "bypass_client_trust": True,
    }
    moments = {"created_at": "1970-01-01T00:00:01Z", "legal_accepted_at": "1970-01-01T00:00:02Z"}
    changed = backend.patch(f"/v1/users/{user['id']}", **given, **moments).ok().json
    assert {name: changed[name] for name in given} == given
    assert (changed["created_at"], changed["legal_accepted_at"]) == (1000, 2000)


def test_null_does_not_touch_what_cannot_be_empty(backend: Backend) -> None:
    user = backend.create_user(delete_self_enabled=False)
    given = {"delete_self_enabled": None, "created_at": None, "primary_email_address_id": None}
    changed = backend.patch(f"/v1/users/{user['id']}", **given).ok().json
    assert {name: changed[name] for name in given} == {name: user[name] for name in given}


def test_a_username_is_given_changed_and_taken_away(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    instance.update(attributes__username__enabled=True)
    path = f"/v1/users/{backend.create_user()['id']}"
    assert backend.patch(path, username="first_name").json["username"] == "first_name"
    assert backend.patch(path, username="Second_Name").json["username"] == "Second_Name"
    assert browser.sign_in("first_name").codes == ["form_identifier_not_found"]
    assert browser.sign_in("second_name").body["status"] == "complete"
    assert backend.patch(path, username="").json["username"] is None
    assert backend.patch(path, username=None).json["username"] is None


def test_a_user_keeps_its_own_username_in_another_spelling(backend: Backend) -> None:
    path = f"/v1/users/{backend.create_user(username='ada_l')['id']}"
    assert backend.patch(path, username="Ada_L").json["username"] == "Ada_L"


def test_the_last_identification_is_not_taken_away(backend: Backend) -> None:
    user = backend.create_user(email_address=[], username="ada_l", skip_user_requirement=True)
    reply = backend.patch(f"/v1/users/{user['id']}", username=None)
    assert (reply.status, reply.codes) == (409, ["identification_deletion_failed"])


def test_what_is_somebody_elses_is_refused(backend: Backend) -> None:
    backend.create_user(username="taken", external_id="taken")
    user = backend.create_user()
    reply = backend.patch(f"/v1/users/{user['id']}", username="Taken", external_id="taken")
    assert reply.codes == ["form_identifier_exists"] * 2
    assert set(reply.params) == {"username", "external_id"}


def test_of_many_at_once_one_gets_the_external_id(instance: Tenant, backend: Backend) -> None:
    users = [backend.create_user() for _ in range(6)]

    def claim(number: int) -> int:
        with instance.backend() as each:
            return each.patch(f"/v1/users/{users[number]['id']}", external_id="one").status

    assert sorted(at_once(6, claim)) == [200, *[422] * 5]


def test_the_primary_address_is_the_users_own_and_verified(
    backend: Backend, outbox: Outbox
) -> None:
    old = new_address()
    user = backend.create_user(email_address=[old])
    given = {"user_id": user["id"], "email_address": new_address(), "verified": True}
    second = backend.post("/v1/email_addresses", **given).ok().json
    given = {"user_id": user["id"], "email_address": new_address()}
    unverified = backend.post("/v1/email_addresses", **given).ok().json["id"]
    foreign = backend.create_user()["primary_email_address_id"]
    path = f"/v1/users/{user['id']}"
    codes = [
        backend.patch(path, primary_email_address_id=id).codes[0]
        for id in (unverified, foreign, "idn_nobody")
    ]
    assert codes == ["form_verification_needed", *["form_resource_not_found"] * 2]
    changed = backend.patch(
        path, primary_email_address_id=second["id"], notify_primary_email_address_changed=True
    )
    assert changed.json["primary_email_address_id"] == second["id"]
    assert [to for to, _ in outbox.messages()] == [old]


@pytest.mark.parametrize("name", ["profile_image_id", "primary_web3_wallet_id"])
def test_what_nobody_has_cannot_be_named(backend: Backend, name: str) -> None:
    path = f"/v1/users/{backend.create_user()['id']}"
    assert backend.patch(path, **{name: "x"}).codes == ["form_resource_not_found"]
    assert backend.patch(path, **{name: None}).status == 200


def test_a_new_password_replaces_the_old_and_ends_sessions_where_asked(
    backend: Backend, instance: Tenant
) -> None:
    browser = instance.browser()
    account = browser.sign_up()
    path = f"/v1/users/{account.user_id}"
    backend.patch(path, password=NEW_PASSWORD).ok()
    assert browser.get("/v1/client").body["sessions"] != []
    assert instance.browser().sign_in(account.email_address).codes == ["form_password_incorrect"]
    backend.patch(path, password=PASSWORD, sign_out_of_other_sessions=True).ok()
    assert browser.get("/v1/client").body["sessions"] == []
    assert instance.browser().sign_in(account.email_address).body["status"] == "complete"


def test_a_new_password_meets_the_rules_or_skips_them(backend: Backend) -> None:
    path = f"/v1/users/{backend.create_user()['id']}"
    assert backend.patch(path, password="short").codes == ["form_password_length_too_short"]
    backend.patch(path, password="short", skip_password_checks=True).ok()
    assert backend.post(f"{path}/verify_password", password="short").json == {"verified": True}


@pytest.mark.parametrize("name", ["skip_password_checks", "sign_out_of_other_sessions"])
def test_what_belongs_to_a_password_needs_one(backend: Backend, name: str) -> None:
    path = f"/v1/users/{backend.create_user()['id']}"
    assert backend.patch(path, **{name: True}).codes == ["form_conditional_param_missing"]


def test_an_authenticator_app_is_given_later(backend: Backend, browser: Browser) -> None:
    account = browser.sign_up()
    changed = backend.patch(
        f"/v1/users/{account.user_id}", totp_secret="JBSWY3DPEHPK3PXP", backup_codes=["spare"]
    ).json
    assert changed["totp_enabled"] is changed["backup_code_enabled"] is True
    begun = browser.tenant.browser().sign_in(account.email_address)
    assert begun.body["status"] == "needs_second_factor"


def test_metadata_is_refused_from_2026_05_12_and_replaced_before(instance: Tenant) -> None:
    with instance.backend() as newest, instance.backend(V2025_11_10) as older:
        user = newest.create_user(public_metadata={"a": 1})
        path = f"/v1/users/{user['id']}"
        assert newest.patch(path, public_metadata={"b": 2}).codes == ["form_param_deprecated"]
        assert newest.get(path).json["public_metadata"] == {"a": 1}
        assert older.patch(path, public_metadata={"b": 2}).json["public_metadata"] == {"b": 2}


def test_nobody_is_not_found(backend: Backend) -> None:
    assert backend.patch("/v1/users/user_nobody", first_name="Ada").status == 404
