"""A server manages the email addresses of users."""

from typing import Any

import pytest

from tests.concurrency import at_once
from tests.harness import PASSWORD, Backend, Outbox, Tenant, new_address


def give(backend: Backend, user_id: str, **given: Any) -> Any:
    """Give a user a further address."""
    body = {"user_id": user_id, "email_address": new_address(), **given}
    return backend.post("/v1/email_addresses", **body).ok().json


def primary(backend: Backend, user_id: str) -> Any:
    """Return the id of a user's primary address."""
    return backend.get(f"/v1/users/{user_id}").json["primary_email_address_id"]


def test_an_address_is_unverified_and_not_primary_unless_asked(backend: Backend) -> None:
    user = backend.create_user()
    made = give(backend, user["id"])
    assert made["verification"] is None
    assert made["reserved"] is False
    assert backend.get(f"/v1/email_addresses/{made['id']}").json == made
    after = backend.get(f"/v1/users/{user['id']}").json
    assert len(after["email_addresses"]) == 2
    assert made in after["email_addresses"]
    assert after["primary_email_address_id"] == user["primary_email_address_id"]


def test_an_address_is_verified_and_primary_where_asked(backend: Backend, outbox: Outbox) -> None:
    user = backend.create_user()
    made = give(
        backend,
        user["id"],
        verified=True,
        primary=True,
        notify_primary_email_address_changed=True,
    )
    assert made["verification"]["status"] == "verified"
    assert made["verification"]["strategy"] == "admin"
    assert primary(backend, user["id"]) == made["id"]
    shown = user["email_addresses"][0]["email_address"]
    assert [to for to, _ in outbox.messages()] == [shown]


def test_nobody_is_told_unless_asked(backend: Backend, outbox: Outbox) -> None:
    give(backend, backend.create_user()["id"], verified=True, primary=True)
    assert outbox.messages() == []


def test_the_first_verified_address_becomes_primary(backend: Backend) -> None:
    user = backend.create_user(email_address=[], username="ada_l", skip_user_requirement=True)
    unverified = give(backend, user["id"])
    assert primary(backend, user["id"]) is None
    backend.patch(f"/v1/email_addresses/{unverified['id']}", verified=True).ok()
    assert primary(backend, user["id"]) == unverified["id"]


def test_only_a_verified_address_can_be_primary(backend: Backend) -> None:
    user = backend.create_user()
    body = {"user_id": user["id"], "email_address": new_address(), "primary": True}
    assert backend.post("/v1/email_addresses", **body).codes == ["form_verification_needed"]
    path = f"/v1/email_addresses/{give(backend, user['id'])['id']}"
    assert backend.patch(path, primary=True).codes == ["form_verification_needed"]
    assert backend.patch(path, primary=True, verified=False).status == 422
    assert backend.patch(path, primary=True, verified=True).status == 200


def test_the_primary_address_cannot_lose_its_verification(backend: Backend) -> None:
    user = backend.create_user()
    path = f"/v1/email_addresses/{user['primary_email_address_id']}"
    assert backend.patch(path, verified=False).codes == ["form_verification_needed"]
    give(backend, user["id"], verified=True, primary=True)
    assert backend.patch(path, verified=False).json["verification"] is None


def test_nothing_changes_where_nothing_is_asked(backend: Backend) -> None:
    made = give(backend, backend.create_user()["id"], verified=True)
    reply = backend.patch(f"/v1/email_addresses/{made['id']}", verified=None, primary=None)
    assert reply.json == made


def test_a_claim_stands_beside_anothers_until_one_is_verified(backend: Backend) -> None:
    first, second = backend.create_user(), backend.create_user()
    address = new_address()
    claims = [give(backend, user["id"], email_address=address) for user in (first, second)]
    backend.patch(f"/v1/email_addresses/{claims[0]['id']}", verified=True).ok()
    late = backend.patch(f"/v1/email_addresses/{claims[1]['id']}", verified=True)
    assert (late.status, late.codes) == (422, ["form_identifier_exists"])
    assert backend.get(f"/v1/email_addresses/{claims[1]['id']}").json["verification"] is None


def test_of_claims_verified_at_once_one_is_kept(instance: Tenant, backend: Backend) -> None:
    address = new_address()
    claims = [
        give(backend, backend.create_user()["id"], email_address=address)["id"] for _ in range(6)
    ]

    def verify(number: int) -> int:
        with instance.backend() as each:
            path = f"/v1/email_addresses/{claims[number]}"
            return each.patch(path, verified=True).status

    assert sorted(at_once(6, verify)) == [200, *[422] * 5]


@pytest.mark.parametrize("verified", [True, False])
def test_somebodys_own_address_is_taken(backend: Backend, verified: bool) -> None:
    user = backend.create_user()
    body = {"user_id": user["id"], "verified": verified}
    mine = user["email_addresses"][0]["email_address"]
    others = backend.create_user()["email_addresses"][0]["email_address"]
    for address in (mine, others.upper()):
        reply = backend.post("/v1/email_addresses", **body, email_address=address)
        assert (reply.status, reply.codes) == (422, ["form_identifier_exists"])


def test_a_claim_of_ones_own_is_not_made_twice(backend: Backend) -> None:
    made = give(backend, backend.create_user()["id"])
    user_id = backend.get("/v1/users", email_address=made["email_address"]).json[0]["id"]
    body = {"user_id": user_id, "email_address": made["email_address"], "verified": True}
    assert backend.post("/v1/email_addresses", **body).codes == ["form_identifier_exists"]


def test_deleting_the_primary_address_chooses_another_verified_one(backend: Backend) -> None:
    user = backend.create_user()
    give(backend, user["id"])
    verified = give(backend, user["id"], verified=True)
    old = user["primary_email_address_id"]
    gone = backend.delete(f"/v1/email_addresses/{old}").ok().json
    assert gone == {"object": "email_address", "id": old, "deleted": True}
    assert primary(backend, user["id"]) == verified["id"]
    assert backend.get(f"/v1/email_addresses/{old}").status == 404


def test_without_another_verified_address_there_is_no_primary(backend: Backend) -> None:
    user = backend.create_user()
    give(backend, user["id"])
    backend.delete(f"/v1/email_addresses/{user['primary_email_address_id']}").ok()
    assert primary(backend, user["id"]) is None


def test_the_last_identification_stays(backend: Backend) -> None:
    user = backend.create_user()
    path = f"/v1/email_addresses/{user['primary_email_address_id']}"
    reply = backend.delete(path)
    assert (reply.status, reply.codes) == (409, ["identification_deletion_failed"])
    backend.patch(f"/v1/users/{user['id']}", username="ada_l").ok()
    assert backend.delete(path).status == 200


def test_of_the_last_two_deleted_at_once_one_stays(instance: Tenant, backend: Backend) -> None:
    user = backend.create_user(email_address=[new_address(), new_address()])
    ids = [each["id"] for each in user["email_addresses"]]

    def delete(number: int) -> int:
        with instance.backend() as each:
            return each.delete(f"/v1/email_addresses/{ids[number]}").status

    assert sorted(at_once(2, delete)) == [200, 409]
    assert len(backend.get(f"/v1/users/{user['id']}").json["email_addresses"]) == 1


def test_a_phone_number_is_no_email_address(backend: Backend) -> None:
    user = backend.create_user(phone_number=["+14155550123"])
    path = f"/v1/email_addresses/{user['phone_numbers'][0]['id']}"
    assert backend.get(path).status == backend.delete(path).status == 404
    assert backend.patch(path, verified=False).status == 404


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"email_address": "no address"}, "email_address"),
        ({"email_address": "a" * 1_000_000}, "email_address"),
        ({"email_address": ["a@example.com"]}, "email_address"),
        ({"email_address": None}, "email_address"),
        ({"status": "verified"}, "status"),
    ],
)
def test_what_is_no_address_is_refused(backend: Backend, given: dict[str, Any], param: str) -> None:
    body = {"user_id": backend.create_user()["id"], "email_address": new_address(), **given}
    reply = backend.post("/v1/email_addresses", **body)
    assert (reply.status, reply.params) == (422, [param])


def test_an_address_of_nobody_is_not_made(backend: Backend) -> None:
    body = {"user_id": "user_nobody", "email_address": new_address(), "verified": True}
    assert backend.post("/v1/email_addresses", **body).status == 404
    assert backend.post("/v1/users", email_address=[body["email_address"]], password=PASSWORD).ok()
