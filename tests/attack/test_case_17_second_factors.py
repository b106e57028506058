"""Cases 17 to 20: the second factor counts once, and there is no way round it."""

import pytest

from hallporter.contract.settings import Settings
from tests.concurrency import at_once
from tests.factors import App, add_app
from tests.harness import (
    ORIGIN,
    PASSWORD,
    TEST_CODE,
    Account,
    Backend,
    Browser,
    Clock,
    Reply,
    Tenant,
    new_number,
)


@pytest.fixture
def account(instance: Tenant) -> Account:
    """Somebody who signs in with two factors."""
    return instance.browser().sign_up()


@pytest.fixture
def app(instance: Tenant, account: Account) -> App:
    """The authenticator app of `account`."""
    return add_app(instance, account.user_id, backup_codes=("first spare", "second spare"))


def waiting(browser: Browser, account: Account) -> str:
    """Give the password and return the path of the sign-in that waits for the second factor."""
    begun = browser.sign_in(account.email_address, account.password).ok()
    assert begun.body["status"] == "needs_second_factor"
    assert begun.body["created_session_id"] is None
    return f"/v1/client/sign_ins/{begun.body['id']}"


def second(browser: Browser, path: str, code: str, strategy: str = "totp") -> Reply:
    """Show a second factor."""
    return browser.post(f"{path}/attempt_second_factor", strategy=strategy, code=code)


def is_signed_in(browser: Browser) -> bool:
    """Tell whether the browser has a session."""
    return browser.get("/v1/me").status == 200


def test_case_17_code_of_the_app_completes_the_sign_in(
    browser: Browser, account: Account, app: App
) -> None:
    path = waiting(browser, account)
    assert not is_signed_in(browser)
    assert second(browser, path, app.code()).ok().body["status"] == "complete"
    assert is_signed_in(browser)


def test_case_17_code_of_the_app_works_once(
    instance: Tenant, browser: Browser, account: Account, app: App
) -> None:
    second(browser, waiting(browser, account), app.code()).ok()
    elsewhere = instance.browser()
    path = waiting(elsewhere, account)
    assert second(elsewhere, path, app.code()).codes == ["form_code_incorrect"]
    assert second(elsewhere, path, app.code(-1)).codes == ["form_code_incorrect"]


def test_case_17_parallel_uses_of_one_code_let_one_in(
    instance: Tenant, account: Account, app: App
) -> None:
    browsers = [instance.browser() for _ in range(5)]
    paths = [waiting(each, account) for each in browsers]
    replies = at_once(5, lambda number: second(browsers[number], paths[number], app.code()))
    assert sorted(reply.status for reply in replies) == [200, 422, 422, 422, 422]


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_case_17_clock_of_the_phone_may_be_a_step_off(
    browser: Browser, account: Account, app: App, steps: int
) -> None:
    assert second(browser, waiting(browser, account), app.code(steps)).status == 200


@pytest.mark.parametrize("steps", [-2, 2])
def test_case_17_clock_of_the_phone_may_not_be_two_steps_off(
    browser: Browser, account: Account, app: App, steps: int
) -> None:
    path = waiting(browser, account)
    assert second(browser, path, app.code(steps)).codes == ["form_code_incorrect"]


@pytest.mark.parametrize("code", ["", "0", "12345678901", "\u0661\u0662\u0663\u0664\u0665\u0666"])
def test_case_17_odd_codes_are_wrong_not_an_error(
    browser: Browser, account: Account, app: App, code: str
) -> None:
    reply = second(browser, waiting(browser, account), code)
    assert reply.status == 422
    assert reply.params == ["code"]


def test_case_18_backup_code_works_once(
    instance: Tenant, browser: Browser, account: Account, app: App
) -> None:
    second(browser, waiting(browser, account), "first spare", "backup_code").ok()
    elsewhere = instance.browser()
    path = waiting(elsewhere, account)
    reply = second(elsewhere, path, "first spare", "backup_code")
    assert reply.codes == ["form_code_incorrect"]
    assert second(elsewhere, path, "second spare", "backup_code").status == 200


def test_case_18_parallel_uses_of_one_backup_code_let_one_in(
    instance: Tenant, account: Account, app: App
) -> None:
    browsers = [instance.browser() for _ in range(5)]
    paths = [waiting(each, account) for each in browsers]
    replies = at_once(
        5, lambda number: second(browsers[number], paths[number], "first spare", "backup_code")
    )
    assert sorted(reply.status for reply in replies) == [200, 422, 422, 422, 422]


@pytest.mark.parametrize("strategy", ["totp", "backup_code"])
def test_case_17_one_code_shown_very_often_at_once_locks_nobody(
    instance: Tenant, account: Account, app: App, strategy: str
) -> None:
    count = 12
    assert count > Settings().lockout.max_attempts
    code = app.code() if strategy == "totp" else "first spare"
    browsers = [instance.browser() for _ in range(count)]
    paths = [waiting(each, account) for each in browsers]
    replies = at_once(count, lambda number: second(browsers[number], paths[number], code, strategy))
    assert sorted(reply.status for reply in replies) == [200, *[422] * (count - 1)]
    assert {tuple(reply.codes) for reply in replies if reply.status == 422} == {
        ("form_code_incorrect",)
    }
    left = next(number for number in range(count) if replies[number].status == 422)
    assert second(browsers[left], paths[left], app.code(1)).status == 200


def test_case_17_wrong_codes_lock_beside_a_spent_one(
    instance: Tenant, browser: Browser, account: Account, app: App
) -> None:
    second(browser, waiting(browser, account), app.code()).ok()
    elsewhere = instance.browser()
    path = waiting(elsewhere, account)
    codes = [second(elsewhere, path, app.code()).codes for _ in range(20)]
    assert codes == [["form_code_incorrect"]] * 20
    for _ in range(Settings().lockout.max_attempts):
        second(elsewhere, path, "000000")
    assert second(elsewhere, path, app.code()).codes == ["user_locked"]


def test_case_19_first_factor_shown_twice_is_no_second(
    browser: Browser, account: Account, app: App
) -> None:
    path = waiting(browser, account)
    reply = browser.post(
        f"{path}/attempt_first_factor", strategy="password", password=account.password
    )
    assert (reply.status, reply.codes) == (400, ["client_state_invalid"])
    reply = browser.post(
        f"{path}/attempt_second_factor", strategy="password", password=account.password
    )
    assert reply.status == 422
    assert not is_signed_in(browser)


def test_case_19_first_factor_shown_in_parallel_is_no_second(
    instance: Tenant, browser: Browser, account: Account, app: App
) -> None:
    begun = browser.post("/v1/client/sign_ins", identifier=account.email_address).ok()
    path = f"/v1/client/sign_ins/{begun.body['id']}/attempt_first_factor"
    token = browser.cookie("__client") or ""
    browsers = [instance.browser() for _ in range(10)]
    for each in browsers:
        each.http.cookies.set("__client", token)
    replies = at_once(
        10,
        lambda number: browsers[number].post(path, strategy="password", password=account.password),
    )
    statuses = {reply.body["status"] for reply in replies if reply.status == 200}
    assert statuses == {"needs_second_factor"}
    assert not is_signed_in(browser)


def test_case_19_second_factor_before_the_first_is_refused(
    browser: Browser, account: Account, app: App
) -> None:
    begun = browser.post("/v1/client/sign_ins", identifier=account.email_address).ok()
    path = f"/v1/client/sign_ins/{begun.body['id']}"
    assert second(browser, path, app.code()).codes == ["client_state_invalid"]


def test_case_19_ticket_is_no_second_factor(
    backend: Backend, browser: Browser, account: Account, app: App
) -> None:
    ticket = backend.post("/v1/sign_in_tokens", user_id=account.user_id).ok().json["token"]
    reply = browser.post("/v1/client/sign_ins", strategy="ticket", ticket=ticket).ok()
    assert reply.body["status"] == "needs_second_factor"
    assert not is_signed_in(browser)
    path = f"/v1/client/sign_ins/{reply.body['id']}"
    assert second(browser, path, app.code()).ok().body["status"] == "complete"


def test_case_19_mailed_code_is_no_second_factor(
    browser: Browser, account: Account, app: App
) -> None:
    begun = browser.post(
        "/v1/client/sign_ins", identifier=account.email_address, strategy="email_code"
    ).ok()
    path = f"/v1/client/sign_ins/{begun.body['id']}"
    reply = browser.post(f"{path}/attempt_first_factor", strategy="email_code", code=TEST_CODE)
    assert reply.ok().body["status"] == "needs_second_factor"
    again = browser.post(f"{path}/attempt_second_factor", strategy="email_code", code=TEST_CODE)
    assert again.status == 422
    assert not is_signed_in(browser)


def test_case_19_proof_of_a_new_browser_is_no_second_factor(
    instance: Tenant, browser: Browser, account: Account, app: App
) -> None:
    # Where a mailed code proves a browser, it still proves nothing else.
    instance.update(client_trust=True)
    path = waiting(browser, account)
    for strategy in ("email_code", "email_link", "phone_code"):
        for step in ("prepare", "attempt"):
            given = {"strategy": strategy, "code": TEST_CODE, "redirect_url": ORIGIN}
            assert browser.post(f"{path}/{step}_second_factor", **given).status in (400, 422)
    assert not is_signed_in(browser)


def test_case_19_second_factor_of_somebody_else_is_none(
    instance: Tenant, browser: Browser, account: Account, app: App
) -> None:
    other = instance.browser().sign_up()
    theirs = add_app(instance, other.user_id, backup_codes=("theirs",))
    path = waiting(browser, account)
    assert second(browser, path, theirs.code()).codes == ["form_code_incorrect"]
    assert second(browser, path, "theirs", "backup_code").codes == ["form_code_incorrect"]
    assert second(instance.browser(), path, app.code()).status in (400, 401, 404)
    assert not is_signed_in(browser)


def test_case_19_factor_set_up_meanwhile_is_asked_for(
    instance: Tenant, browser: Browser, account: Account
) -> None:
    # The sign-in began before there was a second factor.
    strategy = "reset_password_email_code"
    given = {"identifier": account.email_address, "strategy": strategy}
    begun = browser.post("/v1/client/sign_ins", **given).ok().body
    path = f"/v1/client/sign_ins/{begun['id']}"
    browser.post(f"{path}/attempt_first_factor", strategy=strategy, code=TEST_CODE).ok()
    add_app(instance, account.user_id)
    done = browser.post(f"{path}/reset_password", password="another long one").ok()
    assert done.body["status"] == "needs_second_factor"
    waiting(instance.browser(), account)


def test_case_19_sign_up_with_the_address_lets_nobody_in(
    browser: Browser, account: Account, app: App
) -> None:
    path = waiting(browser, account)
    begun = browser.post("/v1/client/sign_ups", email_address=account.email_address)
    assert begun.codes == ["form_identifier_exists"]
    for endpoint in ("sign_ups", "sign_ins"):
        refused = browser.post(f"/v1/client/{endpoint}", transfer="true")
        assert refused.status in (400, 404, 422), refused.text
    assert not is_signed_in(browser)
    # And the sign-in goes on where it was.
    assert second(browser, path, app.code()).ok().body["status"] == "complete"


def reset(browser: Browser, account: Account, **more: str) -> Reply:
    """Choose a new password by way of the mailbox."""
    begun = browser.post(
        "/v1/client/sign_ins",
        identifier=account.email_address,
        strategy="reset_password_email_code",
    ).ok()
    path = f"/v1/client/sign_ins/{begun.body['id']}"
    proved = browser.post(
        f"{path}/attempt_first_factor", strategy="reset_password_email_code", code=TEST_CODE
    ).ok()
    assert proved.body["status"] == "needs_new_password"
    return browser.post(f"{path}/reset_password", password="another long one", **more)


def test_case_20_reset_does_not_bypass_the_second_factor(
    browser: Browser, account: Account, app: App
) -> None:
    done = reset(browser, account).ok()
    assert done.body["status"] == "needs_second_factor"
    assert not is_signed_in(browser)
    path = f"/v1/client/sign_ins/{done.body['id']}"
    assert second(browser, path, app.code()).ok().body["status"] == "complete"


def test_case_20_reset_changes_nothing_before_the_second_factor(
    instance: Tenant, backend: Backend, browser: Browser, account: Account, app: App
) -> None:
    done = reset(browser, account, sign_out_of_other_sessions="true").ok()
    path = f"/v1/client/sign_ins/{done.body['id']}"
    assert second(browser, path, "000000").codes == ["form_code_incorrect"]
    # Neither the password nor the other sessions, whoever reads the mailbox.
    assert backend.get(f"/v1/sessions/{account.session_id}").json["status"] == "active"
    owner = instance.browser()
    waiting(owner, account)
    other = instance.browser().sign_in(account.email_address, "another long one")
    assert other.codes == ["form_password_incorrect"]
    # With it, both; and only once.
    done = second(browser, path, app.code()).ok()
    assert done.body["status"] == "complete"
    statuses = [
        backend.get(f"/v1/sessions/{id}").json["status"]
        for id in (account.session_id, done.body["created_session_id"])
    ]
    assert statuses == ["revoked", "active"]
    assert owner.sign_in(account.email_address, PASSWORD).codes == ["form_password_incorrect"]
    changed = instance.browser().sign_in(account.email_address, "another long one")
    assert changed.ok().body["status"] == "needs_second_factor"


def test_case_20_reset_by_telephone_changes_nothing_before_the_second_factor(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    instance.update(attributes__phone_number__enabled=True)
    number, home = new_number(), instance.browser()
    user = backend.create_user(phone_number=[number])
    add_app(instance, user["id"], backup_codes=("spare", "another"))
    begun = home.sign_in(number).ok().body
    begun = second(home, f"/v1/client/sign_ins/{begun['id']}", "spare", "backup_code").ok().body
    session = f"/v1/sessions/{begun['created_session_id']}"
    strategy = "reset_password_phone_code"
    begun = browser.post("/v1/client/sign_ins", identifier=number, strategy=strategy).ok().body
    path = f"/v1/client/sign_ins/{begun['id']}"
    browser.post(f"{path}/attempt_first_factor", strategy=strategy, code=TEST_CODE).ok()
    given = {"password": "another long one", "sign_out_of_other_sessions": "true"}
    done = browser.post(f"{path}/reset_password", **given).ok()
    assert done.body["status"] == "needs_second_factor"
    assert backend.get(session).json["status"] == "active"
    assert instance.browser().sign_in(number).ok().body["status"] == "needs_second_factor"
    assert second(browser, path, "another", "backup_code").ok().body["status"] == "complete"
    assert backend.get(session).json["status"] == "revoked"
    assert instance.browser().sign_in(number).codes == ["form_password_incorrect"]


def test_case_20_reset_whose_second_factor_is_never_shown_leaves_nothing(
    instance: Tenant, browser: Browser, account: Account, app: App, clock: Clock
) -> None:
    done = reset(browser, account).ok()
    path = f"/v1/client/sign_ins/{done.body['id']}"
    clock.advance(days=1, seconds=1)
    assert second(browser, path, app.code()).codes == ["client_state_invalid"]
    # A sign-in that begins anew has nothing to do with the one before.
    path = waiting(browser, account)
    assert second(browser, path, app.code()).ok().body["status"] == "complete"
    waiting(instance.browser(), account)


def test_case_20_second_choice_of_a_password_is_refused(
    browser: Browser, account: Account, app: App
) -> None:
    done = reset(browser, account).ok()
    path = f"/v1/client/sign_ins/{done.body['id']}/reset_password"
    assert browser.post(path, password="a third long one").codes == ["client_state_invalid"]


def test_case_20_reset_signs_in_and_replaces_the_password(
    instance: Tenant, browser: Browser, account: Account
) -> None:
    assert reset(browser, account).ok().body["status"] == "complete"
    elsewhere = instance.browser()
    assert elsewhere.sign_in(account.email_address, PASSWORD).codes == ["form_password_incorrect"]
    assert elsewhere.sign_in(account.email_address, "another long one").status == 200


def test_case_20_reset_may_end_the_other_sessions(
    backend: Backend, browser: Browser, account: Account
) -> None:
    done = reset(browser, account, sign_out_of_other_sessions="true").ok()
    old = backend.get(f"/v1/sessions/{account.session_id}").json
    new = backend.get(f"/v1/sessions/{done.body['created_session_id']}").json
    assert (old["status"], new["status"]) == ("revoked", "active")


def test_case_20_new_password_needs_the_mailbox_first(browser: Browser, account: Account) -> None:
    begun = browser.post(
        "/v1/client/sign_ins",
        identifier=account.email_address,
        strategy="reset_password_email_code",
    ).ok()
    path = f"/v1/client/sign_ins/{begun.body['id']}/reset_password"
    assert browser.post(path, password="another long one").codes == ["client_state_invalid"]


def test_case_20_code_is_asked_for_again_when_the_attempt_is_abandoned(
    browser: Browser, account: Account, app: App, clock: Clock
) -> None:
    path = waiting(browser, account)
    clock.advance(days=1)
    assert second(browser, path, app.code()).codes == ["client_state_invalid"]


def test_second_factors_are_offered_only_to_users_who_have_them(
    instance: Tenant, browser: Browser, account: Account, app: App
) -> None:
    begun = browser.post("/v1/client/sign_ins", identifier=account.email_address).ok().body
    offered = [each["strategy"] for each in begun["supported_second_factors"]]
    assert offered == ["totp", "backup_code"]
    other = instance.browser().sign_up()
    begun = browser.post("/v1/client/sign_ins", identifier=other.email_address).ok().body
    assert begun["supported_second_factors"] == []


def test_case_17_code_that_turned_the_app_on_opens_nothing(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    somebody = browser.sign_up()
    mine = App(browser.post("/v1/me/totp").ok().body["secret"], clock)
    code = mine.code()
    browser.post("/v1/me/totp/attempt_verification", code=code).ok()
    elsewhere = instance.browser()
    assert second(elsewhere, waiting(elsewhere, somebody), code).codes == ["form_code_incorrect"]


def test_case_17_setting_up_an_app_does_not_replace_the_one_there_is(
    browser: Browser, account: Account, app: App
) -> None:
    second(browser, waiting(browser, account), app.code()).ok()
    assert browser.post("/v1/me/totp").codes == ["totp_already_enabled"]
    guess = browser.post("/v1/me/totp/attempt_verification", code=app.code(1))
    assert guess.codes == ["totp_already_enabled"]


def test_case_17_parallel_changes_of_a_password_leave_one(
    instance: Tenant, browser: Browser
) -> None:
    somebody = browser.sign_up()
    others = [instance.browser() for _ in range(4)]
    for other in others:
        other.sign_in(somebody.email_address).ok()
    replies = at_once(
        4,
        lambda number: others[number].post(
            "/v1/me/change_password", current_password=PASSWORD, new_password=f"changed by {number}"
        ),
    )
    assert sorted(reply.status for reply in replies) == [200, 422, 422, 422]
