"""What older versions say of the same things."""

import re
import sys
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from msgspec import UNSET, UnsetType

from hallporter.contract.api_version import (
    DATED,
    NEWEST,
    UNDATED,
    V2021_02_05,
    V2024_10_01,
    V2025_04_10,
    ApiVersion,
)
from hallporter.contract.objects import Moment, Opaque, TotalCount, UnixTime, WireObject
from hallporter.contract.reply import Wrapped
from hallporter.contract.settings import Settings
from hallporter.edge import reply
from hallporter.main import operations
from hallporter.versions.answers import downgraded, undoing
from hallporter.versions.catalogue import CHANGES
from hallporter.versions.change import (
    Fields,
    ObjectChange,
    OperationsChange,
    RequestChange,
    TypeChange,
)
from hallporter.versions.requests import gone, is_served, upgraded
from tests.conftest import Make
from tests.features.sign_ins.test_actor_tokens import accept, actor_token
from tests.harness import Backend, Browser, Tenant

TASKLESS = (V2021_02_05, V2024_10_01)
# What users and operators may put where JSON is theirs.
THEIRS = {"object": "session", "status": "pending", "tasks": ["x"], "since_at": 1_700_000_000}


@pytest.mark.parametrize("version", DATED)
def test_sessions_have_tasks_since_2025_04_10(
    instance: Tenant, browser: Browser, version: ApiVersion
) -> None:
    account = browser.sign_up()
    with instance.backend(version) as backend:
        session = backend.get(f"/v1/sessions/{account.session_id}").ok().json
        [embedded] = backend.client(browser.client_id)["sessions"]
    assert embedded == session
    assert ("tasks" in session) == (version not in TASKLESS)


@pytest.mark.parametrize("version", DATED)
def test_sessions_of_a_browser_have_tasks_since_2025_04_10(
    instance: Tenant, version: ApiVersion
) -> None:
    with instance.browser(version) as browser:
        browser.sign_up()
        [session] = browser.get("/v1/client").ok().body["sessions"]
    assert ("tasks" in session) == (version not in TASKLESS)


@pytest.mark.parametrize("version", DATED)
def test_pending_sessions_were_active_once(make_instance: Make, version: ApiVersion) -> None:
    tenant = make_instance(Settings(test_mode=True, require_multi_factor=True))
    account = tenant.browser().sign_up()
    with tenant.backend(version) as backend:
        session = backend.get(f"/v1/sessions/{account.session_id}").ok().json
    assert session["status"] == ("active" if version in TASKLESS else "pending")


@pytest.mark.parametrize("version", DATED)
def test_dated_versions_tell_times_in_ms(
    instance: Tenant, browser: Browser, version: ApiVersion
) -> None:
    user_id = browser.sign_up().user_id
    with instance.backend(version) as backend:
        user = backend.get(f"/v1/users/{user_id}").ok().json
    assert user["created_at"] > 10**12


def test_metadata_is_nobodys_but_the_users(instance: Tenant, browser: Browser) -> None:
    user_id = browser.sign_up().user_id
    mine = {"object": "session", "status": "pending", "tasks": ["x"], "seen_at": 1_700_000_000_000}
    with instance.backend() as backend:
        backend.patch(f"/v1/users/{user_id}/metadata", public_metadata=mine).ok()
    for version in (*DATED, None):
        with instance.backend(version) as backend:
            assert backend.get(f"/v1/users/{user_id}").ok().json["public_metadata"] == mine


def test_claims_of_a_template_are_nobodys_but_the_operators(instance: Tenant) -> None:
    claims = {"expires_at": 1_700_000_000, "user": {"object": "session", "seen_at": 1_700_000_000}}
    for number, version in enumerate((*DATED, None)):
        with instance.backend(version) as backend:
            made = backend.post("/v1/jwt_templates", name=f"t{number}", claims=claims).ok().json
            read = backend.get(f"/v1/jwt_templates/{made['id']}").ok().json
        assert made["claims"] == read["claims"] == claims


def test_actor_is_nobodys_but_the_servers(
    instance: Tenant, browser: Browser, backend: Backend
) -> None:
    """Clients of the undated API are the only ones with times in seconds: an actor is in them."""
    account = instance.browser().sign_up()
    actor = {"sub": "support", **THEIRS}
    accept(browser, actor_token(backend, account, actor=actor))
    for version in (None, *DATED):
        with instance.backend(version) as caller:
            [session] = caller.client(browser.client_id)["sessions"]
        assert session["actor"] == actor
        assert ("tasks" in session) == (version not in (None, *TASKLESS))


class Diary(WireObject, frozen=True, tag="session"):
    """An object of every kind of field, called as what a version changed."""

    status: str
    tasks: list[str]
    written_at: Moment
    read_at: Moment | None
    burned_at: Moment | UnsetType
    openings: list[Moment]
    readers: dict[str, Moment]
    looked_at: int
    locked_at: UnixTime
    pages: Opaque
    notes: dict[str, Any]


class Shelf(msgspec.Struct, frozen=True):
    """What holds it: alone, in a list, as anything, and beside JSON that looks like it."""

    first: Diary | None
    all: list[Diary]
    any: object
    like: list[dict[str, Any]]


DIARY = Diary(
    status="pending",
    tasks=["x"],
    written_at=1_700_000_000_000,
    read_at=None,
    burned_at=UNSET,
    openings=[1_700_000_000_000],
    readers={"seen_at": 1_700_000_000_000},
    looked_at=5_000,
    locked_at=1_700_000_000,
    pages=Opaque(msgspec.json.encode(THEIRS)),
    notes={"inner": THEIRS, "since_at": 1_700_000_000},
)


def rendered(body: object, version: ApiVersion) -> Any:
    """Return what a caller of `version` reads."""
    return msgspec.json.decode(reply.encode(body, version))


def test_times_are_known_by_the_type_of_their_field() -> None:
    diary = rendered(DIARY, UNDATED)
    assert (diary["written_at"], diary["read_at"]) == (1_700_000_000, None)
    assert (diary["looked_at"], diary["locked_at"]) == (5_000, 1_700_000_000)
    assert "burned_at" not in diary
    assert diary["openings"] == [*diary["readers"].values()] == [1_700_000_000]


def test_json_of_others_is_never_rewritten() -> None:
    for version in (UNDATED, *DATED):
        diary = rendered(DIARY, version)
        assert diary["pages"] == THEIRS
        assert diary["notes"] == {"inner": THEIRS, "since_at": 1_700_000_000}


def test_an_object_is_taken_back_wherever_it_occurs() -> None:
    shelf = Shelf(first=DIARY, all=[DIARY, DIARY], any={"one": DIARY}, like=[THEIRS])
    for body in (Wrapped(response=shelf, client=None), {"response": shelf}):
        older = rendered(body, V2024_10_01)["response"]
        diaries: list[Any] = [older["first"], *older["all"], older["any"]["one"]]
        assert [(each["status"], "tasks" in each) for each in diaries] == [("active", False)] * 4
        assert older["like"] == [THEIRS]
        assert rendered(body, V2025_04_10) == rendered(body, NEWEST)


def test_what_no_version_changed_is_not_taken_apart() -> None:
    shelf = Shelf(first=None, all=[], any=None, like=[])
    assert downgraded(THEIRS, UNDATED) == THEIRS
    assert downgraded(shelf, UNDATED) == shelf
    page = TotalCount(3)
    assert downgraded(page, UNDATED) is page


def test_what_endpoints_answer_can_be_taken_back_to_every_version() -> None:
    for version in (UNDATED, *DATED):
        changed = {each.__name__ for each in _wire_structs() if undoing(each, version) is not None}
        assert ("Session" in changed) == (version < V2025_04_10)
        assert ("SignIn" in changed) == (version < NEWEST)
        assert ("User" in changed) == (version == UNDATED)


def test_every_time_on_the_wire_says_so_by_its_type() -> None:
    """A number that is called `…_at` is a time; what is told in seconds says that, too."""
    unsaid = [
        f"{shape.__module__}.{shape.__name__}.{name}"
        for shape in _wire_structs()
        for name, kind in get_type_hints(shape, include_extras=True).items()
        if name.endswith("_at") and int in _alternatives(kind)
    ]
    assert unsaid == []


def test_changes_name_what_there_is() -> None:
    tags = {each.__struct_config__.tag for each in _wire_structs()}
    names = {f"{each.api} {each.name}" for each in operations()}
    of_objects = {each.object for each in CHANGES if isinstance(each, ObjectChange)}
    of_requests = [each.operations for each in CHANGES if isinstance(each, RequestChange)]
    of_lists = [each.added | each.removed for each in CHANGES if isinstance(each, OperationsChange)]
    of_types = {each.type for each in CHANGES if isinstance(each, TypeChange)}
    assert of_objects <= tags
    assert frozenset[str]().union(*of_requests, *of_lists) <= names
    assert of_types == {Moment}


def _wire_structs() -> list[type[msgspec.Struct]]:
    """Return what endpoints answer, and what is within it."""
    allowed = re.compile(r"hallporter\.features(?:\.\w+)+\.(?:views|backend|frontend|portal)")
    members = [each for module in list(sys.modules.values()) for each in vars(module).values()]
    return [
        each
        for each in members
        if isinstance(each, type)
        and issubclass(each, msgspec.Struct)
        and allowed.fullmatch(each.__module__)
    ]


def _alternatives(kind: Any) -> tuple[Any, ...]:
    return (kind,) if get_origin(kind) in (None, Annotated) else get_args(kind)


def _renamed(fields: Fields) -> Fields:
    return {"name" if each == "title" else each: value for each, value in fields.items()}


RENAMED = RequestChange(
    since=V2025_04_10,
    description="A title is a name.",
    operations=frozenset({"backend update_book"}),
    upgrade=_renamed,
    gone={"shelf": "/v1/shelves"},
)


def test_an_older_request_is_made_new() -> None:
    given = {"title": "Notes", "shelf": "A"}
    assert upgraded(given, [RENAMED], V2024_10_01) == {"name": "Notes", "shelf": "A"}
    assert upgraded(given, [RENAMED], V2025_04_10) == given


def test_what_requests_have_no_more_is_known_from_the_day_on() -> None:
    assert gone({"title": "Notes", "shelf": "A"}, [RENAMED], V2024_10_01) == {}
    assert gone({"title": "Notes", "shelf": "A"}, [RENAMED], NEWEST) == {"shelf": "/v1/shelves"}
    assert gone({"shelf": None}, [RENAMED], NEWEST) == {}


def test_operations_come_and_go_by_date() -> None:
    changes = [
        OperationsChange(
            since=V2025_04_10,
            description="Shelves hold books.",
            added=frozenset({"backend create_shelf"}),
            removed=frozenset({"backend update_book"}),
        )
    ]
    for version in (UNDATED, *DATED):
        is_since = version >= V2025_04_10
        assert is_served("backend create_shelf", version, changes) == is_since
        assert is_served("backend update_book", version, changes) != is_since
        assert is_served("frontend update_book", version, changes)
