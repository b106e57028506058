"""Signing out and being signed out at the same moment do not wait for each other for ever."""

from concurrent.futures import ThreadPoolExecutor

from tests.harness import Browser, Tenant

ROUNDS = 12


def test_sign_out_and_revoke_at_once_both_get_an_answer(instance: Tenant, browser: Browser) -> None:
    address = browser.sign_up().email_address
    for _ in range(ROUNDS):
        browser.post("/v1/client/sessions", _method="DELETE").ok()
        session_id = browser.sign_in(address).ok().body["created_session_id"]
        with instance.backend() as backend, ThreadPoolExecutor(2) as pool:
            revoked = pool.submit(backend.post, f"/v1/sessions/{session_id}/revoke")
            signed_out = pool.submit(browser.post, "/v1/client/sessions", "DELETE")
            assert revoked.result().status == 200
            assert signed_out.result().status == 200
