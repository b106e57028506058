"""A server compares credentials, and takes them away."""

import pytest

from hallporter.features.credentials import one_time
from tests.concurrency import at_once
from tests.harness import PASSWORD, Backend, Browser, Clock, Tenant

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
KEY = b"Hello!\xde\xad\xbe\xef" * 2


def code(clock: Clock) -> str:
    """Return what an authenticator app shows now."""
    return one_time.hotp(KEY, clock.now() // 30_000)


def test_a_password_is_compared(backend: Backend) -> None:
    path = f"/v1/users/{backend.create_user()['id']}/verify_password"
    assert backend.post(path, password=PASSWORD).ok().json == {"verified": True}
    wrong = backend.post(path, password="wrong password")
    assert (wrong.status, wrong.codes) == (422, ["form_password_incorrect"])


def test_without_a_password_there_is_nothing_to_compare(backend: Backend) -> None:
    user = backend.create_user(password=None, skip_password_requirement=True)
    reply = backend.post(f"/v1/users/{user['id']}/verify_password", password="")
    assert (reply.status, reply.codes) == (400, ["no_password_set"])


def test_a_code_counts_once(backend: Backend, clock: Clock) -> None:
    path = f"/v1/users/{backend.create_user(totp_secret=SECRET)['id']}/verify_totp"
    given = code(clock)
    right = backend.post(path, code=given).ok().json
    assert right == {"verified": True, "code_type": "totp"}
    again = backend.post(path, code=given)
    assert (again.status, again.codes) == (422, ["form_code_incorrect"])


def test_a_backup_code_is_consumed_by_one_of_many(instance: Tenant, backend: Backend) -> None:
    user = backend.create_user(totp_secret=SECRET, backup_codes=["spare one", "spare two"])
    path = f"/v1/users/{user['id']}/verify_totp"

    def verify(_: int) -> int:
        with instance.backend() as each:
            return each.post(path, code="spare one").status

    assert sorted(at_once(5, verify)) == [200, *[422] * 4]
    right = backend.post(path, code=" spare two ").ok().json
    assert right == {"verified": True, "code_type": "backup_code"}
    assert backend.get(f"/v1/users/{user['id']}").json["backup_code_enabled"] is False


def test_without_an_app_no_code_is_taken(backend: Backend) -> None:
    user = backend.create_user(backup_codes=["spare"])
    reply = backend.post(f"/v1/users/{user['id']}/verify_totp", code="spare")
    assert (reply.status, reply.codes) == (400, ["totp_not_enabled"])


@pytest.mark.parametrize(
    ("what", "totp", "backup_codes"),
    [("mfa", False, False), ("totp", False, True), ("backup_code", True, False)],
)
def test_second_factors_are_taken_away(
    backend: Backend, what: str, totp: bool, backup_codes: bool
) -> None:
    path = f"/v1/users/{backend.create_user(totp_secret=SECRET, backup_codes=['spare'])['id']}"
    for _ in range(2):
        assert backend.delete(f"{path}/{what}").ok().json == {"user_id": path.rpartition("/")[2]}
    user = backend.get(path).json
    assert (user["totp_enabled"], user["backup_code_enabled"]) == (totp, backup_codes)
    assert (user["mfa_disabled_at"] is None) == totp


def test_a_password_is_taken_away_and_sessions_stay_unless_asked(
    backend: Backend, browser: Browser
) -> None:
    account = browser.sign_up()
    path = f"/v1/users/{account.user_id}/remove_password"
    assert backend.request("POST", path).ok().json["password_enabled"] is False
    assert len(browser.get("/v1/client").body["sessions"]) == 1
    assert backend.post(path, sign_out_of_other_sessions=True).ok()
    assert browser.get("/v1/client").body["sessions"] == []
