"""One rule for what is an address or a number, at every way in."""

import pytest

from hallporter.contract.settings import Attributes, AttributeSettings, Settings
from tests.conftest import Make
from tests.harness import PASSWORD, Backend, Browser, Tenant

# Domains that no name server knows: of tests and intranets (RFC 6761, 6762, 7686, 8375).
RESERVED = ("corp.test", "nas.local", "app.localhost", "x.invalid", "x.onion", "home.arpa")
NO_REQUIREMENTS = {"skip_password_requirement": True, "skip_user_requirement": True}
PHONE = AttributeSettings(enabled=True, verifications=["phone_code"])


@pytest.fixture
def open_to_all(make_instance: Make) -> Tenant:
    """An instance with every way in for addresses and numbers."""
    return make_instance(Settings(test_mode=True, attributes=Attributes(phone_number=PHONE)))


def ways(tenant: Tenant, address: str) -> dict[str, list[str]]:
    """Return the error codes with which each way in answers an address."""
    backend, browser, own = tenant.backend(), tenant.browser(), tenant.browser()
    own.sign_up()
    replies = {
        "list": backend.post("/v1/allowlist_identifiers", identifier=address),
        "domain": backend.post(
            "/v1/blocklist_identifiers", identifier=f"*@{address.rpartition('@')[2]}"
        ),
        "invitation": backend.post("/v1/invitations", email_address=address),
        "waitlist": backend.post("/v1/waitlist_entries", email_address=address),
        "sign-up": browser.post("/v1/client/sign_ups", email_address=address),
        "profile": own.post("/v1/me/email_addresses", email_address=address),
        "server": backend.post("/v1/users", email_address=[address], password=PASSWORD),
        "sign-in": browser.post("/v1/client/sign_ins", identifier=address),
    }
    return {way: reply.codes for way, reply in replies.items() if reply.status != 200}


@pytest.mark.parametrize("domain", RESERVED)
@pytest.mark.parametrize("name", ["jane", "o'hara"])
def test_domains_of_tests_and_intranets_are_taken(instance: Tenant, name: str, domain: str) -> None:
    assert ways(instance, f"{name}@{domain}") == {}


def test_what_programs_decode_on_the_way_is_no_address(open_to_all: Tenant) -> None:
    refused = ways(open_to_all, "jane=?x@example.com")
    assert refused.pop("sign-in") == ["form_identifier_not_found"]
    # The domain is one like any other.
    assert set(refused) == {"list", "invitation", "waitlist", "sign-up", "profile", "server"}
    assert {tuple(codes) for codes in refused.values()} == {("form_param_format_invalid",)}


@pytest.mark.parametrize(
    "number",
    ["+32 471 23 45 67 ext. 5", "+32471234567;ext=5", "+32471234567#5", "call +32471234567"],
)
def test_a_number_is_nothing_but_a_number(open_to_all: Tenant, number: str) -> None:
    backend, browser, own = open_to_all.backend(), open_to_all.browser(), open_to_all.browser()
    own.sign_up()
    for refused in (
        browser.post("/v1/client/sign_ups", phone_number=number),
        own.post("/v1/me/phone_numbers", phone_number=number),
        backend.post("/v1/users", phone_number=[number], **NO_REQUIREMENTS),
    ):
        assert refused.codes == ["form_param_format_invalid"]
        assert "without an extension" in refused.json["errors"][0]["long_message"]


def test_a_number_is_shown_as_it_is_called(open_to_all: Tenant) -> None:
    made = open_to_all.backend().create_user(phone_number=["+32 (471) 23-45-67"])
    assert made["phone_numbers"][0]["phone_number"] == "+32471234567"


def test_a_domain_is_shown_in_its_own_letters(backend: Backend, browser: Browser) -> None:
    given = "Jane@\N{FULLWIDTH LATIN SMALL LETTER E}xample.com"
    made = backend.create_user(email_address=[given])
    assert made["email_addresses"][0]["email_address"] == "Jane@example.com"
    assert browser.sign_in("jane@example.com").ok().body["status"] == "complete"
