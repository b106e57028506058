"""Case 51: nobody is flooded with codes, and nobody pays for such a flood."""

from collections.abc import Callable
from typing import Any

import pytest

from hallporter.contract.settings import Settings
from tests import links
from tests.concurrency import at_once
from tests.conftest import Make
from tests.harness import Backend, Browser, Clock, Outbox, Reply, Tenant, new_address

ADDRESS, NUMBER = "ada@example.com", "+32471234567"
SIGN_INS, SIGN_UPS = "/v1/client/sign_ins", "/v1/client/sign_ups"
AT_ONCE = 6
Ask = Callable[[], Reply]


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that sends every code it makes."""
    tenant = make_instance(Settings(reverification=False))
    tenant.update(
        attributes__phone_number__enabled=True,
        attributes__email_address__first_factors=["email_code", "email_link"],
        attributes__email_address__verifications=["email_code", "email_link"],
    )
    return tenant


@pytest.fixture
def ada(backend: Backend) -> Any:
    """The person whose mailbox it is."""
    return backend.create_user(email_address=[ADDRESS], phone_number=[NUMBER])


def sign_in(browser: Browser) -> Ask:
    """Ask again within one sign-in."""
    path = f"{SIGN_INS}/{browser.post(SIGN_INS, identifier=ADDRESS).ok().body['id']}"
    return lambda: browser.post(f"{path}/prepare_first_factor", strategy="email_code")


def link(browser: Browser) -> Ask:
    """Ask for links instead."""
    path = f"{SIGN_INS}/{browser.post(SIGN_INS, identifier=ADDRESS).ok().body['id']}"
    form = {"strategy": "email_link", "redirect_url": links.HERE}
    return lambda: browser.post(f"{path}/prepare_first_factor", **form)


def reset(browser: Browser) -> Ask:
    """Ask for a new password."""
    path = f"{SIGN_INS}/{browser.post(SIGN_INS, identifier=NUMBER).ok().body['id']}"
    form = {"strategy": "reset_password_phone_code"}
    return lambda: browser.post(f"{path}/prepare_first_factor", **form)


def new_sign_ins(browser: Browser) -> Ask:
    """Begin anew each time."""
    return lambda: browser.post(SIGN_INS, identifier=ADDRESS, strategy="email_code")


def sign_up(browser: Browser) -> Ask:
    """Ask again within one sign-up."""
    begun = browser.post(SIGN_UPS, email_address="eve@example.com", password="long enough").ok()
    path = f"{SIGN_UPS}/{begun.body['id']}"
    return lambda: browser.post(f"{path}/prepare_verification", strategy="email_code")


def reverification(browser: Browser) -> Ask:
    """Prove oneself anew."""
    id = browser.sign_in(ADDRESS).ok().body["created_session_id"]
    browser.post(f"/v1/client/sessions/{id}/verify", level="first_factor").ok()
    path = f"/v1/client/sessions/{id}/verify/prepare_first_factor"
    return lambda: browser.post(path, strategy="phone_code")


def profile(browser: Browser) -> Ask:
    """Ask for the code of a new address."""
    browser.sign_in(ADDRESS).ok()
    made = browser.post("/v1/me/email_addresses", email_address="new@example.com").ok().body
    path = f"/v1/me/email_addresses/{made['id']}/prepare_verification"
    return lambda: browser.post(path, strategy="email_code")


WAYS = [sign_in, link, reset, new_sign_ins, sign_up, profile]


@pytest.mark.parametrize("endpoint", WAYS)
def test_case_51_six_codes_at_once_and_then_one_every_five_minutes(
    ada: Any, browser: Browser, outbox: Outbox, clock: Clock, endpoint: Callable[[Browser], Ask]
) -> None:
    ask = endpoint(browser)
    for _ in range(AT_ONCE):
        ask().ok()
    sent = len(outbox.rows())
    refused = ask()
    assert (refused.status, refused.codes) == (429, ["too_many_requests"])
    assert refused.headers["retry-after"] == "300"
    clock.advance(seconds=299)
    assert ask().headers["retry-after"] == "1"
    assert len(outbox.rows()) == sent
    clock.advance(seconds=1)
    ask().ok()
    assert ask().status == 429


def test_case_51_who_is_signed_in_already_has_codes_of_their_own(
    ada: Any, browser: Browser, clock: Clock
) -> None:
    ask = reverification(browser)
    for _ in range(AT_ONCE):
        ask().ok()
    # Not because of the number, of which strangers may have had all, but of the attempt.
    for _ in range(4):
        assert ask().headers["retry-after"] == "60"
        clock.advance(minutes=1)
        ask().ok()


def test_case_51_refusal_leaves_the_code_before_good(
    ada: Any, browser: Browser, outbox: Outbox, clock: Clock
) -> None:
    path = f"{SIGN_INS}/{browser.post(SIGN_INS, identifier=ADDRESS).ok().body['id']}"
    for _ in range(AT_ONCE):
        clock.advance(seconds=1)
        browser.post(f"{path}/prepare_first_factor", strategy="email_code").ok()
    assert browser.post(f"{path}/prepare_first_factor", strategy="email_code").status == 429
    form = {"strategy": "email_code", "code": outbox.last_code(ADDRESS)}
    assert browser.post(f"{path}/attempt_first_factor", **form).ok().body["status"] == "complete"


def test_case_51_a_stranger_keeps_nobody_from_their_own_codes(
    instance: Tenant, ada: Any, browser: Browser
) -> None:
    stranger, eve = instance.browser(), instance.browser()
    id = browser.sign_in(ADDRESS).ok().body["created_session_id"]
    browser.post(f"/v1/client/sessions/{id}/end").ok()
    instance.backend().create_user(email_address=["eve@example.com"])
    eve.sign_in("eve@example.com").ok()
    for _ in range(AT_ONCE):
        new_sign_ins(stranger)().ok()
    assert new_sign_ins(stranger)().status == 429
    assert new_sign_ins(eve)().status == 429
    # Where she was signed in before she has as many of her own, whatever they come by.
    statuses = [*[new_sign_ins(browser)().status for _ in range(3)]]
    statuses += [sign_in(browser)().status for _ in range(4)]
    assert statuses == [200] * AT_ONCE + [429]


def test_case_51_a_device_that_was_signed_out_from_afar_is_a_strangers(
    instance: Tenant, ada: Any, browser: Browser, backend: Backend
) -> None:
    id = browser.sign_in(ADDRESS).ok().body["created_session_id"]
    backend.post(f"/v1/sessions/{id}/revoke").ok()
    stranger = instance.browser()
    for _ in range(AT_ONCE):
        new_sign_ins(stranger)().ok()
    assert new_sign_ins(browser)().status == 429


def test_case_51_spellings_and_endpoints_share_the_limit_of_a_mailbox(
    instance: Tenant, ada: Any, outbox: Outbox
) -> None:
    for number in range(AT_ONCE):
        spelled = (" ADA@example.com ", "ada@EXAMPLE.com", ADDRESS)[number % 3]
        form = {"identifier": spelled, "strategy": "email_code"}
        instance.browser().post(SIGN_INS, **form).ok()
    form = {"identifier": ADDRESS, "strategy": "reset_password_email_code"}
    assert instance.browser().post(SIGN_INS, **form).status == 429
    # Somebody else's mailbox is another one.
    sign_up(instance.browser())().ok()


def test_case_51_one_sign_up_does_not_write_to_everybody(browser: Browser) -> None:
    begun = browser.post(SIGN_UPS, password="long enough").ok().body
    path = f"{SIGN_UPS}/{begun['id']}"

    def write_to(address: str) -> Reply:
        browser.post(path, _method="PATCH", email_address=address).ok()
        return browser.post(f"{path}/prepare_verification", strategy="email_code")

    for number in range(AT_ONCE):
        write_to(f"victim{number}@example.com").ok()
    refused = write_to("victim@example.com")
    assert (refused.status, refused.headers["retry-after"]) == (429, "60")


def test_case_51_parallel_requests_share_the_limit(instance: Tenant, ada: Any) -> None:
    browsers = [instance.browser() for _ in range(12)]
    form = {"identifier": ADDRESS, "strategy": "email_code"}
    replies = at_once(12, lambda number: browsers[number].post(SIGN_INS, **form))
    statuses = [reply.status for reply in replies]
    assert (statuses.count(200), statuses.count(429)) == (AT_ONCE, 12 - AT_ONCE)


def test_case_51_a_clock_that_is_set_back_keeps_nobody_waiting(
    ada: Any, browser: Browser, clock: Clock
) -> None:
    ask = sign_in(browser)
    clock.advance(days=30)
    for _ in range(AT_ONCE):
        ask = new_sign_ins(browser)
        ask().ok()
    clock.advance(days=-30)
    ask().ok()


def test_case_51_limits_of_instances_are_their_own(
    instance: Tenant, make_instance: Make, ada: Any, browser: Browser
) -> None:
    ask = sign_up(browser)
    assert [ask().status for _ in range(AT_ONCE + 1)][-1] == 429
    other = make_instance(Settings()).browser()
    sign_up(other)().ok()


def test_test_addresses_may_ask_as_often_as_they_like(make_instance: Make) -> None:
    browser = make_instance(Settings(test_mode=True)).browser()
    begun = browser.post(SIGN_UPS, email_address=new_address(), password="long enough").ok().body
    for _ in range(3 * AT_ONCE):
        path = f"{SIGN_UPS}/{begun['id']}/prepare_verification"
        browser.post(path, strategy="email_code").ok()
