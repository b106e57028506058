"""Lists of users: filters, searches, orders, pages."""

from typing import Any

import pytest

from tests.harness import Backend, Browser, Clock, Tenant, new_address

ADA = {
    "email_address": ["ada@math.example"],
    "phone_number": ["+14155550101"],
    "username": "the_countess",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "external_id": "ext-ada",
    "created_at": "2001-01-01T00:00:00Z",
}
BOB = {
    "email_address": ["bob@chess.example"],
    "username": "knight_rider",
    "first_name": "bob",
    "created_at": "2002-01-01T00:00:00Z",
}
CAT = {
    "email_address": [],
    "phone_number": ["+442071838750"],
    "last_name": "Young",
    "skip_user_requirement": True,
    "created_at": "2003-01-01T00:00:00Z",
}


@pytest.fixture
def people(backend: Backend) -> dict[str, str]:
    """Ada, Bob and Cat: their ids by name."""
    given: dict[str, dict[str, Any]] = {"ada": ADA, "bob": BOB, "cat": CAT}
    return {name: backend.create_user(**each)["id"] for name, each in given.items()}


def found(backend: Backend, people: dict[str, str], **query: Any) -> list[str]:
    """Return who a list holds, after making sure that as many are counted."""
    users = backend.get("/v1/users", **query).ok().json
    if not {"limit", "offset", "starting_after"}.intersection(query):
        count = backend.get("/v1/users/count", **query).ok().json
        assert count == {"object": "total_count", "total_count": len(users)}
    names = {id: name for name, id in people.items()}
    return [names[user["id"]] for user in users]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"email_address": "ADA@math.example"}, ["ada"]),
        ({"email_address": ["ada@math.example", "bob@chess.example", "no one"]}, ["ada", "bob"]),
        ({"email_address": "no one"}, []),
        ({"phone_number": "+1 415 555 0101"}, ["ada"]),
        ({"username": "Knight_Rider"}, ["bob"]),
        ({"external_id": "ext-ada"}, ["ada"]),
        ({"external_id": "+ext-ada"}, ["ada"]),
        ({"external_id": "-ext-ada"}, ["bob", "cat"]),
        ({"web3_wallet": "0x0"}, []),
        ({"organization_id": "org_1"}, []),
        ({"organization_id": "-org_1"}, ["ada", "bob", "cat"]),
        ({"provider": "oauth_google", "provider_user_id": "1"}, []),
        ({"email_address_query": "MATH"}, ["ada"]),
        ({"phone_number_query": "555"}, ["ada"]),
        ({"username_query": "night"}, ["bob"]),
        ({"name_query": "a love"}, ["ada"]),
        ({"name_query": "o"}, ["ada", "bob", "cat"]),
        ({"query": "countess"}, ["ada"]),
        ({"query": "chess"}, ["bob"]),
        ({"query": "2071"}, ["cat"]),
        ({"query": "BOB"}, ["bob"]),
        ({"query": "ext-"}, ["ada"]),
        ({"query": "%"}, []),
        ({"query": "_"}, ["ada", "bob", "cat"]),
        ({"banned": "true"}, []),
        ({"banned": "false"}, ["ada", "bob", "cat"]),
        ({"created_at_after": 978307200000}, ["bob", "cat"]),
        ({"created_at_before": 1009843200000}, ["ada"]),
        ({"created_at_after": 978307200000, "name_query": "ob"}, ["bob"]),
    ],
)
def test_filters_find_whom_they_mean(
    backend: Backend, people: dict[str, str], query: dict[str, Any], expected: list[str]
) -> None:
    assert sorted(found(backend, people, **query)) == expected


def test_ids_are_included_and_excluded(backend: Backend, people: dict[str, str]) -> None:
    ada, bob = people["ada"], people["bob"]
    assert found(backend, people, user_id=[ada, f"+{bob}"]) == ["bob", "ada"]
    assert found(backend, people, user_id=f"-{ada}") == ["cat", "bob"]
    assert found(backend, people, user_id=[ada, f"-{ada}"]) == []
    assert found(backend, people, query=ada.removeprefix("user_")) == ["ada"]


def test_a_plus_that_was_not_escaped_still_includes(
    backend: Backend, people: dict[str, str]
) -> None:
    reply = backend.http.get(f"/v1/users?user_id=+{people['ada']}&order_by=+created_at")
    assert [user["id"] for user in reply.json()] == [people["ada"]]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("created_at", ["ada", "bob", "cat"]),
        ("+created_at", ["ada", "bob", "cat"]),
        ("-created_at", ["cat", "bob", "ada"]),
        ("email_address", ["ada", "bob", "cat"]),
        ("-email_address", ["bob", "ada", "cat"]),
        ("phone_number", ["ada", "cat", "bob"]),
        ("-phone_number", ["cat", "ada", "bob"]),
        ("username", ["bob", "ada", "cat"]),
        ("-username", ["ada", "bob", "cat"]),
        ("first_name", ["ada", "bob", "cat"]),
        ("-first_name", ["cat", "bob", "ada"]),
        ("last_name", ["ada", "cat", "bob"]),
        (["last_name", "username"], ["ada", "cat", "bob"]),
    ],
)
def test_orders(backend: Backend, people: dict[str, str], order: str, expected: list[str]) -> None:
    assert found(backend, people, order_by=order) == expected
    one_by_one = [
        found(backend, people, order_by=order, limit=1, offset=offset) for offset in range(4)
    ]
    assert one_by_one == [*([name] for name in expected), []]


@pytest.mark.parametrize("order", ["updated_at", "last_active_at", "last_sign_in_at"])
def test_orders_run_both_ways(backend: Backend, people: dict[str, str], order: str) -> None:
    forth = found(backend, people, order_by=order)
    assert sorted(forth) == ["ada", "bob", "cat"]
    assert found(backend, people, order_by=f"-{order}") == forth[::-1]


def test_activity_filters_and_orders(backend: Backend, instance: Tenant, clock: Clock) -> None:
    people: dict[str, str] = {}
    for name in ("early", "late"):
        clock.advance(hours=1)
        people[name] = instance.browser().sign_up().user_id
    moment = clock.now()
    people["never"] = backend.create_user()["id"]
    assert found(backend, people, last_sign_in_at_before=moment) == ["early"]
    assert found(backend, people, last_active_at_before=moment) == ["early"]
    assert found(backend, people, last_active_at_after=moment) == []
    assert found(backend, people, last_active_at_since=moment) == ["late"]
    assert found(backend, people, last_sign_in_at_after=moment - 1) == ["late"]
    assert found(backend, people, order_by="-last_sign_in_at") == ["late", "early", "never"]


def test_the_newest_come_first_ten_at_a_time(backend: Backend, people: dict[str, str]) -> None:
    more = [backend.create_user()["id"] for _ in range(9)]
    first = [user["id"] for user in backend.get("/v1/users").json]
    assert len(first) == 10
    assert set(first) == {*more, people["cat"]}
    rest = [user["id"] for user in backend.get("/v1/users", offset=10).json]
    assert rest == [people["bob"], people["ada"]]


@pytest.mark.parametrize("order", ["-created_at", "created_at"])
def test_a_cursor_walks_the_whole_list_once(
    backend: Backend, people: dict[str, str], order: str
) -> None:
    seen: list[str] = []
    query: dict[str, Any] = {"order_by": order, "limit": 2}
    while page := backend.get("/v1/users", **query).ok().json:
        seen += [user["id"] for user in page]
        assert len(seen) <= len(people)
        query["starting_after"] = seen[-1]
    expected = list(people.values())
    assert seen == (expected if order == "created_at" else expected[::-1])


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ({"order_by": "password"}, "order_by"),
        ({"order_by": "--created_at"}, "order_by"),
        ({"order_by": "+-created_at"}, "order_by"),
        ({"limit": 0}, "limit"),
        ({"limit": 501}, "limit"),
        ({"offset": -1}, "offset"),
        ({"offset": 2**63}, "offset"),
        ({"created_at_after": 2**63}, "created_at_after"),
        ({"last_active_at_before": "now"}, "last_active_at_before"),
        ({"banned": "perhaps"}, "banned"),
        ({"provider": "oauth_google"}, "provider_user_id"),
        ({"provider_user_id": "1"}, "provider"),
        ({"starting_after": "user_nobody"}, "starting_after"),
        ({"starting_after": "x", "order_by": "username"}, "starting_after"),
        ({"starting_after": "x", "offset": 1}, "starting_after"),
        ({"user_id": [f"user_{number}" for number in range(101)]}, "user_id"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    backend: Backend, query: dict[str, Any], param: str
) -> None:
    reply = backend.get("/v1/users", **query)
    assert (reply.status, reply.params) == (422, [param])


def test_unverified_addresses_are_found_too(backend: Backend) -> None:
    user = backend.create_user()
    address = new_address()
    backend.post("/v1/email_addresses", user_id=user["id"], email_address=address).ok()
    assert backend.get("/v1/users", email_address=address).json[0]["id"] == user["id"]


def test_lists_hold_no_one_of_another_instance(
    backend: Backend, browser: Browser, make_instance: Any
) -> None:
    with make_instance().backend() as other:
        stranger = other.create_user(**ADA)
        assert other.get("/v1/users/count").json["total_count"] == 1
    for query in (
        {},
        {"user_id": stranger["id"]},
        {"email_address": ADA["email_address"]},
        {"query": "countess"},
        {"order_by": "username"},
        {"external_id": "ext-ada"},
    ):
        assert backend.get("/v1/users", **query).json == []
        assert backend.get("/v1/users/count", **query).json["total_count"] == 0
    assert backend.get("/v1/users", starting_after=stranger["id"]).status == 422


def test_who_owns_an_identifier_comes_before_who_merely_claims_it(
    instance: Tenant, backend: Backend, clock: Clock
) -> None:
    # Where nobody is told whether an address is taken, anybody may claim it.
    instance.update(attributes__phone_number__enabled=True, enumeration_protection=True)
    address, number = new_address(), "+14155550142"
    owner = backend.create_user(email_address=[address], phone_number=[number])["id"]
    clock.advance(seconds=1)
    held = backend.create_user(
        email_address=["held@wait.example"], email_address_identification_status=["reserved"]
    )["id"]
    # Newer than either.
    clock.advance(seconds=1)
    with instance.browser() as browser:
        claimant = browser.sign_up().user_id
        for claimed in (address, "held@wait.example"):
            browser.post("/v1/me/email_addresses", email_address=claimed).ok()
        made = browser.post("/v1/me/phone_numbers", phone_number=number).ok().body
        path = f"/v1/me/phone_numbers/{made['id']}/prepare_verification"
        browser.post(path, strategy="phone_code").ok()
    queries: list[tuple[dict[str, Any], list[str]]] = [
        ({"email_address": address}, [owner, claimant]),
        ({"email_address": address.upper()}, [owner, claimant]),
        ({"email_address": "held@wait.example"}, [held, claimant]),
        ({"email_address": [address, "held@wait.example"]}, [held, owner, claimant]),
        ({"phone_number": number}, [owner, claimant]),
        ({"query": address}, [owner, claimant]),
        ({"query": f" {number} "}, [owner, claimant]),
        ({"email_address_query": address}, [owner, claimant]),
        ({"phone_number_query": number}, [owner, claimant]),
        # Where an order is asked for it is that, and a part of an identifier is nobody's.
        ({"email_address": address, "order_by": "-created_at"}, [claimant, owner]),
        ({"query": address[:-1]}, [claimant, owner]),
        ({"email_address": address, "limit": 1}, [owner]),
        ({"email_address": address, "offset": 1}, [claimant]),
    ]
    for query, expected in queries:
        users = backend.get("/v1/users", **query).ok().json
        assert [each["id"] for each in users] == expected, query
    users = {each["id"]: each for each in backend.get("/v1/users", phone_number=number).json}
    given = {
        id: each["verification"]["status"]
        for id, user in users.items()
        for each in user["phone_numbers"]
        if each["phone_number"] == number
    }
    assert given == {owner: "verified", claimant: "unverified"}
