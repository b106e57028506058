"""A password is not enough in a browser that its user has not signed in on before."""

from typing import Any

import pytest

from hallporter.contract.settings import Settings
from tests import links
from tests.conftest import Make
from tests.factors import add_app
from tests.harness import (
    PASSWORD,
    TEST_CODE,
    Account,
    Backend,
    Browser,
    Outbox,
    Reply,
    Tenant,
    new_address,
    new_number,
)


@pytest.fixture
def instance(make_instance: Make) -> Tenant:
    """An instance that trusts no new browser."""
    return make_instance(Settings(test_mode=True, client_trust=True))


@pytest.fixture
def ada(browser: Browser) -> Account:
    """Somebody whom `browser` knows, and who has left."""
    account = browser.sign_up()
    browser.post("/v1/client/sessions", _method="DELETE").ok()
    return account


def path_of(reply: Reply) -> str:
    return f"/v1/client/sign_ins/{reply.ok().body['id']}"


def prove(browser: Browser, path: str, code: str = TEST_CODE, **given: str) -> Reply:
    """Ask for a code and give it."""
    browser.post(f"{path}/prepare_second_factor", strategy="email_code", **given).ok()
    return browser.post(f"{path}/attempt_second_factor", strategy="email_code", code=code)


def test_new_browser_proves_an_address_after_the_password(instance: Tenant, ada: Account) -> None:
    elsewhere = instance.browser()
    started = elsewhere.sign_in(ada.email_address).ok()
    assert (started.body["status"], started.body["client_trust_state"]) == (
        "needs_client_trust",
        "new",
    )
    assert started.client["sessions"] == []
    (factor,) = started.body["supported_second_factors"]
    assert (factor["strategy"], factor["primary"]) == ("email_code", True)
    assert factor["safe_identifier"] != ada.email_address
    assert started.body["second_factor_verification"] is None

    chosen = {"email_address_id": factor["email_address_id"]}
    path = path_of(started)
    begun = elsewhere.post(f"{path}/prepare_second_factor", strategy="email_code", **chosen).ok()
    waiting = begun.body["second_factor_verification"]
    assert (waiting["status"], waiting["strategy"]) == ("unverified", "email_code")
    done = elsewhere.post(f"{path}/attempt_second_factor", strategy="email_code", code=TEST_CODE)
    assert (done.ok().body["status"], done.body["client_trust_state"]) == ("complete", "new")
    assert done.body["second_factor_verification"]["status"] == "verified"
    (session,) = done.client["sessions"]
    # The address is no second factor of the account's.
    assert session["factor_verification_age"] == [0, -1]


def test_known_browser_asks_for_the_password_alone(browser: Browser, ada: Account) -> None:
    done = browser.sign_in(ada.email_address).ok().body
    assert (done["status"], done["client_trust_state"]) == ("complete", "known")


def test_browser_that_was_proved_is_known_from_then_on(instance: Tenant, ada: Account) -> None:
    elsewhere = instance.browser()
    prove(elsewhere, path_of(elsewhere.sign_in(ada.email_address))).ok()
    elsewhere.post("/v1/client/sessions", _method="DELETE").ok()
    assert elsewhere.sign_in(ada.email_address).ok().body["status"] == "complete"


def test_state_is_pending_until_somebody_is_named(browser: Browser) -> None:
    begun = browser.post("/v1/client/sign_ins").ok().body
    assert (begun["status"], begun["client_trust_state"]) == ("needs_identifier", "pending")


def test_nothing_is_asked_where_the_setting_is_off(instance: Tenant, ada: Account) -> None:
    instance.update(client_trust=False)
    done = instance.browser().sign_in(ada.email_address).ok().body
    assert done["status"] == "complete"
    assert "client_trust_state" not in done


def test_second_factor_stands_in_for_the_address(instance: Tenant, ada: Account) -> None:
    app = add_app(instance, ada.user_id)
    elsewhere = instance.browser()
    started = elsewhere.sign_in(ada.email_address).ok()
    assert started.body["status"] == "needs_second_factor"
    assert [each["strategy"] for each in started.body["supported_second_factors"]] == ["totp"]
    attempt = f"{path_of(started)}/attempt_second_factor"
    done = elsewhere.post(attempt, strategy="totp", code=app.code()).ok()
    assert done.body["status"] == "complete"


def test_address_proves_more_than_a_password_from_the_start(instance: Tenant, ada: Account) -> None:
    elsewhere = instance.browser()
    begun = elsewhere.post(
        "/v1/client/sign_ins", identifier=ada.email_address, strategy="email_code"
    )
    attempt = f"{path_of(begun)}/attempt_first_factor"
    done = elsewhere.post(attempt, strategy="email_code", code=TEST_CODE).ok()
    assert done.body["status"] == "complete"


def test_user_may_be_let_off(instance: Tenant, backend: Backend, ada: Account) -> None:
    backend.patch(f"/v1/users/{ada.user_id}", bypass_client_trust=True).ok()
    assert instance.browser().sign_in(ada.email_address).ok().body["status"] == "complete"


def test_who_has_no_address_is_not_asked(instance: Tenant, backend: Backend) -> None:
    instance.update(
        attributes__username__enabled=True,
        attributes__username__used_for_first_factor=True,
        attributes__email_address__required=False,
    )
    backend.create_user(email_address=[], username="ada_lovelace")
    assert instance.browser().sign_in("ada_lovelace").ok().body["status"] == "complete"


def test_telephone_will_do_as_well(instance: Tenant, backend: Backend) -> None:
    instance.update(
        attributes__phone_number__enabled=True, attributes__email_address__required=False
    )
    number = new_number()
    backend.create_user(email_address=[], phone_number=[number])
    elsewhere = instance.browser()
    started = elsewhere.sign_in(number).ok()
    assert [each["strategy"] for each in started.body["supported_second_factors"]] == ["phone_code"]
    path = path_of(started)
    elsewhere.post(f"{path}/prepare_second_factor", strategy="phone_code").ok()
    done = elsewhere.post(f"{path}/attempt_second_factor", strategy="phone_code", code=TEST_CODE)
    assert done.ok().body["status"] == "complete"


@pytest.fixture
def by_link(instance: Tenant) -> str:
    """The address of somebody at an instance that proves addresses by link alone."""
    instance.update(
        attributes__email_address__first_factors=[],
        attributes__email_address__verifications=["email_link"],
    )
    address = "ada@example.com"
    with instance.backend() as backend:
        backend.create_user(email_address=[address])
    return address


def ask_for_link(browser: Browser, address: str) -> tuple[str, Any]:
    started = browser.sign_in(address, PASSWORD).ok()
    assert started.body["status"] == "needs_client_trust"
    assert [each["strategy"] for each in started.body["supported_second_factors"]] == ["email_link"]
    path = path_of(started)
    to = {"strategy": "email_link", "redirect_url": links.HERE}
    begun = browser.post(f"{path}/prepare_second_factor", **to).ok()
    return path, begun.body["second_factor_verification"]


def test_link_lets_in_the_browser_that_asked_for_it(
    browser: Browser, outbox: Outbox, by_link: str
) -> None:
    path, waiting = ask_for_link(browser, by_link)
    assert waiting["object"] == "verification_email_link"
    assert browser.get(path).ok().body["status"] == "needs_client_trust"
    opened = links.query_of_link(links.follow(browser, links.mailed(outbox, by_link)))
    done = browser.get(path).ok().body
    assert done["status"] == "complete"
    assert opened["__clerk_created_session"] == done["created_session_id"]
    assert done["second_factor_verification"]["verified_at_client"] == browser.client_id
    assert done["first_factor_verification"]["strategy"] == "password"


def test_link_opened_elsewhere_lets_in_where_it_was_asked_for(
    instance: Tenant, browser: Browser, outbox: Outbox, by_link: str
) -> None:
    instance.update(email_link__require_same_client=False)
    path, _ = ask_for_link(browser, by_link)
    elsewhere = instance.browser()
    links.follow(elsewhere, links.mailed(outbox, by_link))
    assert (
        elsewhere.get("/v1/client").body is None or not elsewhere.get("/v1/client").body["sessions"]
    )
    assert browser.get(path).ok().body["status"] == "complete"


def test_new_user_of_a_server_is_asked_too(instance: Tenant, backend: Backend) -> None:
    user = backend.create_user(email_address=[new_address()])
    address = user["email_addresses"][0]["email_address"]
    assert instance.browser().sign_in(address).ok().body["status"] == "needs_client_trust"


def test_older_sdks_are_told_of_a_second_factor(instance: Tenant, ada: Account) -> None:
    elsewhere = instance.browser(version="2025-11-10")
    started = elsewhere.sign_in(ada.email_address).ok()
    statuses = (started.body["status"], started.client["sign_in"]["status"])
    assert statuses == ("needs_second_factor", "needs_second_factor")
    assert started.body["client_trust_state"] == "new"
    assert prove(elsewhere, path_of(started)).ok().body["status"] == "complete"
