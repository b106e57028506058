"""Cases 13 and 14: guesses are counted per account, whatever they are and however they come."""

import pytest

from hallporter.contract.settings import LockoutSettings, Settings
from tests.concurrency import at_once
from tests.conftest import Make
from tests.factors import add_app
from tests.harness import PASSWORD, Account, Backend, Browser, Clock, Tenant

LIMIT = 5
CONCURRENT = 30


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that locks after few wrong guesses."""
    return make_instance(Settings(test_mode=True, lockout=LockoutSettings(max_attempts=LIMIT)))


@pytest.fixture
def victim(instance: Tenant) -> Account:
    """Somebody whose password is guessed."""
    return instance.browser().sign_up()


def guess(instance: Tenant, identifier: str, password: str) -> list[str]:
    """Guess a password and return the error codes."""
    return instance.browser().sign_in(identifier, password).codes


def lock(instance: Tenant, victim: Account) -> None:
    """Guess wrong as often as it takes."""
    for _ in range(LIMIT):
        assert guess(instance, victim.email_address, "wrong") == ["form_password_incorrect"]


def test_case_13_account_locks_at_the_limit_and_opens_after_its_time(
    instance: Tenant, victim: Account, browser: Browser, clock: Clock
) -> None:
    lock(instance, victim)
    reply = browser.sign_in(victim.email_address)
    assert (reply.status, reply.codes) == (403, ["user_locked"])
    error = reply.json["errors"][0]
    assert error["meta"] == {"lockout_expires_in_seconds": 3600}
    assert error["long_message"] == "This account is locked. Try again in 1 hour."
    clock.advance(minutes=60, seconds=-1)
    assert browser.sign_in(victim.email_address).codes == ["user_locked"]
    clock.advance(seconds=1)
    assert browser.sign_in(victim.email_address).status == 200


def test_case_13_the_owner_hears_of_a_lock_once(
    instance: Tenant, victim: Account, clock: Clock
) -> None:
    expected = [(victim.email_address, "account_locked")]
    lock(instance, victim)
    assert instance.outbox().messages() == expected
    assert guess(instance, victim.email_address, "wrong") == ["user_locked"]
    assert instance.outbox().messages() == expected
    for fact, value in {
        "failed_attempts": LIMIT,
        "lockout_duration": "60 minutes",
        "unlock_time": clock.now() + 3_600_000,
    }.items():
        assert instance.outbox().last_variable(victim.email_address, fact) == str(value)


def test_case_13_parallel_guesses_cannot_exceed_the_lockout(
    instance: Tenant, victim: Account
) -> None:
    browsers = [instance.browser() for _ in range(CONCURRENT)]
    replies = at_once(
        CONCURRENT, lambda number: browsers[number].sign_in(victim.email_address, f"wrong {number}")
    )
    codes = [reply.codes for reply in replies]
    assert codes.count(["form_password_incorrect"]) == LIMIT
    assert codes.count(["user_locked"]) == CONCURRENT - LIMIT


def test_case_13_right_guess_among_parallel_ones_looks_like_the_others_once_locked(
    instance: Tenant, victim: Account
) -> None:
    browsers = [instance.browser() for _ in range(CONCURRENT)]

    def one_right(number: int) -> list[str]:
        reply = browsers[number].sign_in(
            victim.email_address, PASSWORD if number == CONCURRENT - 1 else "wrong"
        )
        return ["in"] if reply.status == 200 else reply.codes

    results = at_once(CONCURRENT, one_right)
    assert results[-1] in (["in"], ["user_locked"])
    # Whoever is not told that the account is locked has spent one of the few guesses, of which
    # there are more after a success.
    guesses = LIMIT if results[-1] == ["user_locked"] else 2 * LIMIT - 1
    assert results.count(["form_password_incorrect"]) <= guesses


def test_case_13_parallel_codes_of_one_sign_in_cost_an_attempt_each(
    instance: Tenant, victim: Account, browser: Browser
) -> None:
    attempt = browser.post(
        "/v1/client/sign_ins", identifier=victim.email_address, strategy="email_code"
    ).ok()
    path = f"/v1/client/sign_ins/{attempt.body['id']}/attempt_first_factor"
    token = browser.cookie("__client") or ""
    browsers = [instance.browser() for _ in range(CONCURRENT)]
    for each in browsers:
        each.http.cookies.set("__client", token)
    results = at_once(
        CONCURRENT,
        lambda number: browsers[number].post(path, strategy="email_code", code="000000").codes[0],
    )
    assert results.count("form_code_incorrect") <= LIMIT
    assert set(results) <= {"form_code_incorrect", "verification_failed", "user_locked"}


def test_case_14_spelling_of_the_identifier_makes_no_second_account(
    instance: Tenant, victim: Account
) -> None:
    name, _, domain = victim.email_address.partition("@")
    spellings = [
        victim.email_address.upper(),
        f"  {victim.email_address}",
        f"{victim.email_address}\t",
        f"{name}@{domain.upper()}",
        f"{name.title()}@{domain}",
    ]
    for spelling in spellings:
        assert guess(instance, spelling, "wrong") == ["form_password_incorrect"]
    assert guess(instance, victim.email_address, PASSWORD) == ["user_locked"]


def test_case_14_lookalike_identifier_is_nobody(instance: Tenant, victim: Account) -> None:
    lookalikes = [
        victim.email_address.replace("@", "\uff20"),
        victim.email_address.replace("a", "\u0430", 1),
        victim.email_address.replace("example", "ex\u0430mple"),
        victim.email_address.replace("+clerk_test", ""),
    ]
    for lookalike in lookalikes:
        assert guess(instance, lookalike, PASSWORD) == ["form_identifier_not_found"]


def test_case_14_strategies_share_one_count(
    instance: Tenant, victim: Account, browser: Browser
) -> None:
    app = add_app(instance, victim.user_id, backup_codes=("spare",))
    codes: list[str] = guess(instance, victim.email_address, "wrong")
    for strategy in ("email_code", "reset_password_email_code"):
        begun = browser.post(
            "/v1/client/sign_ins", identifier=victim.email_address, strategy=strategy
        ).ok()
        path = f"/v1/client/sign_ins/{begun.body['id']}/attempt_first_factor"
        codes += browser.post(path, strategy=strategy, code="000000").codes
    begun = browser.sign_in(victim.email_address).ok()
    path = f"/v1/client/sign_ins/{begun.body['id']}/attempt_second_factor"
    codes += browser.post(path, strategy="totp", code="000000").codes
    codes += browser.post(path, strategy="backup_code", code="wrong").codes
    assert codes == ["form_password_incorrect"] + ["form_code_incorrect"] * 4
    assert browser.post(path, strategy="totp", code=app.code()).codes == ["user_locked"]


def test_case_14_attackers_own_success_does_not_reset_the_victims_count(
    instance: Tenant, victim: Account
) -> None:
    attacker = instance.browser().sign_up()
    for _ in range(LIMIT - 1):
        guess(instance, victim.email_address, "wrong")
    instance.browser().sign_in(attacker.email_address).ok()
    guess(instance, victim.email_address, "wrong")
    assert guess(instance, victim.email_address, PASSWORD) == ["user_locked"]


def test_case_14_known_password_does_not_reset_the_count_of_second_factors(
    instance: Tenant, victim: Account, browser: Browser
) -> None:
    app = add_app(instance, victim.user_id)
    path = ""
    for _ in range(LIMIT):
        begun = browser.sign_in(victim.email_address).ok()
        path = f"/v1/client/sign_ins/{begun.body['id']}/attempt_second_factor"
        assert browser.post(path, strategy="totp", code="000000").codes == ["form_code_incorrect"]
    assert browser.post(path, strategy="totp", code=app.code()).codes == ["user_locked"]
    assert browser.sign_in(victim.email_address).codes == ["user_locked"]


def test_case_14_locked_account_takes_no_way_in(
    instance: Tenant, backend: Backend, victim: Account, browser: Browser
) -> None:
    lock(instance, victim)
    ticket = backend.post("/v1/sign_in_tokens", user_id=victim.user_id).ok().json["token"]
    for form in (
        {"identifier": victim.email_address},
        {"identifier": victim.email_address, "strategy": "email_code"},
        {"identifier": victim.email_address, "strategy": "reset_password_email_code"},
        {"strategy": "ticket", "ticket": ticket},
    ):
        assert browser.post("/v1/client/sign_ins", **form).codes == ["user_locked"], form


def test_case_14_success_of_the_owner_forgives_earlier_slips(
    instance: Tenant, victim: Account
) -> None:
    for _ in range(3):
        for _ in range(LIMIT - 1):
            guess(instance, victim.email_address, "wrong")
        instance.browser().sign_in(victim.email_address).ok()


def test_case_13_current_password_is_no_place_for_more_guesses(
    instance: Tenant, victim: Account, browser: Browser
) -> None:
    browser.sign_in(victim.email_address).ok()
    shown = [
        browser.post(
            "/v1/me/change_password", current_password=f"guess {number}", new_password="whatever it"
        )
        for number in range(LIMIT + 1)
    ]
    assert [reply.codes for reply in shown[:-1]] == [["form_password_incorrect"]] * LIMIT
    right = browser.post(
        "/v1/me/change_password", current_password=PASSWORD, new_password="another password"
    )
    assert right.codes == shown[-1].codes == ["user_locked"]
    assert instance.browser().sign_in(victim.email_address).codes == ["user_locked"]
