"""The Frontend API's client: envelope, cookies, dev browser, native apps, handshake."""

import pytest

from tests import forge
from tests.conftest import Make
from tests.handshakes import PAGE, cookies_in, cookies_of, parameter
from tests.harness import Browser, Clock, Tenant


def test_reading_without_a_client_makes_none(browser: Browser) -> None:
    reply = browser.get("/v1/client").ok()
    assert reply.json == {"response": None, "client": None}
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_client_is_made_once(browser: Browser, method: str) -> None:
    first = browser.request(method, "/v1/client").ok()
    assert set(first.json) == {"response", "client"}
    assert first.json["response"] == first.json["client"]
    again = browser.request(method, "/v1/client").ok()
    assert again.body["id"] == first.body["id"]
    assert "__client=" not in again.headers.get("set-cookie", "")


def test_client_cookie_is_hidden_from_scripts(browser: Browser) -> None:
    reply = browser.post("/v1/client").ok()
    cookies = reply.response.headers.get_list("set-cookie")
    (client,) = (each for each in cookies if each.startswith("__client="))
    assert "HttpOnly" in client
    assert "SameSite=Lax" in client
    assert "Domain" not in client


def test_hint_is_set_plain_and_suffixed(browser: Browser, clock: Clock) -> None:
    account = browser.sign_up()
    reply = browser.post(f"/v1/client/sessions/{account.session_id}/touch").ok()
    hints = cookies_in(reply.response.headers.get_list("set-cookie"))
    assert set(hints.values()) == {str(clock.now() // 1000)}
    plain, suffixed = sorted(hints)
    assert plain == "__client_uat"
    assert suffixed.startswith("__client_uat_")
    assert len(suffixed) == len("__client_uat_") + 8


def test_deleting_the_client_ends_all_and_clears_its_cookies(
    instance: Tenant, browser: Browser
) -> None:
    account = browser.sign_up()
    reply = browser.post("/v1/client", _method="DELETE").ok()
    assert reply.json == {"response": None, "client": None}
    assert browser.cookie("__client") is None
    assert browser.cookie("__client_uat") == "0"
    with instance.backend() as backend:
        assert backend.get(f"/v1/sessions/{account.session_id}").json["status"] == "removed"


def test_pending_attempt_is_echoed_in_the_client_until_it_is_complete(
    instance: Tenant, browser: Browser
) -> None:
    account = instance.browser().sign_up()
    begun = browser.post("/v1/client/sign_ins", identifier=account.email_address).ok()
    assert begun.client["sign_in"] == begun.body
    assert browser.get("/v1/client").body["sign_in"]["id"] == begun.body["id"]
    done = browser.sign_in(account.email_address).ok()
    assert done.client["sign_in"] is None


def test_error_brings_the_client_along(instance: Tenant, browser: Browser) -> None:
    account = instance.browser().sign_up()
    begun = browser.post("/v1/client/sign_ins", identifier=account.email_address).ok()
    path = f"/v1/client/sign_ins/{begun.body['id']}/attempt_first_factor"
    reply = browser.post(path, strategy="password", password="wrong")
    assert (reply.status, reply.codes) == (422, ["form_password_incorrect"])
    assert reply.params == ["password"]
    assert reply.json["meta"]["client"]["sign_in"]["id"] == begun.body["id"]


def test_native_app_keeps_its_token_in_a_header(instance: Tenant) -> None:
    app = instance.browser(origin=None)
    app.params["_is_native"] = "1"
    made = app.post("/v1/client").ok()
    assert "set-cookie" not in made.headers
    app.http.headers["Authorization"] = made.headers["authorization"]
    assert app.client_id == made.body["id"]
    app.http.headers["Authorization"] = f"Bearer {made.headers['authorization']}"
    assert app.client_id == made.body["id"]
    other = instance.browser().sign_up()
    done = app.sign_in(other.email_address).ok()
    assert done.headers["authorization"] != made.headers["authorization"]
    app.http.headers["Authorization"] = done.headers["authorization"]
    assert app.get("/v1/me").ok().body["id"] == other.user_id
    gone = app.post("/v1/client", _method="DELETE").ok()
    assert "set-cookie" not in gone.headers


def test_cookie_is_not_asked_of_a_native_app(browser: Browser) -> None:
    browser.sign_up()
    del browser.http.headers["Origin"]
    assert browser.get("/v1/client", _is_native="1").body is None


def test_dev_browser_stands_for_its_client(make_instance: Make) -> None:
    tenant = make_instance(environment_type="development")
    browser = tenant.browser()
    made = browser.post("/v1/dev_browser").ok().json
    assert made["id"] == made["token"]
    browser.params["__clerk_db_jwt"] = made["id"]
    assert browser.get("/v1/client").ok().body is None
    client_id = browser.post("/v1/client").ok().body["id"]
    browser.http.cookies.clear()
    assert browser.client_id == client_id


def test_unknown_dev_browser_is_told_to_start_anew(make_instance: Make) -> None:
    browser = make_instance(environment_type="development").browser()
    reply = browser.get("/v1/client", __clerk_db_jwt="dvb_nobody")
    assert (reply.status, reply.codes) == (401, ["dev_browser_unauthenticated"])


def test_handshake_brings_the_cookies_of_who_is_signed_in(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    cookies = cookies_of(instance, browser)
    claims = forge.claims_of(cookies["__session"])
    assert (claims["sid"], claims["azp"]) == (account.session_id, "http://localhost:3000")
    suffix = next(name for name in cookies if name.startswith("__session_"))[-9:]
    assert cookies[f"__session{suffix}"] == cookies["__session"]
    assert cookies["__client_uat"] == cookies[f"__client_uat{suffix}"]
    assert int(cookies["__client_uat"]) <= claims["iat"]
    assert cookies[f"__refresh{suffix}"]


def test_handshake_of_nobody_clears_the_session(instance: Tenant, browser: Browser) -> None:
    cookies = cookies_of(instance, browser)
    assert cookies["__session"] == ""
    assert cookies["__client_uat"] == "0"


def test_handshake_follows_the_session_of_the_old_token(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    first = browser.sign_up()
    old = browser.token(first.session_id)
    other = instance.browser().sign_up()
    clock.advance(minutes=5)
    browser.sign_in(other.email_address).ok()
    cookies = cookies_of(instance, browser, __session=old)
    assert forge.claims_of(cookies["__session"])["sid"] == first.session_id


def test_handshake_without_a_nonce_carries_the_cookies_signed(
    instance: Tenant, browser: Browser
) -> None:
    account = browser.sign_up()
    reply = browser.get("/v1/client/handshake", redirect_url=f"{PAGE}?a=1#here")
    location = reply.headers["location"]
    assert location.startswith(f"{PAGE}?a=1&")
    assert location.endswith("#here")
    payload = forge.claims_of(parameter(location, "__clerk_handshake"))
    cookies = cookies_in(payload["handshake"])
    assert forge.claims_of(cookies["__session"])["sid"] == account.session_id


def test_nonce_works_once_and_for_two_minutes(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    browser.sign_up()

    def nonce() -> str:
        reply = browser.get("/v1/client/handshake", redirect_url=PAGE, format="nonce")
        return parameter(reply.headers["location"], "__clerk_handshake_nonce")

    with instance.backend() as backend:
        path = "/v1/clients/handshake_payload"
        used, late = nonce(), nonce()
        assert backend.get(path, nonce=used).status == 200
        assert backend.get(path, nonce=used).codes == ["handshake_nonce_not_found"]
        clock.advance(minutes=2)
        assert backend.get(path, nonce=late).codes == ["handshake_nonce_not_found"]


def test_nonce_belongs_to_its_instance(
    instance: Tenant, browser: Browser, make_instance: Make
) -> None:
    reply = browser.get("/v1/client/handshake", redirect_url=PAGE, format="nonce")
    nonce = parameter(reply.headers["location"], "__clerk_handshake_nonce")
    with make_instance().backend() as stranger:
        assert stranger.get("/v1/clients/handshake_payload", nonce=nonce).status == 404


def test_handshake_in_development_brings_a_dev_browser(make_instance: Make) -> None:
    tenant = make_instance(environment_type="development")
    browser = tenant.browser()
    cookies = cookies_of(tenant, browser)
    token = cookies["__clerk_db_jwt"]
    assert list(cookies.values()).count(token) == 2
    assert browser.get("/v1/client", __clerk_db_jwt=token).status == 200
