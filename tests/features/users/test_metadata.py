"""Metadata: merged, replaced, and kept small."""

import msgspec
import pytest

from hallporter.features.users.metadata import merged
from tests.concurrency import at_once
from tests.harness import Backend, Tenant


# RFC 7396 Appendix A.
@pytest.mark.parametrize(
    ("old", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merging_follows_rfc_7396(old: object, patch: object, result: object) -> None:
    assert merged(old, patch) == result


def test_patch_merges_and_put_replaces(backend: Backend) -> None:
    user = backend.create_user(public_metadata={"a": {"b": 1, "c": 2}}, private_metadata={"p": 1})
    path = f"/v1/users/{user['id']}/metadata"
    patch = {"a": {"b": None, "d": 3}}
    after = backend.patch(path, public_metadata=patch, unsafe_metadata={"u": 1}).ok().json
    assert after["public_metadata"] == {"a": {"c": 2, "d": 3}}
    assert (after["private_metadata"], after["unsafe_metadata"]) == ({"p": 1}, {"u": 1})
    after = backend.request("PUT", path, json={"public_metadata": {"z": None}}).ok().json
    assert after["public_metadata"] == {"z": None}
    assert after["private_metadata"] == {"p": 1}


def test_of_merges_at_once_none_is_lost(instance: Tenant, backend: Backend) -> None:
    user = backend.create_user()
    path = f"/v1/users/{user['id']}/metadata"

    def merge(number: int) -> int:
        with instance.backend() as each:
            return each.patch(path, public_metadata={f"k{number}": number}).status

    assert at_once(8, merge) == [200] * 8
    kept = backend.get(f"/v1/users/{user['id']}").json["public_metadata"]
    assert kept == {f"k{number}": number for number in range(8)}


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_metadata_has_eight_kib_each(backend: Backend, method: str) -> None:
    path = f"/v1/users/{backend.create_user()['id']}/metadata"
    most = 8 * 1024 - len(msgspec.json.encode({"a": ""}))
    fields = ("public_metadata", "private_metadata", "unsafe_metadata")
    fitting = {name: {"a": "x" * most} for name in fields}
    assert backend.request(method, path, json=fitting).status == 200
    reply = backend.request(method, path, json={name: {"a": "x" * (most + 1)} for name in fields})
    assert reply.codes == ["form_param_exceeds_allowed_size"] * 3
    assert set(reply.params) == set(fields)


def test_what_grows_by_merging_is_measured_whole(backend: Backend) -> None:
    path = f"/v1/users/{backend.create_user()['id']}/metadata"
    backend.patch(path, public_metadata={"a": "x" * 5_000}).ok()
    assert backend.patch(path, public_metadata={"b": "x" * 5_000}).status == 422


def test_numbers_are_measured_as_the_database_writes_them(backend: Backend) -> None:
    path = f"/v1/users/{backend.create_user()['id']}/metadata"
    reply = backend.patch(path, public_metadata={"a": [1e300] * 50})
    assert reply.codes == ["form_param_exceeds_allowed_size"]


def test_numbers_too_large_for_most_survive(backend: Backend) -> None:
    user = backend.create_user(public_metadata={"a": 10**30, "b": 0.1})
    assert user["public_metadata"] == {"a": 10**30, "b": 0.1}


def test_nobody_has_no_metadata(backend: Backend) -> None:
    assert backend.patch("/v1/users/user_nobody/metadata", public_metadata={}).status == 404
