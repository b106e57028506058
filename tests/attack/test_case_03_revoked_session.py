"""Case 3: a revoked session is over at once, whatever its token's time says."""

import pytest

from tests.handshakes import cookies_of
from tests.harness import Account, Backend, Browser, Tenant


@pytest.fixture
def revoked(backend: Backend, browser: Browser) -> tuple[Account, str]:
    """A session that was revoked, and its token, still young."""
    account = browser.sign_up()
    token = browser.token(account.session_id)
    backend.post(f"/v1/sessions/{account.session_id}/revoke").ok()
    return account, token


def test_case_03_token_of_a_revoked_session_is_refused_by_verify_at_once(
    instance: Tenant, backend: Backend, revoked: tuple[Account, str]
) -> None:
    account, token = revoked
    assert backend.post("/v1/clients/verify", token=token).status == 404
    with instance.backend("2024-10-01") as older:
        reply = older.post(f"/v1/sessions/{account.session_id}/verify", token=token)
    assert (reply.status, reply.codes) == (401, ["session_not_active"])


def test_case_03_revoked_session_mints_no_token(
    backend: Backend, browser: Browser, revoked: tuple[Account, str]
) -> None:
    account, _ = revoked
    for caller in (
        browser.post(f"/v1/client/sessions/{account.session_id}/tokens"),
        backend.post(f"/v1/sessions/{account.session_id}/tokens"),
    ):
        assert (caller.status, caller.codes) == (401, ["session_not_active"])


def test_case_03_revoked_session_is_nobodys(browser: Browser, revoked: tuple[Account, str]) -> None:
    account, _ = revoked
    assert browser.get("/v1/me").status == 401
    assert browser.get("/v1/me", _clerk_session_id=account.session_id).status == 401
    assert browser.get("/v1/client").body["sessions"] == []


def test_case_03_touch_does_not_revive_it(
    backend: Backend, browser: Browser, revoked: tuple[Account, str]
) -> None:
    account, _ = revoked
    assert browser.post(f"/v1/client/sessions/{account.session_id}/touch").status == 401
    assert backend.get(f"/v1/sessions/{account.session_id}").json["status"] == "revoked"


def test_case_03_refresh_token_dies_with_its_session(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    account = browser.sign_up()
    cookies = cookies_of(instance, browser)
    refresh_token = next(value for name, value in cookies.items() if name.startswith("__refresh"))
    backend.post(f"/v1/sessions/{account.session_id}/revoke").ok()
    reply = backend.post(
        f"/v1/sessions/{account.session_id}/refresh",
        expired_token=cookies["__session"],
        refresh_token=refresh_token,
        request_origin="http://localhost:3000",
    )
    assert (reply.status, reply.codes) == (401, ["session_refresh_inactive_session"])
