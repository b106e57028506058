"""A client remembers how its last session came to be, for the badge in the components."""

from typing import Any

import pytest

from hallporter.contract.settings import Settings
from tests.conftest import Make
from tests.harness import TEST_CODE, Account, Backend, Browser, Tenant, new_address, new_number


@pytest.fixture
def account(instance: Tenant) -> Account:
    """Somebody known."""
    return instance.browser().sign_up()


def last(browser: Browser) -> Any:
    """Return what the client remembers."""
    return browser.get("/v1/client").ok().body["last_authentication_strategy"]


def by_code(browser: Browser, kind: str, strategy: str, **form: str) -> None:
    """Sign in or up by a code."""
    attempt = browser.post(f"/v1/client/{kind}", **form).ok().body
    steps = {
        "sign_ins": ("prepare_first_factor", "attempt_first_factor"),
        "sign_ups": ("prepare_verification", "attempt_verification"),
    }
    given = {"strategy": strategy}
    factors = attempt.get("supported_first_factors", [])
    for factor in factors:
        if factor["strategy"] == strategy:
            given |= {name: value for name, value in factor.items() if name.endswith("_id")}
    prepare, attempt_step = steps[kind]
    path = f"/v1/client/{kind}/{attempt['id']}"
    browser.post(f"{path}/{prepare}", **given).ok()
    done = browser.post(f"{path}/{attempt_step}", strategy=strategy, code=TEST_CODE).ok()
    assert done.body["status"] == "complete"


def test_it_is_nothing_before_the_first_session(browser: Browser, account: Account) -> None:
    browser.post("/v1/client/sign_ins", identifier=account.email_address).ok()
    assert last(browser) is None


def test_it_is_that_of_the_first_factor(browser: Browser, account: Account) -> None:
    by_code(browser, "sign_ins", "email_code", identifier=account.email_address)
    assert last(browser) == "email_code"


def test_it_survives_signing_out_until_the_next_session(
    browser: Browser, account: Account, backend: Backend
) -> None:
    browser.sign_in(account.email_address).ok()
    browser.post("/v1/client/sessions", _method="DELETE").ok()
    assert last(browser) == "password"
    ticket = backend.post("/v1/sign_in_tokens", user_id=account.user_id).ok().json["token"]
    browser.post("/v1/client/sign_ins", strategy="ticket", ticket=ticket).ok()
    assert last(browser) == "ticket"
    assert backend.client(browser.client_id)["last_authentication_strategy"] == "ticket"


def test_it_is_how_a_sign_up_proved_itself(make_instance: Make) -> None:
    tenant = make_instance(Settings(test_mode=True))
    tenant.update(
        attributes__phone_number__enabled=True,
        attributes__email_address__required=False,
        attributes__password__required=False,
    )
    by_mail, by_phone = tenant.browser(), tenant.browser()
    by_code(by_mail, "sign_ups", "email_code", email_address=new_address())
    assert last(by_mail) == "email_code"
    by_code(by_phone, "sign_ups", "phone_code", phone_number=new_number())
    assert last(by_phone) == "phone_code"
