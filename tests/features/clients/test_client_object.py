"""The client of the seed page and of today: one object in two times."""

from tests.conftest import Make
from tests.features.clients.seed import SEED_FIELDS
from tests.harness import ORIGIN, Backend, Browser, Clock, Tenant, new_address


def test_new_client_has_nothing_open(backend: Backend, browser: Browser) -> None:
    browser.post("/v1/client").ok()
    client = backend.client(browser.client_id)
    assert client["object"] == "client"
    assert client["session_ids"] == []
    assert client["sign_in_id"] is client["sign_up_id"] is None
    assert client["last_active_session_id"] is None


def test_dated_client_has_todays_shape_in_milliseconds(
    instance: Tenant, backend: Backend, browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    client = backend.client(browser.client_id)
    assert client["created_at"] == client["updated_at"] == clock.now()
    assert set(client) == {
        "object",
        "id",
        "session_ids",
        "sessions",
        "sign_in_id",
        "sign_up_id",
        "last_active_session_id",
        "last_authentication_strategy",
        "created_at",
        "updated_at",
    }
    (session,) = client["sessions"]
    assert session["id"] == account.session_id
    assert session["client_id"] == client["id"]
    assert session["user_id"] == account.user_id


def test_undated_client_names_the_sign_in_under_way(instance: Tenant, browser: Browser) -> None:
    account = instance.browser().sign_up()
    attempt = browser.post("/v1/client/sign_ins", identifier=account.email_address).ok().body
    with instance.backend(version=None) as backend:
        client = backend.client(browser.client_id)
    assert client["sign_in_attempt_id"] == client["sign_in_id"] == attempt["id"]
    assert client["sign_up_attempt_id"] is None
    assert list(client)[:8] == SEED_FIELDS


def test_undated_client_names_the_sign_up_under_way(instance: Tenant, browser: Browser) -> None:
    attempt = browser.post("/v1/client/sign_ups", email_address=new_address()).ok().body
    with instance.backend(version=None) as backend:
        client = backend.client(browser.client_id)
    assert client["sign_up_attempt_id"] == client["sign_up_id"] == attempt["id"]
    assert client["sign_in_attempt_id"] is None


def test_new_sign_in_replaces_the_earlier_one(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    account = instance.browser().sign_up()
    browser.post("/v1/client/sign_ins", identifier=account.email_address).ok()
    later = browser.post("/v1/client/sign_ins", identifier=account.email_address).ok().body
    assert backend.client(browser.client_id)["sign_in_id"] == later["id"]


def test_completed_attempts_leave_the_client(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    account = instance.browser().sign_up()
    browser.post("/v1/client/sign_ups", email_address=new_address()).ok()
    browser.sign_in(account.email_address).ok()
    client = backend.client(browser.client_id)
    assert client["sign_in_id"] is client["sign_up_id"] is None
    assert client["last_authentication_strategy"] == "password"


def test_several_users_are_signed_in_on_one_client(
    instance: Tenant, backend: Backend, browser: Browser, clock: Clock
) -> None:
    other = instance.browser().sign_up()
    first = browser.sign_up()
    clock.advance(seconds=1)
    second = browser.sign_in(other.email_address).ok().body["created_session_id"]
    client = backend.client(browser.client_id)
    assert client["session_ids"] == [first.session_id, second]
    assert client["last_active_session_id"] == second
    assert {each["user_id"] for each in client["sessions"]} == {first.user_id, other.user_id}


def test_touched_session_becomes_the_last_active_one(
    instance: Tenant, backend: Backend, browser: Browser, clock: Clock
) -> None:
    other = instance.browser().sign_up()
    first = browser.sign_up()
    browser.sign_in(other.email_address).ok()
    clock.advance(seconds=2)
    browser.post(f"/v1/client/sessions/{first.session_id}/touch").ok()
    client = backend.client(browser.client_id)
    assert client["last_active_session_id"] == first.session_id
    assert client["updated_at"] == clock.now()


def test_unknown_client_is_not_found(backend: Backend) -> None:
    reply = backend.get("/v1/clients/client_nobody")
    assert (reply.status, reply.codes) == (404, ["resource_not_found"])


def test_client_of_another_instance_is_not_found(
    backend: Backend, browser: Browser, make_instance: Make
) -> None:
    browser.post("/v1/client").ok()
    with make_instance().backend() as stranger:
        assert stranger.get(f"/v1/clients/{browser.client_id}").status == 404


def test_trailing_slash_is_the_same_path(backend: Backend, browser: Browser) -> None:
    browser.post("/v1/client/").ok()
    path = f"/v1/clients/{browser.client_id}"
    assert backend.get(f"{path}/").ok().json == backend.get(path).ok().json
    assert backend.get("/v1/clients/").ok().json == backend.get("/v1/clients").ok().json


def test_content_type_is_json_without_a_charset(backend: Backend, browser: Browser) -> None:
    browser.post("/v1/client").ok()
    for reply in (
        backend.get(f"/v1/clients/{browser.client_id}"),
        backend.get("/v1/clients"),
        backend.get("/v1/clients/client_nobody"),
        browser.get("/v1/client"),
    ):
        assert reply.headers["content-type"] == "application/json"


def test_without_a_secret_key_nothing_is_told(instance: Tenant) -> None:
    with instance.browser(origin=None) as anybody:
        for path in ("/v1/clients", "/v1/clients/client_x", "/v1/clients/"):
            reply = anybody.get(path)
            assert (reply.status, reply.codes) == (401, ["authorization_header_format_invalid"])
        reply = anybody.post("/v1/clients/verify", token="x")
        assert (reply.status, reply.codes) == (401, ["authorization_header_format_invalid"])


def test_wrong_secret_key_is_told_in_clerks_error_body(instance: Tenant) -> None:
    with instance.backend(secret_key="sk_live_nobody") as stranger:
        reply = stranger.get("/v1/clients")
    assert (reply.status, reply.codes) == (401, ["clerk_key_invalid"])
    (error,) = reply.json["errors"]
    assert set(error) == {"message", "long_message", "code", "meta"}
    assert reply.json["clerk_trace_id"]


def test_cookie_of_a_user_does_not_open_the_backend_api(browser: Browser) -> None:
    browser.sign_up()
    reply = browser.request("GET", "/v1/clients", headers={"Origin": ORIGIN})
    assert reply.status == 401
