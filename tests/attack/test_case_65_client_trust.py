"""Case 65: a stolen password opens nothing from a browser that its owner never signed in on."""

import pytest

from hallporter.contract.settings import LockoutSettings, Settings
from tests.concurrency import at_once
from tests.conftest import Make
from tests.factors import add_app
from tests.harness import PASSWORD, TEST_CODE, Account, Browser, Clock, Reply, Tenant

LIMIT = 8
CONCURRENT = 20


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that trusts no new browser, and locks after a few wrong guesses."""
    lockout = LockoutSettings(max_attempts=LIMIT)
    return make_instance(Settings(test_mode=True, client_trust=True, lockout=lockout))


@pytest.fixture
def victim(browser: Browser) -> Account:
    """Somebody whose password is known to others; `browser` is theirs."""
    return browser.sign_up()


@pytest.fixture
def thief(instance: Tenant) -> Browser:
    """The browser of whoever has the password."""
    return instance.browser()


def begin(browser: Browser, victim: Account) -> str:
    """Sign in by password as far as it goes, and return the path of the sign-in."""
    begun = browser.sign_in(victim.email_address).ok().body
    assert begun["status"] == "needs_client_trust"
    return f"/v1/client/sign_ins/{begun['id']}"


def ask(browser: Browser, path: str) -> None:
    browser.post(f"{path}/prepare_second_factor", strategy="email_code").ok()


def answer(browser: Browser, path: str, code: str = TEST_CODE) -> Reply:
    return browser.post(f"{path}/attempt_second_factor", strategy="email_code", code=code)


def sign_out(browser: Browser) -> None:
    browser.post("/v1/client/sessions", _method="DELETE").ok()


def assert_stays_out(browser: Browser) -> None:
    client = browser.get("/v1/client").ok().body
    assert client is None or client["sessions"] == []
    assert browser.get("/v1/me").status == 401


def test_case_65_no_other_step_or_strategy_leads_past_it(victim: Account, thief: Browser) -> None:
    path = begin(thief, victim)
    for step in ("prepare_first_factor", "attempt_first_factor", "reset_password"):
        for strategy in ("password", "email_code"):
            given = {"strategy": strategy, "password": PASSWORD, "code": TEST_CODE}
            assert thief.post(f"{path}/{step}", **given).codes == ["client_state_invalid"]
    for strategy in ("password", "totp", "backup_code", "passkey", "ticket", "trusted_device"):
        given = {"strategy": strategy, "password": PASSWORD, "code": TEST_CODE}
        for step in ("prepare_second_factor", "attempt_second_factor"):
            assert thief.post(f"{path}/{step}", **given).codes == ["form_param_value_invalid"]
    assert answer(thief, path).codes == ["verification_missing"]
    assert_stays_out(thief)


def test_case_65_code_goes_to_the_users_own_addresses_only(
    instance: Tenant, victim: Account, thief: Browser
) -> None:
    mallory = instance.browser()
    mallory.sign_up()
    theirs = mallory.get("/v1/me").ok().body["email_addresses"][0]["id"]
    path = begin(thief, victim)
    sent = thief.post(
        f"{path}/prepare_second_factor", strategy="email_code", email_address_id=theirs
    )
    assert sent.codes == ["strategy_for_user_invalid"]


def test_case_65_browser_that_knows_somebody_else_is_new_to_the_victim(
    victim: Account, thief: Browser
) -> None:
    thief.sign_up()
    begin(thief, victim)
    sign_out(thief)
    begin(thief, victim)


def test_case_65_sign_in_that_was_not_finished_makes_nobody_known(
    victim: Account, thief: Browser
) -> None:
    for _ in range(3):
        ask(thief, begin(thief, victim))
    begin(thief, victim)


def test_case_65_client_that_is_only_named_is_nobodys(
    instance: Tenant, browser: Browser, victim: Account, thief: Browser
) -> None:
    sign_out(browser)
    known = browser.cookie("__client") or ""
    header, payload, signature = known.split(".")
    for forged in (f"{header}.{payload}.", f"{header}.{payload}.{signature[::-1]}", payload):
        thief.http.cookies.clear()
        thief.http.cookies.set("__client", forged)
        begin(thief, victim)
    assert browser.sign_in(victim.email_address).ok().body["status"] == "complete"


def test_case_65_outdated_copy_of_a_known_clients_cookie_is_worth_nothing(
    browser: Browser, victim: Account, thief: Browser, clock: Clock
) -> None:
    copied = browser.cookie("__client") or ""
    sign_out(browser)
    clock.advance(minutes=1)
    thief.http.cookies.set("__client", copied)
    begin(thief, victim)


def test_case_65_device_that_was_signed_out_from_afar_is_known_no_more(
    instance: Tenant, browser: Browser, victim: Account, clock: Clock
) -> None:
    sign_out(browser)
    clock.advance(minutes=1)
    browser.sign_in(victim.email_address).ok()
    with instance.backend() as backend:
        (session,) = backend.get(
            "/v1/sessions", user_id=victim.user_id, client_id=browser.client_id, status="active"
        ).json
        backend.post(f"/v1/sessions/{session['id']}/revoke").ok()
    clock.advance(minutes=1)
    path = begin(browser, victim)
    ask(browser, path)
    assert answer(browser, path).ok().body["status"] == "complete"
    sign_out(browser)
    assert browser.sign_in(victim.email_address).ok().body["status"] == "complete"


def test_case_65_code_counts_for_the_sign_in_and_browser_it_was_sent_for(
    instance: Tenant, victim: Account, thief: Browser, clock: Clock
) -> None:
    owner = instance.browser()
    instance.update(test_mode=False)
    theirs, own = begin(thief, victim), begin(owner, victim)
    ask(thief, theirs)
    clock.advance(seconds=1)
    ask(owner, own)
    code = instance.outbox().last_code(victim.email_address)
    assert answer(thief, theirs, code).codes == ["form_code_incorrect"]
    assert answer(thief, own, code).status == 404
    assert answer(owner, own, code).ok().body["status"] == "complete"
    assert answer(owner, own, code).status == 400
    assert_stays_out(thief)


def test_case_65_guesses_are_few_and_lock_the_account(victim: Account, thief: Browser) -> None:
    shown: list[str] = []
    while shown[-1:] != ["user_locked"]:
        path = thief.sign_in(victim.email_address)
        if path.status != 200:
            shown += path.codes
            continue
        path = f"/v1/client/sign_ins/{path.body['id']}"
        ask(thief, path)
        shown += [answer(thief, path, "000000").codes[0] for _ in range(6)]
    assert shown.count("form_code_incorrect") == LIMIT
    # A code takes five answers; the right password in between forgives nothing.
    assert shown[:6] == ["form_code_incorrect"] * 5 + ["verification_failed"]


def test_case_65_parallel_guesses_cost_an_attempt_each(
    instance: Tenant, victim: Account, thief: Browser
) -> None:
    path = begin(thief, victim)
    ask(thief, path)
    browsers = [instance.browser() for _ in range(CONCURRENT)]
    for each in browsers:
        each.http.cookies.set("__client", thief.cookie("__client") or "")
    results = at_once(CONCURRENT, lambda number: answer(browsers[number], path, "000000").codes[0])
    assert results.count("form_code_incorrect") <= 5


def test_case_65_right_code_opens_one_session_however_often_it_is_sent(
    instance: Tenant, victim: Account
) -> None:
    owner = instance.browser()
    path = begin(owner, victim)
    ask(owner, path)
    replies = at_once(CONCURRENT, lambda _: answer(owner, path))
    assert [reply.status for reply in replies].count(200) == 1
    assert len(owner.get("/v1/client").ok().body["sessions"]) == 1


def test_case_65_address_stands_in_for_no_second_factor_that_was_set_up_meanwhile(
    instance: Tenant, victim: Account, thief: Browser
) -> None:
    path = begin(thief, victim)
    ask(thief, path)
    app = add_app(instance, victim.user_id)
    body = answer(thief, path).ok().body
    assert body["status"] == "needs_second_factor"
    assert body["second_factor_verification"] is None
    assert_stays_out(thief)
    attempt = f"{path}/attempt_second_factor"
    done = thief.post(attempt, strategy="totp", code=app.code()).ok().body
    assert done["status"] == "complete"


def test_case_65_banned_user_is_not_let_in_by_the_code(
    instance: Tenant, victim: Account, thief: Browser
) -> None:
    path = begin(thief, victim)
    ask(thief, path)
    with instance.backend() as backend:
        backend.post(f"/v1/users/{victim.user_id}/ban").ok()
    assert answer(thief, path).codes == ["user_banned"]
    assert_stays_out(thief)
