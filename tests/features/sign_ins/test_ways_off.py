"""What an instance does not have signs nobody in, whatever a user has from before."""

from typing import Any

import pytest

from tests.harness import PASSWORD, TEST_CODE, Account, Browser, Tenant, new_number

SIGN_INS = "/v1/client/sign_ins"
NO_PASSWORDS = {"attributes__password__enabled": False, "attributes__password__required": False}
NO_ADDRESSES = {
    "attributes__email_address__enabled": False,
    "attributes__email_address__required": False,
}
NO_CODES: dict[str, Any] = {"attributes__email_address__first_factors": []}
NO_SMS: dict[str, Any] = {"attributes__phone_number__first_factors": []}


@pytest.fixture
def ada(instance: Tenant, browser: Browser) -> Account:
    """Somebody with a password, an address, a number and a name."""
    instance.update(
        attributes__phone_number__enabled=True,
        attributes__username__enabled=True,
    )
    account = browser.sign_up()
    number = browser.post("/v1/me/phone_numbers", phone_number=new_number()).ok().body
    path = f"/v1/me/phone_numbers/{number['id']}"
    browser.post(f"{path}/prepare_verification", strategy="phone_code").ok()
    browser.post(f"{path}/attempt_verification", code=TEST_CODE).ok()
    browser.post("/v1/me", _method="PATCH", username=f"ada_{account.user_id[-6:].lower()}").ok()
    return account


@pytest.mark.parametrize(
    ("off", "ways"),
    [
        (NO_PASSWORDS, {"password", "reset_password_email_code", "reset_password_phone_code"}),
        (NO_ADDRESSES, {"email_code", "reset_password_email_code"}),
        (NO_CODES, {"email_code"}),
        (NO_SMS, {"phone_code"}),
    ],
)
def test_what_is_off_is_neither_offered_nor_taken(
    instance: Tenant, ada: Account, off: dict[str, Any], ways: set[str]
) -> None:
    name = f"ada_{ada.user_id[-6:].lower()}"

    def offered() -> set[str]:
        begun = instance.browser().post(SIGN_INS, identifier=name).ok().body
        return {each["strategy"] for each in begun["supported_first_factors"]}

    before = offered()
    assert ways <= before
    instance.update(**off)
    assert offered() == before - ways
    for way in ways:
        with instance.browser() as browser:
            at_once = browser.post(SIGN_INS, identifier=name, strategy=way, password=PASSWORD)
            assert (at_once.status, at_once.codes) == (400, ["strategy_for_user_invalid"]), way
            begun = browser.post(SIGN_INS, identifier=name).ok().body
            for step in ("prepare_first_factor", "attempt_first_factor"):
                form = {"strategy": way, "password": PASSWORD, "code": TEST_CODE}
                refused = browser.post(f"{SIGN_INS}/{begun['id']}/{step}", **form)
                assert refused.codes == ["strategy_for_user_invalid"], (way, step)


def test_code_that_was_sent_before_signs_nobody_in(instance: Tenant, ada: Account) -> None:
    browser = instance.browser()
    form = {"strategy": "email_code"}
    begun = browser.post(SIGN_INS, identifier=ada.email_address, **form).ok().body
    instance.update(**NO_CODES)
    path = f"{SIGN_INS}/{begun['id']}/attempt_first_factor"
    assert browser.post(path, **form, code=TEST_CODE).codes == ["strategy_for_user_invalid"]


def test_password_without_a_strategy_is_none_either(instance: Tenant, ada: Account) -> None:
    instance.update(**NO_PASSWORDS)
    refused = instance.browser().post(SIGN_INS, identifier=ada.email_address, password=PASSWORD)
    assert (refused.codes, refused.params) == (["strategy_for_user_invalid"], ["strategy"])


def test_hidden_accounts_know_no_passwords_either(instance: Tenant, ada: Account) -> None:
    instance.update(**NO_PASSWORDS, enumeration_protection=True)
    for identifier in (ada.email_address, "stranger+clerk_test@example.com"):
        refused = instance.browser().sign_in(identifier)
        assert (refused.status, refused.codes) == (400, ["strategy_for_user_invalid"])


@pytest.mark.parametrize("switch", ["enabled", "used_for_first_factor"])
@pytest.mark.parametrize("type", ["email_address", "phone_number", "username"])
@pytest.mark.parametrize("hidden", [False, True])
def test_nobody_is_known_by_what_is_off(
    instance: Tenant, browser: Browser, ada: Account, switch: str, type: str, hidden: bool
) -> None:
    me = browser.get("/v1/me").ok().body
    names = {
        "email_address": ada.email_address,
        "phone_number": me["phone_numbers"][0]["phone_number"],
        "username": me["username"],
    }
    assert instance.browser().sign_in(names[type]).ok().body["status"] == "complete"
    off: dict[str, Any] = {f"attributes__{type}__{switch}": False}
    instance.update(**off, enumeration_protection=hidden)
    refused = instance.browser().sign_in(names[type])
    assert refused.codes == [
        "form_password_or_identifier_incorrect" if hidden else "form_identifier_not_found"
    ]
    other = next(each for each in names if each != type)
    begun = instance.browser().sign_in(names[other]).ok().body
    assert (begun["status"], type in begun["supported_identifiers"]) == ("complete", False)
