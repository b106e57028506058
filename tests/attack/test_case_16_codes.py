"""Case 16: a mailed code works once, for ten minutes, for the sign-in it was sent for."""

import pytest

from hallporter.contract.settings import Settings
from tests.concurrency import at_once
from tests.conftest import Make
from tests.harness import TEST_CODE, Account, Browser, Clock, Outbox, Reply, Tenant

ADDRESS = "ada@example.com"


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance without test mode: every code is random and mailed."""
    return make_instance(Settings(test_mode=False))


@pytest.fixture
def account(instance: Tenant, outbox: Outbox, clock: Clock) -> Account:
    """Somebody with a mailbox, whose sign-up is a moment ago."""
    browser = instance.browser()
    begun = browser.post("/v1/client/sign_ups", email_address=ADDRESS, password="long enough").ok()
    path = f"/v1/client/sign_ups/{begun.body['id']}"
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    done = browser.post(
        f"{path}/attempt_verification", strategy="email_code", code=outbox.last_code(ADDRESS)
    ).ok()
    clock.advance(seconds=1)
    return Account(
        ADDRESS, "long enough", done.body["created_user_id"], done.body["created_session_id"]
    )


def begin(browser: Browser) -> str:
    """Ask for a code and return the path of the sign-in."""
    begun = browser.post("/v1/client/sign_ins", identifier=ADDRESS, strategy="email_code").ok()
    return f"/v1/client/sign_ins/{begun.body['id']}"


def attempt(browser: Browser, path: str, code: str) -> Reply:
    """Show a code."""
    return browser.post(f"{path}/attempt_first_factor", strategy="email_code", code=code)


def another(code: str) -> str:
    """Return some other code."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_case_16_code_signs_in(account: Account, browser: Browser, outbox: Outbox) -> None:
    path = begin(browser)
    assert attempt(browser, path, outbox.last_code(ADDRESS)).ok().body["status"] == "complete"


def test_case_16_code_is_good_for_ten_minutes(
    account: Account, browser: Browser, outbox: Outbox, clock: Clock
) -> None:
    path = begin(browser)
    clock.advance(minutes=10)
    reply = attempt(browser, path, outbox.last_code(ADDRESS))
    assert (reply.status, reply.codes) == (400, ["verification_expired"])


def test_case_16_code_works_once(
    instance: Tenant, account: Account, browser: Browser, outbox: Outbox
) -> None:
    path = begin(browser)
    code = outbox.last_code(ADDRESS)
    attempt(browser, path, code).ok()
    assert attempt(browser, path, code).codes == ["client_state_invalid"]
    elsewhere = instance.browser()
    assert attempt(elsewhere, begin(elsewhere), code).codes == ["form_code_incorrect"]


def test_case_16_parallel_uses_of_one_code_make_one_session(
    instance: Tenant, account: Account, browser: Browser, outbox: Outbox
) -> None:
    path, code = begin(browser), outbox.last_code(ADDRESS)
    token = browser.cookie("__client") or ""
    browsers = [instance.browser() for _ in range(10)]
    for each in browsers:
        each.http.cookies.set("__client", token)
    replies = at_once(10, lambda number: attempt(browsers[number], path, code))
    assert [reply.status for reply in replies].count(200) == 1
    assert all(reply.status < 500 or reply.is_late for reply in replies)
    with instance.backend() as backend:
        sessions = backend.get("/v1/sessions", user_id=account.user_id, limit=100).ok().json
    assert len(sessions) == 2


def test_case_16_two_hundred_guesses_from_two_browsers_get_five_tries_and_one_session(
    instance: Tenant, account: Account, browser: Browser, outbox: Outbox
) -> None:
    path, code = begin(browser), outbox.last_code(ADDRESS)
    token = browser.cookie("__client") or ""
    browsers = [browser, instance.browser()]
    browsers[1].http.cookies.set("__client", token)

    def guess(number: int) -> str:
        # Each browser knows the code once in twenty guesses.
        given = code if number // 2 % 20 == 7 else another(code)
        reply = attempt(browsers[number % 2], path, given)
        assert reply.status < 500 or reply.is_late
        return "in" if reply.status == 200 else reply.codes[0]

    results = at_once(200, guess)
    assert results.count("in") <= 1
    assert results.count("form_code_incorrect") <= 5
    with instance.backend() as backend:
        sessions = backend.get("/v1/sessions", user_id=account.user_id, limit=100).ok().json
    assert len(sessions) == 1 + results.count("in")


def test_case_16_code_is_bound_to_its_sign_in(
    instance: Tenant, account: Account, browser: Browser, outbox: Outbox, clock: Clock
) -> None:
    begin(browser)
    code = outbox.last_code(ADDRESS)
    clock.advance(seconds=1)
    attacker = instance.browser()
    path = begin(attacker)
    assert attempt(attacker, path, code).codes == ["form_code_incorrect"]


def test_case_16_code_of_a_sign_in_does_not_reset_a_password(
    account: Account, browser: Browser, outbox: Outbox
) -> None:
    path = begin(browser)
    code = outbox.last_code(ADDRESS)
    reply = browser.post(
        f"{path}/attempt_first_factor", strategy="reset_password_email_code", code=code
    )
    assert reply.codes == ["verification_strategy_invalid"]


def test_case_16_new_code_kills_the_old_one(
    account: Account, browser: Browser, outbox: Outbox, clock: Clock
) -> None:
    path = begin(browser)
    old = outbox.last_code(ADDRESS)
    clock.advance(seconds=1)
    browser.post(f"{path}/prepare_first_factor", strategy="email_code").ok()
    new = outbox.last_code(ADDRESS)
    if old != new:
        assert attempt(browser, path, old).codes == ["form_code_incorrect"]
    assert attempt(browser, path, new).status == 200


def test_case_16_five_wrong_attempts_use_a_code_up(
    account: Account, browser: Browser, outbox: Outbox
) -> None:
    path = begin(browser)
    code = outbox.last_code(ADDRESS)
    for _ in range(5):
        assert attempt(browser, path, another(code)).codes == ["form_code_incorrect"]
    reply = attempt(browser, path, code)
    assert (reply.status, reply.codes) == (400, ["verification_failed"])


def test_case_16_code_of_a_sign_up_has_the_same_limits(
    browser: Browser, outbox: Outbox, clock: Clock
) -> None:
    begun = browser.post("/v1/client/sign_ups", email_address=ADDRESS, password="long enough").ok()
    path = f"/v1/client/sign_ups/{begun.body['id']}"
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    code = outbox.last_code(ADDRESS)
    for _ in range(5):
        reply = browser.post(
            f"{path}/attempt_verification", strategy="email_code", code=another(code)
        )
        assert reply.codes == ["form_code_incorrect"]
    reply = browser.post(f"{path}/attempt_verification", strategy="email_code", code=code)
    assert reply.codes == ["verification_failed"]
    clock.advance(seconds=1)
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    clock.advance(minutes=10)
    code = outbox.last_code(ADDRESS)
    reply = browser.post(f"{path}/attempt_verification", strategy="email_code", code=code)
    assert reply.codes == ["verification_expired"]


def test_case_16_code_for_one_address_does_not_prove_another(
    browser: Browser, outbox: Outbox
) -> None:
    begun = browser.post("/v1/client/sign_ups", email_address=ADDRESS, password="long enough").ok()
    path = f"/v1/client/sign_ups/{begun.body['id']}"
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    browser.post(path, _method="PATCH", email_address="victim@example.com").ok()
    code = outbox.last_code(ADDRESS)
    reply = browser.post(f"{path}/attempt_verification", strategy="email_code", code=code)
    assert (reply.status, reply.codes) == (400, ["verification_missing"])


@pytest.mark.parametrize("spelling", ["{}", " {} "])
def test_case_16_code_may_be_pasted_with_spaces(
    account: Account, browser: Browser, outbox: Outbox, spelling: str
) -> None:
    path = begin(browser)
    assert attempt(browser, path, spelling.format(outbox.last_code(ADDRESS))).status == 200


def test_case_43_test_code_opens_nothing_without_test_mode(
    browser: Browser, outbox: Outbox
) -> None:
    address = "ada+clerk_test@example.com"
    begun = browser.post("/v1/client/sign_ups", email_address=address, password="long enough").ok()
    path = f"/v1/client/sign_ups/{begun.body['id']}"
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    if outbox.last_code(address) != TEST_CODE:
        reply = browser.post(f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE)
        assert reply.codes == ["form_code_incorrect"]
    assert [to for to, _ in outbox.messages()] == [address]


def test_case_43_test_code_opens_no_ordinary_address_in_test_mode(make_instance: Make) -> None:
    tenant = make_instance(Settings(test_mode=True))
    browser, outbox = tenant.browser(), tenant.outbox()
    begun = browser.post("/v1/client/sign_ups", email_address=ADDRESS, password="long enough").ok()
    path = f"/v1/client/sign_ups/{begun.body['id']}"
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    if outbox.last_code(ADDRESS) != TEST_CODE:
        reply = browser.post(f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE)
        assert reply.codes == ["form_code_incorrect"]
