"""Case 53: a session in the wrong hands proves nothing anew, and changes no protection."""

import re

import pytest

from hallporter.contract.settings import LockoutSettings, Settings
from tests.attack.test_case_42_actor_tokens import changes_of_own
from tests.concurrency import at_once
from tests.conftest import Make
from tests.factors import add_app
from tests.harness import PASSWORD, Account, Browser, Clock, Reply, Tenant, new_address

_BEGAN_RECENTLY = "it ends what a door began that asks for a recent proof"
_OPENS_NOTHING = "it lets nobody in"
WITHOUT_RECENT_PROOF = {
    **dict.fromkeys(
        (
            "send_verification_email",
            "verify_email_address",
            "send_verification_sms",
            "verify_phone_number",
            "prepare_web3_wallet_verification",
            "attempt_web3_wallet_verification",
            "attempt_passkey_verification",
            "attempt_trusted_device",
            "verify_totp",
        ),
        _BEGAN_RECENTLY,
    ),
    **dict.fromkeys(
        (
            "patch_passkey",
            "reauthorize_external_account",
            "revoke_external_account_tokens",
            "revoke_trusted_device",
        ),
        _OPENS_NOTHING,
    ),
    "update_phone_number": "whether it protects anything, only its body says",
}
STALE = "session_reverification_required"
LIMIT = 5
CONCURRENT = 20


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that locks after few wrong guesses."""
    return make_instance(Settings(test_mode=True, lockout=LockoutSettings(max_attempts=LIMIT)))


@pytest.fixture
def account(browser: Browser, clock: Clock) -> Account:
    """Somebody whose session has been open for an hour, on a machine left alone."""
    account = browser.sign_up()
    clock.advance(hours=1)
    return account


def verify(account: Account) -> str:
    """Return where the session is verified."""
    return f"/v1/client/sessions/{account.session_id}/verify"


def guess(browser: Browser, account: Account, password: str) -> Reply:
    """Try a password."""
    path = f"{verify(account)}/attempt_first_factor"
    return browser.post(path, strategy="password", password=password)


def test_case_53_parallel_guesses_cannot_exceed_the_lockout(
    browser: Browser, account: Account
) -> None:
    browser.post(verify(account), level="first_factor").ok()
    replies = at_once(CONCURRENT, lambda number: guess(browser, account, f"wrong {number}"))
    codes = [reply.codes for reply in replies]
    assert codes.count(["form_password_incorrect"]) == LIMIT
    assert codes.count(["user_locked"]) == CONCURRENT - LIMIT
    assert guess(browser, account, PASSWORD).codes == ["user_locked"]


def test_case_53_starting_anew_gives_no_new_guesses(browser: Browser, account: Account) -> None:
    for _ in range(LIMIT):
        browser.post(verify(account), level="first_factor").ok()
        assert guess(browser, account, "wrong").codes == ["form_password_incorrect"]
    assert browser.post(verify(account), level="first_factor").codes == ["user_locked"]


def test_case_53_authenticator_code_proves_once(
    browser: Browser, account: Account, instance: Tenant
) -> None:
    app = add_app(instance, account.user_id)
    path = f"{verify(account)}/attempt_second_factor"
    code = app.code()
    browser.post(verify(account), level="second_factor").ok()
    browser.post(path, strategy="totp", code=code).ok()
    browser.post(verify(account), level="second_factor").ok()
    again = browser.post(path, strategy="totp", code=code)
    assert again.codes == ["form_code_incorrect"]


def test_case_53_the_first_factor_does_not_stand_for_the_second(
    browser: Browser, account: Account, instance: Tenant
) -> None:
    add_app(instance, account.user_id)
    browser.post(verify(account), level="first_factor").ok()
    guess(browser, account, PASSWORD).ok()
    refused = browser.post("/v1/me/email_addresses", email_address=new_address())
    assert refused.codes == ["session_reverification_required"]


@pytest.mark.parametrize("strategy", ["ticket", "reset_password_email_code", "oauth_google"])
def test_case_53_other_strategies_prove_nothing(
    browser: Browser, account: Account, strategy: str
) -> None:
    browser.post(verify(account), level="first_factor").ok()
    for step in ("prepare_first_factor", "attempt_first_factor"):
        refused = browser.post(f"{verify(account)}/{step}", strategy=strategy, code="424242")
        assert refused.codes == ["form_param_value_invalid"]


def test_case_53_nobody_proves_themselves_in_anothers_session(
    account: Account, instance: Tenant
) -> None:
    stranger = instance.browser()
    stranger.sign_up()
    assert stranger.post(verify(account), level="first_factor").status == 401
    assert guess(stranger, account, PASSWORD).status == 401


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("POST", "/v1/me/change_password", {"new_password": "another horse battery"}),
        ("POST", "/v1/me/remove_password", {"current_password": PASSWORD}),
        ("POST", "/v1/me/totp", {}),
        ("DELETE", "/v1/me/totp", {}),
        ("POST", "/v1/me/backup_codes", {}),
        ("POST", "/v1/me/email_addresses", {"email_address": "mallory@example.com"}),
        ("POST", "/v1/me/external_accounts", {"strategy": "oauth_google", "redirect_url": "/"}),
        ("DELETE", "/v1/me", {}),
    ],
)
def test_case_53_a_stale_session_changes_no_protection(
    browser: Browser, account: Account, method: str, path: str, form: dict[str, str]
) -> None:
    refused = browser.post(path, _method=method, **form)
    assert (refused.status, refused.codes) == (403, ["session_reverification_required"])
    browser.get("/v1/me").ok()


def test_case_53_every_endpoint_that_protects_asks_for_a_recent_proof(
    browser: Browser, account: Account
) -> None:
    replies = {
        each.name: browser.post(re.sub(r"\{\w+\}", "some_id", each.path), _method=each.method)
        for each in changes_of_own()
    }
    passed = {name for name, reply in replies.items() if STALE not in reply.text}
    assert passed == set(WITHOUT_RECENT_PROOF)
    assert len(replies) > 30
