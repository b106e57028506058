"""What older versions say of the same things."""

import sys

import msgspec
import pytest

from hallporter.contract.api_version import (
    DATED,
    V2021_02_05,
    V2024_10_01,
    V2025_04_10,
    ApiVersion,
)
from hallporter.versions.catalogue import OPAQUE, downgraded
from tests.house import Browser, Tenant

TASKLESS = (V2021_02_05, V2024_10_01)


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


@pytest.mark.parametrize("version", TASKLESS)
def test_pending_sessions_were_active_once(version: ApiVersion) -> None:
    pending = {"object": "session", "status": "pending", "tasks": [{"key": "setup-mfa"}]}
    client = {"object": "client", "sessions": [pending]}
    assert downgraded(client, version)["sessions"] == [{"object": "session", "status": "active"}]
    assert downgraded(client, V2025_04_10) == client


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


def test_json_of_others_is_never_rewritten() -> None:
    """Whatever a view hands on as it is stored, no older version may look into."""
    views = [vars(module) for name, module in sys.modules.items() if name.endswith(".views")]
    shapes = {each for module in views for each in module.values() if isinstance(each, type)}
    raw = {
        field.encode_name
        for shape in shapes
        if issubclass(shape, msgspec.Struct) and shape.__module__.endswith(".views")
        for field in msgspec.structs.fields(shape)
        if field.type is msgspec.Raw
    }
    # Of these, ours is the error of a visit to a provider.
    assert raw - {"error"} <= OPAQUE
    assert "claims" in raw
