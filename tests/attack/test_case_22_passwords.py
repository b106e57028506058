"""Case 22: a password is what was typed: not cut, not folded, one spelling."""

import unicodedata

from tests.harness import Browser, Tenant, new_address


def test_case_22_every_character_counts(instance: Tenant, browser: Browser) -> None:
    password = "x" * 71 + "a"
    account = browser.sign_up(password=password)
    elsewhere = instance.browser()
    for wrong in (password[:-1], password[:-1] + "b", password + "a", password.upper()):
        assert elsewhere.sign_in(account.email_address, wrong).codes == ["form_password_incorrect"]
    assert elsewhere.sign_in(account.email_address, password).status == 200


def test_case_22_bytes_beyond_seventy_two_count_too(instance: Tenant, browser: Browser) -> None:
    # 72 characters, more than 72 bytes: bcrypt would not see the end.
    password = "\u00e4" * 71 + "1"
    account = browser.sign_up(password=password)
    elsewhere = instance.browser()
    wrong = elsewhere.sign_in(account.email_address, password[:-1] + "2")
    assert wrong.codes == ["form_password_incorrect"]
    assert elsewhere.sign_in(account.email_address, password).status == 200


def test_case_22_composed_and_decomposed_letters_are_one_password(
    instance: Tenant, browser: Browser
) -> None:
    composed = unicodedata.normalize("NFC", "p\u00e4ssw\u00f6rter \u00fcben")
    account = browser.sign_up(password=composed)
    decomposed = unicodedata.normalize("NFD", composed)
    assert instance.browser().sign_in(account.email_address, decomposed).status == 200


def test_case_22_spaces_at_the_ends_count(instance: Tenant, browser: Browser) -> None:
    account = browser.sign_up(password=" a password with ends ")
    stripped = instance.browser().sign_in(account.email_address, "a password with ends")
    assert stripped.codes == ["form_password_incorrect"]


def test_case_22_huge_password_is_refused_not_an_error(instance: Tenant, browser: Browser) -> None:
    account = instance.browser().sign_up()
    for reply in (
        browser.sign_in(account.email_address, "x" * 200_000),
        browser.post("/v1/client/sign_ups", password="x" * 200_000),
    ):
        assert (reply.status, reply.codes) == (422, ["form_password_length_too_long"])


def test_case_22_nul_in_a_password_ends_nothing(instance: Tenant, browser: Browser) -> None:
    account = instance.browser().sign_up(password="correct horse")
    reply = browser.sign_in(account.email_address, "correct horse\0 and more")
    assert reply.status == 422
    reply = browser.post("/v1/client/sign_ups", password="\0" * 12)
    assert reply.status == 422


def test_case_22_too_short_is_told_with_the_length(browser: Browser) -> None:
    reply = browser.post("/v1/client/sign_ups", password="7 chars")
    assert (reply.codes, reply.params) == (["form_password_length_too_short"], ["password"])


def test_case_22_nobody_is_protected_by_their_own_name(instance: Tenant, browser: Browser) -> None:
    instance.update(attributes__username__enabled=True)
    code = ["form_password_matches_identifier"]
    address = new_address()
    for form in (
        {"email_address": address, "password": address.upper()},
        {"email_address": new_address(), "username": "ada_lovelace", "password": "Ada_Lovelace"},
    ):
        refused = browser.post("/v1/client/sign_ups", **form)
        assert (refused.status, refused.codes, refused.params) == (422, code, ["password"])
    account = browser.sign_up(address)
    form = {"current_password": account.password, "new_password": address}
    refused = browser.post("/v1/me/change_password", **form)
    assert (refused.status, refused.codes, refused.params) == (422, code, ["new_password"])
    with instance.browser() as other:
        reset = {"strategy": "reset_password_email_code"}
        begun = other.post("/v1/client/sign_ins", identifier=address, **reset).ok().body
        path = f"/v1/client/sign_ins/{begun['id']}"
        other.post(f"{path}/attempt_first_factor", **reset, code="424242").ok()
        assert other.post(f"{path}/reset_password", password=address).codes == code
