"""Native apps: the client's token travels in `Authorization`, both ways, and no cookie does."""

import pytest

from tests.harness import PASSWORD, TEST_CODE, Backend, Browser, Clock, Reply, Tenant, new_address


class App:
    """What Clerk's mobile SDKs do: keep the newest token that came, show it with every request."""

    def __init__(self, tenant: Tenant, prefix: str = "") -> None:
        self.http = tenant.browser(origin=None)
        self.http.params["_is_native"] = "1"
        self.prefix = prefix
        self.tokens: list[str] = []

    def ask(self, method: str, path: str, **form: str) -> Reply:
        """Send a request and keep the token of its reply."""
        reply = self.http.request(method, path, data=form or None)
        assert "set-cookie" not in reply.headers, path
        assert not self.http.http.cookies
        if "authorization" in reply.headers:
            self.tokens.append(reply.headers["authorization"])
            self.http.http.headers["Authorization"] = self.prefix + self.tokens[-1]
        return reply

    def post(self, path: str, **form: str) -> Reply:
        """POST a form."""
        return self.ask("POST", path, **form)

    def sign_up(self) -> str:
        """Sign up and return the address."""
        address = new_address()
        begun = self.post("/v1/client/sign_ups", email_address=address, password=PASSWORD).ok()
        path = f"/v1/client/sign_ups/{begun.body['id']}"
        self.post(f"{path}/prepare_verification", strategy="email_code").ok()
        self.post(f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE).ok()
        return address

    def sign_in(self, address: str) -> Reply:
        """Sign in by password."""
        given = {"strategy": "password", "identifier": address, "password": PASSWORD}
        return self.post("/v1/client/sign_ins", **given)


@pytest.fixture(params=["", "Bearer "])
def app(instance: Tenant, request: pytest.FixtureRequest) -> App:
    """An app in the manner of Expo, and of the browser extension."""
    return App(instance, request.param)


def test_every_rotation_brings_the_new_token(app: App) -> None:
    address = app.sign_up()
    assert len(app.tokens) == 2
    session_id = app.ask("GET", "/v1/client").ok().body["last_active_session_id"]
    app.post(f"/v1/client/sessions/{session_id}/end").ok()
    assert len(app.tokens) == 3
    app.sign_in(address).ok()
    assert len(app.tokens) == 4
    app.ask("DELETE", "/v1/client/sessions").ok()
    assert len(app.tokens) == 5
    assert len(set(app.tokens)) == 5
    assert app.ask("GET", "/v1/client").ok().body["sessions"] == []


def test_what_changes_no_token_brings_none(app: App) -> None:
    address = app.sign_up()
    client = app.ask("GET", "/v1/client").ok().body
    path = f"/v1/client/sessions/{client['last_active_session_id']}"
    for reply in (
        app.post(f"{path}/touch").ok(),
        app.post(f"{path}/tokens").ok(),
        app.ask("GET", path).ok(),
        app.ask("GET", "/v1/me").ok(),
        app.ask("PATCH", "/v1/me", first_name="Ada").ok(),
        app.post("/v1/client/sign_ins", identifier=address, strategy="password", password="wrong"),
        app.post("/v1/client/sign_ins", identifier="nobody@example.com"),
        app.post("/v1/client/sessions/sess_nobody/touch"),
        app.ask("GET", "/v1/nowhere"),
    ):
        assert "authorization" not in reply.headers, reply.text
    assert len(app.tokens) == 2


def test_old_copy_of_its_token_neither_ends_nor_replaces_anything(
    instance: Tenant, backend: Backend, clock: Clock
) -> None:
    # Clerk's Expo SDK keeps two copies on Android, and shows the older one when it comes back.
    app, copy = App(instance), App(instance)
    copy.post("/v1/client").ok()
    app.http.http.headers["Authorization"] = copy.tokens[-1]
    app.sign_up()
    late = copy.ask("PUT", "/v1/client")
    assert (late.status, late.codes) == (503, ["client_token_superseded"])
    assert "authorization" not in late.headers
    clock.advance(minutes=5)
    assert copy.ask("GET", "/v1/client").json == {"response": None, "client": None}
    client = app.ask("GET", "/v1/client").ok().body
    assert len(client["sessions"]) == 1
    assert copy.ask("PUT", "/v1/client").ok().body["id"] != client["id"]
    assert len(backend.client(client["id"])["session_ids"]) == 1


def test_an_error_brings_the_client_along(app: App) -> None:
    app.sign_up()
    reply = app.post("/v1/client/sign_ins", identifier="nobody@example.com")
    assert reply.codes == ["form_identifier_not_found"]
    assert len(reply.client["sessions"]) == 1


def test_signing_out_forgets_the_client(app: App) -> None:
    app.sign_up()
    assert app.ask("DELETE", "/v1/client").ok().body is None
    assert app.ask("GET", "/v1/me").status == 401
    assert app.ask("GET", "/v1/client").ok().body["sessions"] == []


def test_cookie_beside_the_header_is_ignored(instance: Tenant, browser: Browser) -> None:
    other = browser.sign_up()
    app = App(instance)
    app.sign_up()
    mine = app.ask("GET", "/v1/me").ok().body["id"]
    app.http.http.headers["Cookie"] = f"__client={browser.cookie('__client')}"
    found = app.ask("GET", "/v1/me").ok().body["id"]
    assert found == mine
    assert found != other.user_id
    del app.http.http.headers["Authorization"]
    assert app.ask("GET", "/v1/me").status == 401


def test_an_app_with_an_origin_of_its_own_needs_it_allowed(instance: Tenant) -> None:
    for origin in ("tauri://localhost", "chrome-extension://abcdefghijklmnop"):
        app = App(instance)
        app.http.http.headers["Origin"] = origin
        assert app.post("/v1/client").codes == ["origin_invalid"]
        instance.update(allowed_origins=[origin])
        app.sign_up()
        assert app.ask("GET", "/v1/me").status == 200


def test_native_apps_are_served_unless_the_setting_says_otherwise(instance: Tenant) -> None:
    environment = instance.browser().get("/v1/environment").json["auth_config"]["native_settings"]
    assert environment["api_enabled"] is True
    app = App(instance)
    app.sign_up()
    instance.update(native_api=False)
    environment = instance.browser().get("/v1/environment").json["auth_config"]["native_settings"]
    assert environment["api_enabled"] is False
    for reply in (app.ask("GET", "/v1/client"), app.post("/v1/client"), app.ask("GET", "/v1/me")):
        assert (reply.status, reply.codes) == (400, ["native_api_disabled"])
    assert instance.browser().post("/v1/client").status == 200
