"""Which API a request gets, and how an object looks in it."""

from typing import Any, cast

import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.harness import Backend, Browser, Clock, Tenant, new_address

SECONDS = 10**11


def times_in(value: Any) -> list[int]:
    """Return every timestamp in an object, however deep, but not in what users put there."""
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return [time for item in items for time in times_in(item)]
    if not isinstance(value, dict):
        return []
    fields = cast("dict[str, Any]", value)
    own = [each for name, each in fields.items() if name.endswith("_at") and each is not None]
    inner = [each for name, each in fields.items() if not name.endswith("_metadata")]
    return own + times_in(inner)


def everything(tenant: Tenant, version: str | None) -> list[object]:
    """Return one of every object that both APIs tell of, in a version; no client of the undated."""
    browser = tenant.browser(version)
    account = browser.sign_up()
    browser.post("/v1/client/sign_ups", email_address=new_address()).ok()
    with tenant.backend(version) as backend:
        clients = [] if version is None else [f"/v1/clients/{browser.client_id}", "/v1/clients"]
        reads = [
            *clients,
            f"/v1/sessions/{account.session_id}",
            "/v1/sessions",
            f"/v1/users/{account.user_id}",
        ]
        bodies = [backend.get(path).ok().json for path in reads]
        bodies.append(backend.post("/v1/sign_in_tokens", user_id=account.user_id).ok().json)
    other = tenant.browser(version).sign_up()
    bodies += [
        browser.get("/v1/client").ok().json,
        browser.get("/v1/me").ok().json,
        browser.get("/v1/environment").ok().json,
        browser.post("/v1/client/sign_ins", identifier=other.email_address).ok().json,
        browser.sign_in(other.email_address, "wrong").json,
        browser.post("/v1/dev_browser").ok().json,
    ]
    return bodies


def test_undated_clients_have_their_times_in_seconds(instance: Tenant) -> None:
    browser = instance.browser(None)
    account = browser.sign_up()
    with instance.backend(None) as backend:
        bodies = [
            backend.get(f"/v1/clients/{browser.client_id}").ok().json,
            backend.get("/v1/clients").ok().json,
            backend.post("/v1/clients/verify", token=browser.token(account.session_id)).ok().json,
        ]
    assert len(times_in(bodies)) >= 6
    assert all(time < SECONDS for time in times_in(bodies)), bodies


@pytest.mark.parametrize(
    "version", [None, "2021-02-05", "2024-10-01", "2025-04-10", "2025-11-10", "2026-05-12"]
)
def test_other_objects_have_their_times_in_milliseconds(
    instance: Tenant, version: str | None
) -> None:
    for bodies in everything(instance, version):
        assert all(time > SECONDS for time in times_in(bodies)), bodies


def test_testing_token_expires_in_seconds_in_every_version(instance: Tenant, clock: Clock) -> None:
    for version in (None, "2021-02-05", "2026-05-12"):
        with instance.backend(version) as backend:
            expires_at = backend.post("/v1/testing_tokens").ok().json["expires_at"]
        assert expires_at == clock.now() // 1000 + 3600


def test_metadata_keeps_its_numbers_in_every_version(instance: Tenant) -> None:
    browser = instance.browser(None)
    begun = browser.post("/v1/client/sign_ups", unsafe_metadata='{"seen_at": 1700000000000}').ok()
    assert begun.body["unsafe_metadata"] == {"seen_at": 1_700_000_000_000}


def test_browser_that_names_no_version_sees_the_attempts_under_way(instance: Tenant) -> None:
    account = instance.browser().sign_up()
    browser = instance.browser(None)
    sign_in = browser.post("/v1/client/sign_ins", identifier=account.email_address).ok().body
    sign_up = browser.post("/v1/client/sign_ups", email_address=new_address()).ok().body
    client = browser.get("/v1/client").ok().body
    assert (client["sign_in"]["id"], client["sign_up"]["id"]) == (sign_in["id"], sign_up["id"])


def has_seed_names(reply: dict[str, object]) -> bool:
    """Tell whether a client is that of the undated API."""
    return "sign_in_attempt_id" in reply


@pytest.mark.parametrize(
    ("named", "is_undated"),
    [
        (None, True),
        ("", True),
        ("2021-02-05", False),
        ("2021-02-04", False),
        ("2024-12-24", False),
        ("2026-05-12", False),
        ("2026-08-20", False),
        ("9999-12-31", False),
        ("tomorrow", False),
    ],
)
def test_version_is_named_by_the_header(
    instance: Tenant, browser: Browser, named: str | None, is_undated: bool
) -> None:
    browser.post("/v1/client").ok()
    with instance.backend(named) as backend:
        assert has_seed_names(backend.client(browser.client_id)) == is_undated


def test_version_is_named_by_the_query(instance: Tenant, browser: Browser) -> None:
    browser.post("/v1/client").ok()
    with instance.backend(None) as backend:
        path = f"/v1/clients/{browser.client_id}"
        assert not has_seed_names(backend.get(path, __clerk_api_version="2021-02-05").ok().json)


def test_two_different_versions_are_refused(backend: Backend) -> None:
    reply = backend.get("/v1/clients", __clerk_api_version="2021-02-05")
    assert (reply.status, reply.codes) == (400, ["api_version_conflict"])
    assert backend.get("/v1/clients", __clerk_api_version="2026-05-12").status == 200


def test_unknown_newer_version_gets_the_newest(instance: Tenant, browser: Browser) -> None:
    account = browser.sign_up()
    path = f"/v1/sessions/{account.session_id}"
    with instance.backend("2026-05-12") as newest, instance.backend("2027-01-01") as newer:
        assert newest.get(path).ok().json == newer.get(path).ok().json


def test_date_between_two_versions_gets_the_older(instance: Tenant, browser: Browser) -> None:
    account = browser.sign_up()
    path = f"/v1/sessions/{account.session_id}"
    with instance.backend("2025-04-09") as before, instance.backend("2025-04-11") as after:
        assert "tasks" not in before.get(path).ok().json
        assert "tasks" in after.get(path).ok().json


def test_operation_that_a_version_dropped_is_not_found_in_it(
    instance: Tenant, browser: Browser
) -> None:
    account = browser.sign_up()
    token = browser.token(account.session_id)
    path = f"/v1/sessions/{account.session_id}/verify"
    for version, status in ((None, 200), ("2024-10-01", 200), ("2025-04-10", 404)):
        with instance.backend(version) as backend:
            assert backend.post(path, token=token).status == status


def test_default_version_is_a_setting(make_instance: Make) -> None:
    tenant = make_instance(Settings(api_version="2024-10-01"))
    browser = tenant.browser()
    browser.post("/v1/client").ok()
    with tenant.backend(None) as backend, tenant.backend("2026-05-12") as dated:
        path = f"/v1/clients/{browser.client_id}"
        assert not has_seed_names(backend.client(browser.client_id))
        assert backend.get(path).json["created_at"] > SECONDS
        tenant.update(api_version=None)
        assert has_seed_names(backend.client(browser.client_id))
        assert not has_seed_names(dated.client(browser.client_id))


def test_errors_look_alike_in_every_version(instance: Tenant) -> None:
    seen: list[object] = []
    for version in (None, "2021-02-05", "2026-05-12"):
        with instance.backend(version) as backend:
            reply = backend.get("/v1/clients/nobody")
        assert reply.status == 404
        seen.append(reply.json["errors"])
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize(
    ("user_agent", "reads_milliseconds"),
    [
        ("@clerk/backend@1.15.7", True),
        ("@clerk/nextjs@5.1.0", True),
        ("speakeasy-sdk/python 1.4.1 2.470.1 v1 clerk-backend-api", True),
        ("curl/8.5.0", False),
        ("python-httpx/0.28", False),
        ("somebody's @clerk/backend@1", False),
        ("speakeasy-sdk/python 1.0.0 2.0 v1 other", False),
    ],
)
def test_sdks_that_name_no_version_read_milliseconds(
    instance: Tenant, user_agent: str, reads_milliseconds: bool
) -> None:
    browser = instance.browser()
    browser.sign_up()
    with instance.backend(None) as backend:
        path, headers = f"/v1/clients/{browser.client_id}", {"User-Agent": user_agent}
        client = backend.request("GET", path, headers=headers).ok().json
        assert (client["created_at"] > SECONDS) == reads_milliseconds
        named = {**headers, "Clerk-API-Version": "2026-05-12"}
        client = backend.request("GET", path, headers=named).ok().json
        assert client["created_at"] > SECONDS
