"""Case 21: where the instance hides it, nobody learns who has an account without proving it."""

import asyncio
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hallporter.contract.settings import LockoutSettings, Settings
from hallporter.edge import pacing
from hallporter.edge.operation import catalogue
from hallporter.main import ENDPOINTS
from tests import links
from tests.conftest import Make
from tests.devices import App
from tests.harness import PASSWORD, Backend, Browser, Outbox, Reply, Tenant
from tests.timing_of_answers import accuracy

USER, STRANGER = "ada@example.com", "eve@example.com"
NUMBER, OTHER_NUMBER = "+32471234567", "+32471234568"
SIGN_INS, SIGN_UPS = "/v1/client/sign_ins", "/v1/client/sign_ups"
# What differs between any two requests, whoever they are about.
_ITS_OWN = re.compile(
    r'"(?:id|client_id|clerk_trace_id|created_at|updated_at|expire_at|abandon_at)":("[^"]*"|\d+)'
)


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that hides who has an account, and has every way to ask."""
    tenant = make_instance(
        Settings(
            enumeration_protection=True,
            reverification=False,
            lockout=LockoutSettings(max_attempts=3),
        )
    )
    tenant.update(
        attributes__email_address__first_factors=["email_code", "email_link"],
        attributes__email_address__verifications=["email_code", "email_link"],
        attributes__phone_number__enabled=True,
        attributes__username__enabled=True,
    )
    return tenant


@pytest.fixture
def ada(backend: Backend) -> Any:
    """The user whom nobody must find."""
    return backend.create_user(
        email_address=[USER], phone_number=[NUMBER], username="ada_", first_name="Ada"
    )


def alike(reply: Reply) -> tuple[int, str, list[str]]:
    """Return what a reply tells, without what is its own and the identifiers that were given."""
    text = _ITS_OWN.sub("-", reply.text)
    for given in (USER, STRANGER, NUMBER, OTHER_NUMBER, "ada_", "eve_"):
        text = text.replace(given, "GIVEN")
    masked = re.sub(
        r'"safe_identifier":"[^"]*"|"(?:email_address|phone_number)_id":"idn_\w{27}"', "-", text
    )
    return reply.status, masked, sorted(set(reply.headers) - {"date"})


def probe(browser: Browser, identifier: str, strategy: str, code: str | None = None) -> list[Reply]:
    """Sign in up to the end of what can be tried without a proof."""
    form = {"strategy": strategy, "redirect_url": links.HERE}
    begun = browser.post(SIGN_INS, identifier=identifier)
    path = f"{SIGN_INS}/{begun.body['id']}"
    prepared = browser.post(f"{path}/prepare_first_factor", **form)
    wrong = [
        browser.post(f"{path}/attempt_first_factor", strategy=strategy, code=code or "000000")
        for _ in range(6)
    ]
    at_once = browser.post(SIGN_INS, identifier=identifier, **form)
    return [begun, prepared, *wrong, browser.get(path), browser.get("/v1/client"), at_once]


@pytest.mark.parametrize(
    "strategy",
    ["email_code", "email_link", "reset_password_email_code", "passkey", "phone_code", "totp"],
)
def test_case_21_sign_in_by_address_tells_nothing(
    instance: Tenant, ada: Any, strategy: str
) -> None:
    known = probe(instance.browser(), USER, strategy)
    unknown = probe(instance.browser(), STRANGER, strategy)
    assert [alike(each) for each in known] == [alike(each) for each in unknown]


@pytest.mark.parametrize("strategy", ["trusted_device", "email_code"])
def test_case_21_native_app_is_told_nothing(instance: Tenant, ada: Any, strategy: str) -> None:
    instance.update(trusted_device__sign_in=True)
    known, unknown = (probe(App(instance), each, strategy) for each in (USER, STRANGER))
    assert [alike(each) for each in known] == [alike(each) for each in unknown]


@pytest.mark.parametrize("strategy", ["phone_code", "reset_password_phone_code", "email_code"])
def test_case_21_sign_in_by_number_tells_nothing(
    instance: Tenant, ada: Any, outbox: Outbox, strategy: str
) -> None:
    known = probe(instance.browser(), NUMBER, strategy)
    unknown = probe(instance.browser(), OTHER_NUMBER, strategy)
    assert [alike(each) for each in known] == [alike(each) for each in unknown]
    assert OTHER_NUMBER not in [to for to, _ in outbox.messages()]


@pytest.mark.parametrize(
    ("known", "unknown"), [(USER, STRANGER), (NUMBER, OTHER_NUMBER), ("ada_", "eve_")]
)
def test_case_21_wrong_password_is_as_wrong_as_a_strangers(
    instance: Tenant, ada: Any, known: str, unknown: str
) -> None:
    def tried(identifier: str) -> list[tuple[int, str, list[str]]]:
        browser = instance.browser()
        found = [browser.sign_in(identifier, "not the password") for _ in range(5)]
        path = f"{SIGN_INS}/{browser.post(SIGN_INS, identifier=identifier).ok().body['id']}"
        form = {"strategy": "password", "password": "not the password"}
        found += [browser.post(f"{path}/attempt_first_factor", **form)]
        return [alike(each) for each in found]

    assert tried(known) == tried(unknown)


def test_case_21_lock_is_no_sign_of_an_account_and_holds(
    instance: Tenant, ada: Any, outbox: Outbox
) -> None:
    for _ in range(4):
        instance.browser().sign_in(USER, "not the password")
    # The account is locked now: also the right password is wrong, and no code is sent.
    right, strangers = (instance.browser().sign_in(each, PASSWORD) for each in (USER, STRANGER))
    assert alike(right) == alike(strangers)
    sent = [slug for to, slug in outbox.messages() if to == USER]
    known = probe(instance.browser(), USER, "email_code")
    assert [alike(each) for each in known] == [
        alike(each) for each in probe(instance.browser(), STRANGER, "email_code")
    ]
    assert [slug for to, slug in outbox.messages() if to == USER] == sent


def test_case_21_banned_user_is_told_nothing_without_a_proof(
    instance: Tenant, ada: Any, backend: Backend
) -> None:
    backend.post(f"/v1/users/{ada['id']}/ban").ok()
    for password in (PASSWORD, "not the password"):
        replies = [instance.browser().sign_in(each, password) for each in (USER, STRANGER)]
        assert alike(replies[0]) == alike(replies[1])


def test_case_21_number_of_a_second_factor_is_no_sign_either(
    instance: Tenant, ada: Any, browser: Browser
) -> None:
    browser.sign_in(USER).ok()
    (number,) = browser.get("/v1/me/phone_numbers").json
    form = {"_method": "PATCH", "reserved_for_second_factor": "true"}
    browser.post(f"/v1/me/phone_numbers/{number['id']}", **form).ok()
    known, unknown = (
        probe(instance.browser(), each, "phone_code") for each in (NUMBER, OTHER_NUMBER)
    )
    assert [alike(each) for each in known] == [alike(each) for each in unknown]


@pytest.mark.parametrize("strategy", ["email_code", "email_link"])
def test_case_21_sign_up_tells_nothing_and_the_owner_is_told(
    instance: Tenant, ada: Any, outbox: Outbox, strategy: str
) -> None:
    def signed_up(address: str) -> list[tuple[int, str, list[str]]]:
        browser = instance.browser()
        begun = browser.post(SIGN_UPS, email_address=address, password=PASSWORD)
        path = f"{SIGN_UPS}/{begun.body['id']}"
        form = {"strategy": strategy, "redirect_url": links.HERE}
        prepared = browser.post(f"{path}/prepare_verification", **form)
        form = {"strategy": strategy, "code": "000000"}
        wrong = [browser.post(f"{path}/attempt_verification", **form) for _ in range(6)]
        return [alike(each) for each in (begun, prepared, *wrong, browser.get(path))]

    assert signed_up(USER) == signed_up(STRANGER)
    assert [slug for to, slug in outbox.messages() if to == USER] == ["sign_up_with_account"]


def test_case_21_profile_tells_nothing_of_others(
    instance: Tenant, ada: Any, backend: Backend, outbox: Outbox
) -> None:
    backend.create_user(email_address=["mallory@example.com"])
    browser = instance.browser()
    browser.sign_in("mallory@example.com").ok()

    def added(address: str) -> list[Any]:
        made = browser.post("/v1/me/email_addresses", email_address=address).body
        path = f"/v1/me/email_addresses/{made['id']}"
        prepared = browser.post(f"{path}/prepare_verification", strategy="email_code").body
        wrong = browser.post(f"{path}/attempt_verification", code="000000")
        return [*map(sorted, (made, prepared)), prepared["verification"]["status"], wrong.codes]

    assert added(USER) == added(STRANGER)
    assert USER not in [to for to, _ in outbox.messages()]


def test_case_21_limit_on_codes_is_the_same_for_strangers(instance: Tenant, ada: Any) -> None:
    def statuses(address: str) -> list[int]:
        form = {"identifier": address, "strategy": "email_code"}
        return [instance.browser().post(SIGN_INS, **form).status for _ in range(8)]

    assert statuses(USER) == statuses(STRANGER) == [200] * 6 + [429] * 2


def test_case_21_stranger_hears_by_mail_that_there_is_no_account(
    browser: Browser, outbox: Outbox
) -> None:
    browser.post(SIGN_INS, identifier=STRANGER, strategy="email_code").ok()
    assert outbox.messages() == [(STRANGER, "sign_in_without_account")]


def test_case_21_users_sign_in_and_reset_as_ever(
    instance: Tenant, ada: Any, browser: Browser, outbox: Outbox
) -> None:
    begun = browser.post(SIGN_INS, identifier=USER).ok().body
    assert begun["user_data"] is None
    path = f"{SIGN_INS}/{begun['id']}"
    offered = {each["strategy"]: each for each in begun["supported_first_factors"]}
    reset = offered["reset_password_email_code"]
    form = {"strategy": reset["strategy"], "email_address_id": reset["email_address_id"]}
    browser.post(f"{path}/prepare_first_factor", **form).ok()
    proof = {"strategy": reset["strategy"], "code": outbox.last_code(USER)}
    body = browser.post(f"{path}/attempt_first_factor", **proof).ok().body
    assert (body["status"], body["user_data"]["first_name"]) == ("needs_new_password", "Ada")
    done = browser.post(f"{path}/reset_password", password="vermilion gatepost").ok()
    assert done.body["status"] == "complete"
    assert instance.browser().sign_in("ada_", "vermilion gatepost").body["status"] == "complete"
    by_number = instance.browser()
    begun = by_number.post(SIGN_INS, identifier=NUMBER, strategy="phone_code").ok().body
    proof = {"strategy": "phone_code", "code": outbox.last_code(NUMBER)}
    path = f"{SIGN_INS}/{begun['id']}/attempt_first_factor"
    assert by_number.post(path, **proof).ok().body["status"] == "complete"


def test_case_21_somebody_new_signs_up_as_ever(browser: Browser, outbox: Outbox) -> None:
    begun = browser.post(SIGN_UPS, email_address=STRANGER, password=PASSWORD).ok().body
    path = f"{SIGN_UPS}/{begun['id']}"
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    proof = {"strategy": "email_code", "code": outbox.last_code(STRANGER)}
    assert browser.post(f"{path}/attempt_verification", **proof).ok().body["status"] == "complete"


def test_case_21_time_tells_nothing(instance: Tenant, ada: Any, backend: Backend) -> None:
    instance.update(lockout__enabled=False)
    browser = instance.browser()

    def median(ask: Callable[[int], Reply]) -> float:
        taken: list[float] = []
        for number in range(15):
            begun = time.perf_counter()
            ask(number)
            taken.append(time.perf_counter() - begun)
        return statistics.median(taken)

    for number in range(15):
        backend.create_user(
            email_address=[f"user{number}@example.com"],
            password=None,
            skip_password_requirement=True,
        )
    of_user = median(lambda _: browser.sign_in(USER, "not the password"))
    of_stranger = median(lambda _: browser.sign_in(STRANGER, "not the password"))
    assert 0.5 < of_user / of_stranger < 2
    form = {"strategy": "email_code"}
    of_users = median(
        lambda number: browser.post(SIGN_INS, identifier=f"user{number}@example.com", **form)
    )
    of_strangers = median(
        lambda number: browser.post(SIGN_INS, identifier=f"eve{number}@example.com", **form)
    )
    assert 0.5 < of_users / of_strangers < 2


def test_case_21_answers_come_at_full_tenths_of_a_second(instance: Tenant, ada: Any) -> None:
    asks = [ask for identifier in (USER, STRANGER) for ask in questions(instance, identifier)]
    for ask in asks:
        begun = time.perf_counter()
        reply = ask()
        taken = time.perf_counter() - begun
        # Never sooner, whatever there was to do; how much later is the machine's affair.
        assert taken >= pacing.GRID_SECONDS, (reply.status, reply.text)


def questions(instance: Tenant, identifier: str) -> Iterator[Callable[[], Reply]]:
    """Yield what may be asked about an identifier, refusals included."""
    browser = instance.browser()
    yield lambda: browser.post(SIGN_INS, identifier=identifier)
    yield lambda: browser.post(SIGN_INS)
    yield lambda: browser.sign_in(identifier, "not the password")
    path = f"{SIGN_INS}/{browser.post(SIGN_INS, identifier=identifier).ok().body['id']}"
    form = {"strategy": "reset_password_email_code", "code": "000000"}
    yield lambda: browser.post(f"{path}/prepare_first_factor", **form)
    yield lambda: browser.post(f"{path}/attempt_first_factor", **form)
    yield lambda: browser.post(f"{path}/reset_password", password=PASSWORD)
    yield lambda: browser.post(SIGN_UPS, email_address=identifier, password=PASSWORD)
    yield lambda: browser.post("/v1/me/email_addresses", email_address=identifier)


def test_case_21_every_endpoint_that_takes_an_identifier_is_paced() -> None:
    below = ("/v1/client/sign_ins", "/v1/client/sign_ups", "/v1/waitlist")
    below += ("/v1/me/email_addresses", "/v1/me/phone_numbers")
    paths = [
        each
        for each in catalogue(ENDPOINTS)
        if each.api == "frontend" and each.method != "GET" and each.path.startswith(below)
    ]
    assert len(paths) > 12
    removals = {each.name for each in paths if not each.is_paced}
    assert removals <= {"delete_email_address", "delete_phone_number"}


def test_pacing_waits_for_the_next_step_of_the_grid() -> None:
    async def waited(taken: float) -> float:
        begun = pacing.now() - taken
        await pacing.until_next(begun)
        return pacing.now() - begun

    grid = pacing.GRID_SECONDS
    for taken, steps in ((0.0, 1), (0.3 * grid, 1), (0.99 * grid, 1), (1.01 * grid, 2)):
        assert asyncio.run(waited(taken)) >= steps * grid


def test_case_21_threshold_tells_apart_what_differs_and_nothing_else() -> None:
    same = [(random.random(), random.random()) for _ in range(2_000)]
    assert 0.4 < accuracy(same) < 0.6
    assert accuracy([(user + 1, stranger) for user, stranger in same]) > 0.99
    assert accuracy([(user, stranger + 1) for user, stranger in same]) > 0.99


def test_without_the_setting_a_stranger_is_told(make_instance: Make) -> None:
    browser = make_instance(Settings()).browser()
    reply = browser.post(SIGN_INS, identifier=STRANGER)
    assert (reply.status, reply.codes) == (422, ["form_identifier_not_found"])
