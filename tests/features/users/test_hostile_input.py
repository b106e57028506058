"""Whatever a request holds, the answer is a refusal, never a 500, and never somebody else's."""

from typing import Any

import pytest

from tests.conftest import Make
from tests.harness import PASSWORD, Backend, new_address

LONG = "x" * 1_000_000
NUL = "a\0b"


def nested(depth: int) -> Any:
    """Return lists in lists."""
    found: Any = []
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"verified": True}, "verified"),
        ({"id": "user_mine"}, "id"),
        ({"instance_id": "ins_other"}, "instance_id"),
        ({"password_hash": "x"}, "password_hash"),
        ({"last_sign_in_at": 1}, "last_sign_in_at"),
        ({"first_name": LONG}, "first_name"),
        ({"external_id": LONG}, "external_id"),
        ({"username": LONG}, "username"),
        ({"locale": LONG}, "locale"),
        ({"email_address": [LONG]}, "email_address"),
        ({"phone_number": [LONG]}, "phone_number"),
        ({"password": LONG}, "password"),
        ({"password": LONG, "skip_password_checks": True}, "password"),
        ({"totp_secret": LONG}, "totp_secret"),
        ({"backup_codes": [LONG]}, "backup_codes"),
        ({"created_at": LONG}, "created_at"),
        ({"public_metadata": {"a": LONG}}, "public_metadata"),
        ({"first_name": NUL}, "first_name"),
        ({"external_id": NUL}, "external_id"),
        ({"password": NUL + PASSWORD}, "password"),
        ({"backup_codes": [NUL]}, "backup_codes"),
        ({"public_metadata": {"a": [{"b": NUL}]}}, "public_metadata"),
        ({"private_metadata": {NUL: 1}}, "private_metadata"),
        ({"unsafe_metadata": '{"a": "\\u0000"}'}, "unsafe_metadata"),
        ({"public_metadata": {"a": nested(101)}}, "public_metadata"),
        ({"public_metadata": [1]}, "public_metadata"),
        ({"create_organizations_limit": 2**31}, "create_organizations_limit"),
        ({"create_organizations_limit": 10**30}, "create_organizations_limit"),
        ({"create_organizations_limit": -1}, "create_organizations_limit"),
        ({"banned": "perhaps"}, "banned"),
        ({"email_address": ["a@example.com"] * 10_000}, "email_address"),
        ({"backup_codes": ["a"] * 10_000}, "backup_codes"),
        ({"email_address": {"0": "a@example.com"}}, "email_address"),
    ],
)
def test_a_field_that_cannot_be_kept_is_named(
    backend: Backend, given: dict[str, Any], param: str
) -> None:
    whole = {"email_address": [new_address()], "password": PASSWORD, **given}
    reply = backend.post("/v1/users", **whole)
    assert (reply.status, reply.params) == (422, [param])
    assert backend.get("/v1/users/count").json["total_count"] == 0


@pytest.mark.parametrize(
    "body",
    [
        b'{"first_name":"\xed\xa0\x80"}',
        b'{"first_name":"\\ud800"}',
        b'{"public_metadata":{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        b'{"create_organizations_limit":' + b"9" * 10_000 + b"}",
        b'{"public_metadata":{"a":1e999}}',
        b"[1]",
        b'"text"',
        b"{",
    ],
)
def test_a_body_that_is_no_json_object_is_refused(backend: Backend, body: bytes) -> None:
    reply = backend.request("POST", "/v1/users", content=body)
    assert reply.status in (400, 422)


def test_metadata_given_as_text_may_not_nest_without_end(backend: Backend) -> None:
    text = '{"a":' + "[" * 100_000 + "]" * 100_000 + "}"
    reply = backend.post("/v1/users", public_metadata=text)
    assert reply.status == 422


@pytest.mark.parametrize(
    "name",
    ["query", "email_address", "user_id", "external_id", "starting_after", "order_by"],
)
def test_a_filter_with_a_nul_is_refused(backend: Backend, name: str) -> None:
    assert backend.get("/v1/users", **{name: NUL}).params == [name]


@pytest.mark.parametrize(
    ("method", "suffix"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("PATCH", "/metadata"),
        ("PUT", "/metadata"),
        ("POST", "/ban"),
        ("POST", "/unban"),
        ("POST", "/lock"),
        ("POST", "/unlock"),
        ("POST", "/verify_password"),
        ("POST", "/verify_totp"),
        ("POST", "/remove_password"),
        ("DELETE", "/mfa"),
        ("DELETE", "/totp"),
        ("DELETE", "/backup_code"),
    ],
)
def test_a_user_of_another_instance_is_not_found(
    backend: Backend, make_instance: Make, method: str, suffix: str
) -> None:
    bodies = {
        "/verify_password": {"password": PASSWORD},
        "/verify_totp": {"code": "spare"},
        "/metadata": {"public_metadata": {"a": 1}},
    }
    with make_instance().backend() as other:
        made = other.create_user(totp_secret="JBSWY3DPEHPK3PXP", backup_codes=["spare"])
        path = f"/v1/users/{made['id']}"
        reply = backend.request(method, path + suffix, json=bodies.get(suffix, {}))
        assert reply.status == 404
        assert other.get(path).json == made


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_address_of_another_instance_is_not_found(
    backend: Backend, make_instance: Make, method: str
) -> None:
    with make_instance().backend() as other:
        made = other.create_user(email_address=[new_address(), new_address()])
        path = f"/v1/email_addresses/{made['email_addresses'][1]['id']}"
        body = {"verified": True, "primary": True}
        assert backend.request(method, path, json=body).status == 404
        assert other.get(f"/v1/users/{made['id']}").json == made
        stranger = {"user_id": made["id"], "email_address": new_address()}
        assert backend.post("/v1/email_addresses", **stranger).status == 404


def test_nothing_of_another_instance_can_be_made_primary_or_banned(
    backend: Backend, make_instance: Make
) -> None:
    mine = backend.create_user()
    with make_instance().backend() as other:
        theirs = other.create_user()
        reply = backend.patch(
            f"/v1/users/{mine['id']}", primary_email_address_id=theirs["primary_email_address_id"]
        )
        assert reply.codes == ["form_resource_not_found"]
        assert backend.post("/v1/users/ban", user_ids=[mine["id"], theirs["id"]]).status == 404
        assert other.get(f"/v1/users/{theirs['id']}").json == theirs
    assert backend.get(f"/v1/users/{mine['id']}").json["banned"] is False
