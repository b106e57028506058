"""A server makes users."""

from typing import Any

import bcrypt
import pytest

from hallporter.contract.settings import Attributes, AttributeSettings, LockoutSettings, Settings
from tests.concurrency import at_once
from tests.conftest import Make
from tests.harness import PASSWORD, Backend, Browser, Tenant, new_address

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_a_user_comes_back_as_it_was_given(backend: Backend) -> None:
    address = new_address()
    given: dict[str, Any] = {
        "external_id": "e-1",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "locale": "en-GB",
        "username": "Ada_L",
        "public_metadata": {"a": 1},
        "private_metadata": {"b": [None, "c"]},
        "unsafe_metadata": {"d": {}},
        "delete_self_enabled": False,
        "create_organization_enabled": False,
        "create_organizations_limit": 3,
        "bypass_client_trust": True,
    }
    user = backend.create_user(email_address=[address], phone_number=["+14155550123"], **given)
    assert {name: user[name] for name in given} == given
    assert backend.get(f"/v1/users/{user['id']}").json == user
    assert [each["email_address"] for each in user["email_addresses"]] == [address]
    assert user["primary_email_address_id"] == user["email_addresses"][0]["id"]
    assert user["primary_phone_number_id"] == user["phone_numbers"][0]["id"]
    assert user["phone_numbers"][0]["phone_number"] == "+14155550123"


def test_addresses_are_verified_by_the_admin(backend: Backend) -> None:
    address = backend.create_user()["email_addresses"][0]
    assert address["reserved"] is False
    assert address["verification"]["status"] == "verified"
    assert address["verification"]["strategy"] == "admin"


def test_a_reserved_address_is_unverified_but_signs_in_and_is_nobody_elses(
    backend: Backend, browser: Browser
) -> None:
    address = new_address()
    user = backend.create_user(
        email_address=[address], email_address_identification_status=["reserved"]
    )
    assert user["email_addresses"][0]["reserved"] is True
    assert user["email_addresses"][0]["verification"] is None
    assert user["primary_email_address_id"] == user["email_addresses"][0]["id"]
    again = backend.post("/v1/users", email_address=[address], password=PASSWORD)
    assert again.codes == ["form_identifier_exists"]
    assert browser.sign_in(address).body["status"] == "complete"


def test_moments_are_taken_from_the_caller(backend: Backend) -> None:
    user = backend.create_user(
        created_at="2012-10-20T09:15:20.902+02:00", legal_accepted_at="1970-01-01T00:00:00Z"
    )
    assert user["created_at"] == 1350717320902
    assert user["legal_accepted_at"] == 0


@pytest.mark.parametrize("moment", ["2012-10-20", "2012-10-20T09:15:20", "yesterday", "1350717320"])
def test_a_moment_is_rfc_3339_with_its_offset(backend: Backend, moment: str) -> None:
    reply = backend.post("/v1/users", email_address=[new_address()], created_at=moment)
    assert "form_param_invalid_time" in reply.codes


def test_every_fault_is_told_at_once(backend: Backend) -> None:
    taken = backend.create_user(external_id="e-1")["email_addresses"][0]["email_address"]
    reply = backend.post(
        "/v1/users",
        email_address=["no address", taken],
        password="short",
        external_id="e-1",
        locale="no locale",
        created_at="never",
        totp_secret="1",
        web3_wallet=["0x0"],
    )
    assert reply.status == 422
    assert set(reply.params) == {
        "email_address",
        "password",
        "external_id",
        "locale",
        "created_at",
        "totp_secret",
        "web3_wallet",
    }
    assert reply.params.count("email_address") == 2


def test_a_taken_identifier_is_refused_in_any_spelling(backend: Backend) -> None:
    backend.create_user(email_address=["grace@example.com"], username="grace")
    reply = backend.post(
        "/v1/users", email_address=["Grace@EXAMPLE.com"], username="GRACE", password=PASSWORD
    )
    assert reply.codes == ["form_identifier_exists"] * 2
    assert reply.params == ["email_address", "username"]


def test_of_many_at_once_one_gets_the_address_and_one_the_external_id(
    instance: Tenant, backend: Backend
) -> None:
    def create(number: int) -> int:
        given = (
            {"email_address": ["one@example.com"]}
            if number % 2
            else {"email_address": [new_address()], "external_id": "one"}
        )
        with instance.backend() as each:
            return each.post("/v1/users", password=PASSWORD, **given).status

    statuses = at_once(8, create)
    assert sorted(statuses) == [200, 200, *[422] * 6]
    assert backend.get("/v1/users/count").json["total_count"] == 2


def test_the_same_address_twice_is_refused(backend: Backend) -> None:
    address = new_address()
    reply = backend.post("/v1/users", email_address=[address, address.upper()], password=PASSWORD)
    assert reply.codes == ["form_identifier_exists"]


def test_what_the_settings_require_must_be_given(backend: Backend) -> None:
    reply = backend.post("/v1/users", first_name="Ada")
    assert (reply.status, reply.codes) == (422, ["form_data_missing"])
    assert reply.json["errors"][0]["meta"]["param_names"] == ["email_address", "password"]


def test_requirements_can_be_skipped_but_not_every_identifier(backend: Backend) -> None:
    skipped = {"skip_user_requirement": True, "skip_password_requirement": True}
    user = backend.post("/v1/users", username="only_a_name", **skipped).ok().json
    assert user["password_enabled"] is False
    assert backend.post("/v1/users", **skipped).codes == ["form_data_missing"]


def test_the_password_cannot_be_skipped_where_it_is_the_only_way_in(make_instance: Make) -> None:
    attributes = Attributes(email_address=AttributeSettings(enabled=True))
    with make_instance(Settings(attributes=attributes)).backend() as backend:
        reply = backend.post(
            "/v1/users", email_address=[new_address()], skip_password_requirement=True
        )
    assert reply.params == ["skip_password_requirement"]


def test_password_checks_can_be_skipped(backend: Backend, browser: Browser) -> None:
    address = new_address()
    backend.create_user(email_address=[address], password="abc", skip_password_checks=True)
    assert browser.sign_in(address, "abc").body["status"] == "complete"


def test_a_bcrypt_digest_signs_in(backend: Backend, browser: Browser) -> None:
    digest = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    address = new_address()
    user = backend.create_user(
        email_address=[address], password=None, password_digest=digest, password_hasher="bcrypt"
    )
    assert user["password_enabled"] is True
    assert browser.sign_in(address).body["status"] == "complete"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (
            {"password_digest": "0" * 32, "password_hasher": "md5"},
            "form_password_digest_invalid_code",
        ),
        (
            {"password_digest": "$2b$31$" + "a" * 53, "password_hasher": "bcrypt"},
            "form_password_digest_invalid_code",
        ),
        ({"password_digest": "$2b$04$" + "a" * 53}, "form_conditional_param_missing"),
        ({"password_hasher": "bcrypt"}, "form_conditional_param_missing"),
        (
            {"password": PASSWORD, "password_digest": "x", "password_hasher": "bcrypt"},
            "form_conditional_param_disallowed",
        ),
        ({"backup_codes": ["$2b$04$" + "a" * 53]}, "form_param_format_invalid"),
        ({"totp_secret": "JBSWY3DP"}, "invalid_totp_secret_code"),
        ({"totp_secret": "not base32!"}, "invalid_totp_secret_code"),
    ],
)
def test_credentials_that_cannot_be_kept_are_refused(
    backend: Backend, given: dict[str, object], code: str
) -> None:
    skipped = {"skip_password_requirement": True, "email_address": [new_address()]}
    assert backend.post("/v1/users", **skipped, **given).codes == [code]


def test_an_imported_authenticator_app_is_asked_for_at_sign_in(
    backend: Backend, browser: Browser
) -> None:
    address = new_address()
    user = backend.create_user(email_address=[address], totp_secret=SECRET, backup_codes=["spare"])
    assert user["totp_enabled"] is user["two_factor_enabled"] is user["backup_code_enabled"] is True
    begun = browser.sign_in(address).ok()
    assert begun.body["status"] == "needs_second_factor"
    done = browser.post(
        f"/v1/client/sign_ins/{begun.body['id']}/attempt_second_factor",
        strategy="backup_code",
        code="spare",
    )
    assert done.body["status"] == "complete"


def test_a_user_can_come_to_be_banned_and_locked(backend: Backend, browser: Browser) -> None:
    address = new_address()
    user = backend.create_user(email_address=[address], banned=True, locked=True)
    assert user["banned"] is user["locked"] is True
    assert user["lockout_expires_in_seconds"] == 3600
    assert browser.sign_in(address).status == 403


def test_nobody_is_locked_where_accounts_are_not(make_instance: Make) -> None:
    settings = Settings(lockout=LockoutSettings(enabled=False))
    with make_instance(settings).backend() as backend:
        user = backend.create_user()
        created = backend.post(
            "/v1/users", email_address=[new_address()], password=PASSWORD, locked=True
        )
        locked = backend.post(f"/v1/users/{user['id']}/lock")
    assert created.codes == locked.codes == ["user_lockout_not_enabled"]
    assert locked.status == 403


def test_the_statuses_run_parallel_to_the_addresses(backend: Backend) -> None:
    reply = backend.post(
        "/v1/users",
        email_address=[new_address()],
        email_address_identification_status=["verified", "reserved"],
        password=PASSWORD,
    )
    assert reply.params == ["email_address_identification_status"]
