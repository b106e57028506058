"""Listing clients: pages in dated versions, all of them in the undated one."""

import pytest

from hallporter.contract import ids
from hallporter.contract.ids import InstanceId
from hallporter.features.clients import store as client_store
from hallporter.features.clients.rows import ClientRow
from tests.conftest import Make
from tests.features.clients.seed import SEED_FIELDS
from tests.harness import Backend, Clock, Tenant

# More than the batch in which a cursor hands rows on.
MANY = 1_203


def add_clients(tenant: Tenant, count: int) -> list[str]:
    """Store clients a second apart and return their ids, newest first."""
    harness = tenant.harness
    rows = [_row(tenant, harness.clock.now() + 1_000 * number) for number in range(count)]

    async def insert() -> None:
        async with harness.open.db.write() as tx:
            for row in rows:
                await client_store.insert_client(tx, row)

    harness.run(insert())
    return [row.id for row in reversed(rows)]


def _row(tenant: Tenant, at: int) -> ClientRow:
    return ClientRow(
        id=ids.CLIENT.new(at),
        instance_id=InstanceId(tenant.id),
        token_hash="unknown",
        previous_token_hash=None,
        rotated_at=None,
        sign_in_id=None,
        sign_up_id=None,
        last_active_session_id=None,
        last_authentication_strategy=None,
        created_at=at,
        updated_at=at,
    )


def test_dated_list_is_a_bare_array_of_ten_newest_first(instance: Tenant, backend: Backend) -> None:
    added = add_clients(instance, 12)
    assert [each["id"] for each in backend.get("/v1/clients").ok().json] == added[:10]


def test_limit_and_offset_choose_a_page(instance: Tenant, backend: Backend) -> None:
    added = add_clients(instance, 7)
    page = backend.get("/v1/clients", limit=3, offset=2).ok().json
    assert [each["id"] for each in page] == added[2:5]


def test_offset_beyond_the_end_is_an_empty_page(backend: Backend) -> None:
    assert backend.get("/v1/clients", offset=2**63 - 1).ok().json == []


def test_paginated_list_tells_the_length_of_the_whole(instance: Tenant, backend: Backend) -> None:
    added = add_clients(instance, 5)
    page = backend.get("/v1/clients", limit=2, paginated="true").ok().json
    assert set(page) == {"data", "total_count"}
    assert [each["id"] for each in page["data"]] == added[:2]
    assert page["total_count"] == 5


def test_five_hundred_is_the_largest_page(instance: Tenant, backend: Backend) -> None:
    add_clients(instance, 501)
    assert len(backend.get("/v1/clients", limit=500).ok().json) == 500


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": "0"}, "form_param_value_invalid"),
        ({"limit": "501"}, "form_param_value_invalid"),
        ({"limit": "-1"}, "form_param_value_invalid"),
        ({"limit": "many"}, "form_param_type_invalid"),
        ({"limit": "1.5"}, "form_param_type_invalid"),
        ({"limit": "9" * 400}, "form_param_value_invalid"),
        ({"limit": ["1", "2"]}, "form_param_type_invalid"),
        ({"offset": "-1"}, "form_param_value_invalid"),
        ({"offset": str(2**63)}, "form_param_value_invalid"),
        ({"paginated": "perhaps"}, "form_param_type_invalid"),
    ],
)
@pytest.mark.parametrize("version", ["2026-05-12", None])
def test_bad_page_is_refused(
    instance: Tenant, version: str | None, query: dict[str, object], code: str
) -> None:
    with instance.backend(version) as backend:
        reply = backend.get("/v1/clients", **query)
    assert (reply.status, reply.codes, reply.params) == (422, [code], [next(iter(query))])


def test_undated_list_is_all_clients_streamed(instance: Tenant) -> None:
    added = add_clients(instance, MANY)
    with instance.backend(version=None) as backend:
        reply = backend.get("/v1/clients").ok()
    assert [each["id"] for each in reply.json] == added
    assert list(reply.json[0])[:8] == SEED_FIELDS
    assert reply.json[0]["created_at"] < 10**11
    assert reply.headers["transfer-encoding"] == "chunked"
    assert reply.headers["content-type"] == "application/json"


def test_undated_list_of_nobody_is_an_empty_array(instance: Tenant) -> None:
    with instance.backend(version=None) as backend:
        assert backend.get("/v1/clients").ok().json == []


def test_undated_list_with_a_limit_is_a_page(instance: Tenant) -> None:
    added = add_clients(instance, 12)
    with instance.backend(version=None) as backend:
        assert [each["id"] for each in backend.get("/v1/clients", limit=11).json] == added[:11]


def test_undated_list_begins_after_an_offset(instance: Tenant) -> None:
    added = add_clients(instance, 12)
    with instance.backend(version=None) as backend:
        assert [each["id"] for each in backend.get("/v1/clients", offset=9).json] == added[9:]


def test_readers_who_leave_halfway_do_not_use_up_the_database(instance: Tenant) -> None:
    add_clients(instance, MANY)
    with instance.backend(version=None) as backend:
        for _ in range(12):
            with backend.http.stream("GET", "/v1/clients") as response:
                next(response.iter_bytes(1))
        assert backend.get("/v1/clients", limit=1).status == 200


def test_list_holds_the_instances_own_clients_only(
    instance: Tenant, make_instance: Make, clock: Clock
) -> None:
    add_clients(instance, 2)
    with make_instance().backend() as stranger, make_instance().backend(None) as undated:
        assert stranger.get("/v1/clients").json == []
        assert stranger.get("/v1/clients", paginated="true").json["total_count"] == 0
        assert undated.get("/v1/clients").json == []
