"""Case 11: a client's last active session is one of its own."""

from tests.handshakes import cookies_of
from tests.harness import Backend, Browser, Tenant


def test_case_11_session_of_another_client_cannot_become_the_active_one(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    victim = instance.browser().sign_up()
    own = browser.sign_up()
    for step in ("touch", "end", "remove", "tokens"):
        reply = browser.post(f"/v1/client/sessions/{victim.session_id}/{step}")
        assert (reply.status, reply.codes) == (401, ["authentication_invalid"])
    assert browser.get(f"/v1/client/sessions/{victim.session_id}").status == 401
    client = backend.client(browser.client_id)
    assert client["last_active_session_id"] == own.session_id
    assert backend.get(f"/v1/sessions/{victim.session_id}").json["status"] == "active"


def test_case_11_session_of_another_client_cannot_be_named_for_a_request(
    instance: Tenant, browser: Browser
) -> None:
    victim = instance.browser().sign_up()
    browser.sign_up()
    assert browser.get("/v1/me", _clerk_session_id=victim.session_id).status == 401


def test_case_11_handshake_does_not_follow_another_clients_token(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    elsewhere = instance.browser()
    victim = elsewhere.sign_up()
    own = browser.sign_up()
    cookies = cookies_of(instance, browser, __session=elsewhere.token(victim.session_id))
    token = cookies["__session"]
    found = backend.post("/v1/clients/verify", token=token).ok().json
    assert found["session_ids"] == [own.session_id]
