"""Case 16: what was asked of an identifier proves nothing once that was taken from its user."""

from dataclasses import dataclass

import pytest

from tests.conftest import Make
from tests.harness import TEST_CODE, Backend, Browser, Reply, Tenant, new_address, new_number
from tests.links import HERE, follow, mailed, query_of_link, settings

NEW_PASSWORD = "battery staple horse"


@dataclass(frozen=True)
class Lost:
    """An address that somebody else reads by now, and its user, who has another one."""

    address: str
    id: str
    user: str
    kept: str

    def take_away(self, backend: Backend) -> None:
        """Take it from its user."""
        backend.delete(f"/v1/email_addresses/{self.id}").ok()


def lost(backend: Backend) -> Lost:
    """Make a user with an address that is about to be lost."""
    user = backend.create_user(email_address=[new_address(), new_address()])
    kept, address = (each["email_address"] for each in user["email_addresses"])
    return Lost(address, user["email_addresses"][1]["id"], user["id"], kept)


def begin(browser: Browser, of: Lost, strategy: str, **given: str) -> str:
    """Have something sent to the address that is about to be lost; return the sign-in's path."""
    begun = browser.post("/v1/client/sign_ins", identifier=of.kept).ok()
    path = f"/v1/client/sign_ins/{begun.body['id']}"
    browser.post(
        f"{path}/prepare_first_factor", strategy=strategy, email_address_id=of.id, **given
    ).ok()
    return path


def show(browser: Browser, path: str, strategy: str, step: str = "first") -> Reply:
    """Show the right code."""
    return browser.post(f"{path}/attempt_{step}_factor", strategy=strategy, code=TEST_CODE)


@pytest.mark.parametrize("strategy", ["email_code", "reset_password_email_code"])
def test_case_16_code_is_as_wrong_as_any_once_its_address_is_gone(
    backend: Backend, browser: Browser, strategy: str
) -> None:
    of = lost(backend)
    path = begin(browser, of, strategy)
    of.take_away(backend)
    replies = [show(browser, path, strategy) for _ in range(6)]
    assert [reply.codes for reply in replies] == [
        *[["form_code_incorrect"]] * 5,
        ["verification_failed"],
    ]


def test_case_16_nobody_learns_that_an_address_was_taken_away(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    instance.update(enumeration_protection=True)
    of, stranger = lost(backend), instance.browser()
    paths: list[str] = []
    for each, address in ((browser, of.address), (stranger, new_address())):
        begun = each.post("/v1/client/sign_ins", identifier=address, strategy="email_code").ok()
        paths.append(f"/v1/client/sign_ins/{begun.body['id']}")
    of.take_away(backend)
    for _ in range(6):
        known, unknown = (
            show(browser, paths[0], "email_code"),
            show(stranger, paths[1], "email_code"),
        )
        assert (known.status, known.codes) == (unknown.status, unknown.codes)


def test_case_16_proved_address_that_is_gone_sets_no_password(
    backend: Backend, browser: Browser
) -> None:
    of, strategy = lost(backend), "reset_password_email_code"
    path = begin(browser, of, strategy)
    assert show(browser, path, strategy).ok().body["status"] == "needs_new_password"
    of.take_away(backend)
    refused = browser.post(f"{path}/reset_password", password=NEW_PASSWORD)
    assert refused.codes == ["client_state_invalid"]
    assert backend.post(f"/v1/users/{of.user}/verify_password", password=NEW_PASSWORD).status == 422
    assert browser.get("/v1/me").status == 401


@pytest.mark.parametrize("is_here", [True, False])
def test_case_16_link_lets_nobody_in_once_its_address_is_gone(
    make_instance: Make, *, is_here: bool
) -> None:
    tenant = make_instance(settings(require_same_client=False))
    with tenant.backend() as backend, tenant.browser() as browser, tenant.browser() as other:
        user = backend.create_user(email_address=["ada@example.com", "lost@example.com"])
        ids = {each["email_address"]: each["id"] for each in user["email_addresses"]}
        of = Lost("lost@example.com", ids["lost@example.com"], user["id"], "ada@example.com")
        path = begin(browser, of, "email_link", redirect_url=HERE)
        link = mailed(tenant.outbox(), of.address)
        of.take_away(backend)
        opened = query_of_link(follow(browser if is_here else other, link))
        assert opened["__clerk_status"] == ("failed" if is_here else "verified")
        assert browser.get(path).ok().body["status"] == "needs_first_factor"
        assert browser.get("/v1/me").status == 401


def test_case_16_code_to_an_address_that_is_gone_makes_no_session_fresh(
    backend: Backend, browser: Browser
) -> None:
    of = lost(backend)
    signed_in = browser.sign_in(of.kept).ok()
    path = f"/v1/client/sessions/{signed_in.body['created_session_id']}/verify"
    browser.post(path, level="first_factor").ok()
    browser.post(f"{path}/prepare_first_factor", strategy="email_code", email_address_id=of.id).ok()
    of.take_away(backend)
    assert show(browser, path, "email_code").codes == ["form_code_incorrect"]


def numbers(tenant: Tenant) -> None:
    """Let numbers be first and second factors."""
    tenant.update(
        attributes__phone_number__enabled=True,
        attributes__phone_number__used_for_first_factor=True,
        attributes__phone_number__first_factors=["phone_code"],
        attributes__phone_number__used_for_second_factor=True,
        attributes__phone_number__second_factors=["phone_code"],
    )


def test_case_16_number_that_becomes_a_second_factor_is_no_first_one_any_more(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    numbers(instance)
    number, own = new_number(), instance.browser()
    user = backend.create_user(phone_number=[number])
    address = user["email_addresses"][0]["email_address"]
    own.sign_in(address).ok()
    begun = browser.post("/v1/client/sign_ins", identifier=number, strategy="phone_code").ok()
    path = f"/v1/me/phone_numbers/{user['phone_numbers'][0]['id']}"
    own.post(path, _method="PATCH", reserved_for_second_factor="true").ok()
    path = f"/v1/client/sign_ins/{begun.body['id']}"
    assert show(browser, path, "phone_code").codes == ["form_code_incorrect"]


def test_case_16_number_that_is_gone_is_no_second_factor(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    numbers(instance)
    own = instance.browser()
    user = backend.create_user(phone_number=[new_number()])
    address, number = user["email_addresses"][0]["email_address"], user["phone_numbers"][0]["id"]
    session = own.sign_in(address).ok().body["created_session_id"]
    ours, fresh = f"/v1/me/phone_numbers/{number}", f"/v1/client/sessions/{session}/verify"
    own.post(ours, _method="PATCH", reserved_for_second_factor="true").ok()
    path = f"/v1/client/sign_ins/{browser.sign_in(address).ok().body['id']}"
    browser.post(f"{path}/prepare_second_factor", strategy="phone_code").ok()
    own.post(fresh, level="second_factor").ok()
    own.post(f"{fresh}/prepare_second_factor", strategy="phone_code").ok()
    show(own, fresh, "phone_code", "second").ok()
    own.post(ours, _method="DELETE").ok()
    assert show(browser, path, "phone_code", "second").codes == ["client_state_invalid"]
