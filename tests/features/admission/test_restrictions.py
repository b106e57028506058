"""Lists and settings say who may sign up."""

from typing import Any

import pytest

from hallporter.contract.settings import (
    Attributes,
    AttributeSettings,
    DisplaySettings,
    RestrictionSettings,
    Settings,
    SignUpSettings,
    UsernameSettings,
)
from tests.conftest import Make
from tests.features.admission.test_invitations import accept
from tests.harness import PASSWORD, TEST_CODE, Reply, Tenant, new_address

PHONE = AttributeSettings(enabled=True, verifications=["phone_code"])


def listed(tenant: Tenant, name: str, *identifiers: str) -> None:
    with tenant.backend() as backend:
        for each in identifiers:
            backend.post(f"/v1/{name}_identifiers", identifier=each).ok()


def sign_up(tenant: Tenant, **given: Any) -> Reply:
    return tenant.browser().post("/v1/client/sign_ups", **given)


def refused(reply: Reply, param: str = "email_address") -> bool:
    return (reply.status, reply.codes, reply.params) == (403, ["not_allowed_access"], [param])


def made(make_instance: Make, **restrictions: bool) -> Tenant:
    return make_instance(
        Settings(
            test_mode=True,
            restrictions=RestrictionSettings(**restrictions),
            attributes=Attributes(phone_number=PHONE),
        )
    )


def test_only_who_is_allowed_signs_up(make_instance: Make) -> None:
    tenant = made(make_instance, allowlist=True)
    listed(tenant, "allowlist", "ada@example.com", "*@Example.org", "+4930*")
    assert sign_up(tenant, email_address="Ada@example.com").status == 200
    assert sign_up(tenant, email_address="anybody@example.org").status == 200
    assert sign_up(tenant, phone_number="+493012345678").status == 200
    for address in ("eve@example.com", "ada@sub.example.org", "ada@example.org.evil.com"):
        assert refused(sign_up(tenant, email_address=address))
    assert refused(sign_up(tenant, phone_number="+498912345678"), "phone_number")


def test_who_is_blocked_does_not(make_instance: Make) -> None:
    tenant = made(make_instance, blocklist=True)
    listed(tenant, "blocklist", "*@spam.example", "eve@example.com", "+1900*")
    assert refused(sign_up(tenant, email_address="x@SPAM.example"))
    assert refused(sign_up(tenant, email_address="eve@example.com"))
    assert refused(sign_up(tenant, email_address="Eve+1@example.com"))
    assert refused(sign_up(tenant, phone_number="+19005550123"), "phone_number")
    begun = sign_up(tenant, email_address="ada@example.com")
    assert begun.status == 200


def test_correcting_the_address_is_no_way_round(make_instance: Make) -> None:
    tenant = made(make_instance, blocklist=True)
    listed(tenant, "blocklist", "*@spam.example")
    browser = tenant.browser()
    begun = browser.post("/v1/client/sign_ups", email_address="ada@example.com").ok().body
    path = f"/v1/client/sign_ups/{begun['id']}"
    assert refused(browser.post(path, _method="PATCH", email_address="x@spam.example"))


def test_who_is_on_both_lists_or_invited_signs_up(make_instance: Make) -> None:
    tenant = made(make_instance, allowlist=True, blocklist=True)
    listed(tenant, "allowlist", "ada@spam.example")
    listed(tenant, "blocklist", "*@spam.example")
    assert sign_up(tenant, email_address="ada@spam.example").status == 200
    assert refused(sign_up(tenant, email_address="eve@spam.example"))
    with tenant.backend() as backend:
        url = backend.post("/v1/invitations", email_address="grace@example.com").ok().json["url"]
    assert accept(tenant.browser(), url, password=PASSWORD).ok().body["status"] == "complete"


def test_allowing_may_invite(make_instance: Make) -> None:
    tenant = made(make_instance, allowlist=True)
    with tenant.backend() as backend:
        given = {"identifier": "ada@example.com", "notify": True}
        row = backend.post("/v1/allowlist_identifiers", **given).ok().json
        assert row["invitation_id"].startswith("inv_")
        assert row["identifier_type"] == "email_address"
        again = backend.post("/v1/allowlist_identifiers", **given)
        assert (again.status, again.codes) == (400, ["duplicate_record"])
    assert tenant.outbox().messages() == [("ada@example.com", "invitation")]


def test_lists_are_listed_and_shortened(make_instance: Make) -> None:
    tenant = made(make_instance)
    listed(tenant, "allowlist", "ada@example.com")
    listed(tenant, "blocklist", "*@spam.example")
    with tenant.backend() as backend:
        (allowed,) = backend.get("/v1/allowlist_identifiers").ok().json
        page = backend.get("/v1/blocklist_identifiers").ok().json
        (blocked,) = page["data"]
        assert page["total_count"] == 1
        # Each list knows its own only.
        assert backend.delete(f"/v1/blocklist_identifiers/{allowed['id']}").status == 404
        assert backend.delete(f"/v1/allowlist_identifiers/{allowed['id']}").ok().json["deleted"]
        assert backend.delete(f"/v1/blocklist_identifiers/{blocked['id']}").ok().json["deleted"]
        assert backend.get("/v1/allowlist_identifiers").ok().json == []


@pytest.mark.parametrize("wrong", ["*", "*@", "*@*", "ada", "+*", "a*@example.com", "*@a b.com"])
def test_what_could_match_nobody_is_not_listed(make_instance: Make, wrong: str) -> None:
    tenant = made(make_instance)
    with tenant.backend() as backend:
        reply = backend.post("/v1/blocklist_identifiers", identifier=wrong)
    assert (reply.status, reply.codes) == (422, ["form_param_format_invalid"])


def test_subaddresses_may_be_kept_out(make_instance: Make) -> None:
    tenant = made(make_instance, block_email_subaddresses=True)
    for address in ("ada+1@example.com", "ada=1@example.com", "ada#1@example.com"):
        assert refused(sign_up(tenant, email_address=address))
    assert sign_up(tenant, email_address=new_address()).status == 200


def test_dots_make_no_other_address_of_a_gmail_account(make_instance: Make) -> None:
    tenant = made(make_instance, block_email_subaddresses=True)
    assert sign_up(tenant, email_address="j.s@gmail.com").status == 200
    tenant.backend().create_user(email_address=["jsmith@gmail.com"])
    taken = sign_up(tenant, email_address="j.smith@gmail.com")
    assert taken.codes == ["form_identifier_exists"]
    assert sign_up(tenant, email_address="j.smith@example.com").status == 200
    tenant.update(restrictions__block_email_subaddresses=False)
    assert sign_up(tenant, email_address="j.smith@gmail.com").status == 200


def test_subaddresses_are_not_added_to_an_account(make_instance: Make) -> None:
    tenant = made(make_instance, block_email_subaddresses=True)
    browser = tenant.browser()
    browser.sign_up()
    assert refused(browser.post("/v1/me/email_addresses", email_address="ada+1@example.com"))
    browser.post("/v1/me/email_addresses", email_address="ada@example.com").ok()


def test_environment_tells_the_restrictions(make_instance: Make) -> None:
    tenant = made(make_instance, allowlist=True)
    environment = tenant.browser().get("/v1/environment").ok().json["user_settings"]["restrictions"]
    assert (environment["allowlist"], environment["blocklist"]) == (
        {"enabled": True},
        {"enabled": False},
    )


def test_usernames_are_as_long_as_the_instance_wants(make_instance: Make) -> None:
    tenant = make_instance(
        Settings(
            test_mode=True,
            username=UsernameSettings(min_length=6, max_length=8),
            attributes=Attributes(username=AttributeSettings(enabled=True)),
        )
    )
    for username in ("a", "ada_1", "ada_lovel", "a" * 100):
        reply = sign_up(tenant, username=username)
        assert (reply.status, reply.codes) == (422, ["form_username_invalid_length"])
        # The components say so in their own words.
        expected = {"param_name": "username", "min_length": 6, "max_length": 8}
        assert reply.json["errors"][0]["meta"] == expected
    for username in ("ada lov", "+ada_lo", "ada.lov", "ädalov"):
        reply = sign_up(tenant, username=username)
        assert reply.codes == ["form_username_invalid_character"], username
    browser = tenant.browser()
    browser.sign_up()
    reply = browser.post("/v1/me", _method="PATCH", username="ada_1")
    assert reply.codes == ["form_username_invalid_length"]
    browser.post("/v1/me", _method="PATCH", username="ada_12").ok()
    expected = browser.get("/v1/environment").ok().json["user_settings"]["username_settings"]
    assert (expected["min_length"], expected["max_length"]) == (6, 8)


def test_terms_have_to_be_accepted(make_instance: Make) -> None:
    tenant = make_instance(
        Settings(
            test_mode=True,
            sign_up=SignUpSettings(legal_consent_enabled=True),
            display=DisplaySettings(terms_url="https://example.com/terms"),
        )
    )
    browser = tenant.browser()
    environment = browser.get("/v1/environment").ok().json["user_settings"]
    assert environment["sign_up"]["legal_consent_enabled"] is True
    begun = browser.post(
        "/v1/client/sign_ups",
        email_address=new_address(),
        password=PASSWORD,
        legal_accepted="false",
    ).ok()
    assert begun.body["missing_fields"] == ["legal_accepted"]
    path = f"/v1/client/sign_ups/{begun.body['id']}"
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    proved = browser.post(
        f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE
    ).ok()
    assert proved.body["status"] == "missing_requirements"
    done = browser.post(path, _method="PATCH", legal_accepted="true").ok().body
    assert done["status"] == "complete"
    with tenant.backend() as backend:
        user = backend.get(f"/v1/users/{done['created_user_id']}").ok().json
    assert user["legal_accepted_at"] is not None
