"""Users add, prove, choose and remove their own email addresses."""

import pytest

from tests.concurrency import at_once
from tests.harness import TEST_CODE, Backend, Browser, Clock, Outbox, Reply, Tenant, new_address

PATH = "/v1/me/email_addresses"


def add(browser: Browser, address: str | None = None) -> str:
    """Add an address and return its id."""
    return browser.post(f"{PATH}/", email_address=address or new_address()).ok().body["id"]


def prepare(browser: Browser, id: str) -> Reply:
    """Ask for a code."""
    return browser.post(f"{PATH}/{id}/prepare_verification", strategy="email_code")


def attempt(browser: Browser, id: str, code: str = TEST_CODE) -> Reply:
    """Show a code."""
    return browser.post(f"{PATH}/{id}/attempt_verification", code=code)


def test_address_is_added_proved_and_signs_in(instance: Tenant, browser: Browser) -> None:
    browser.sign_up()
    address = new_address()
    made = browser.post(f"{PATH}/", email_address=address).ok()
    assert (made.body["email_address"], made.body["verification"]) == (address, None)
    assert len(made.client["sessions"][0]["user"]["email_addresses"]) == 2
    assert instance.browser().sign_in(address).codes == ["form_identifier_not_found"]
    prepared = prepare(browser, made.body["id"]).ok().body["verification"]
    assert (prepared["status"], prepared["strategy"]) == ("unverified", "email_code")
    proved = attempt(browser, made.body["id"]).ok()
    assert proved.body["verification"]["status"] == "verified"
    assert instance.browser().sign_in(address).body["status"] == "complete"


def test_code_is_in_the_mail(browser: Browser, outbox: Outbox) -> None:
    browser.sign_up()
    address = "grace@example.com"
    id = add(browser, address)
    prepare(browser, id).ok()
    attempt(browser, id, outbox.last_code(address)).ok()


def test_addresses_are_listed_and_read(browser: Browser) -> None:
    account = browser.sign_up()
    id = add(browser)
    listed = {each["id"]: each for each in browser.get(PATH).ok().json}
    assert account.email_address in [each["email_address"] for each in listed.values()]
    assert browser.get(f"{PATH}/{id}").ok().body == listed[id]


def test_wrong_codes_are_counted_and_five_are_enough(browser: Browser) -> None:
    browser.sign_up()
    id = add(browser)
    assert attempt(browser, id).codes == ["verification_missing"]
    prepare(browser, id).ok()
    codes = [attempt(browser, id, "000000").codes[0] for _ in range(6)]
    assert codes == ["form_code_incorrect"] * 5 + ["verification_failed"]
    assert browser.get(f"{PATH}/{id}").body["verification"]["attempts"] == 6


def test_code_expires_and_a_new_one_kills_the_old(
    browser: Browser, clock: Clock, outbox: Outbox
) -> None:
    browser.sign_up()
    id = add(browser, "grace@example.com")
    prepare(browser, id).ok()
    first = outbox.last_code("grace@example.com")
    clock.advance(minutes=10)
    assert attempt(browser, id, first).codes == ["verification_expired"]
    prepare(browser, id).ok()
    second = outbox.last_code("grace@example.com")
    if first != second:
        assert attempt(browser, id, first).codes == ["form_code_incorrect"]
    attempt(browser, id, second).ok()
    assert prepare(browser, id).codes == ["verification_already_verified"]
    assert attempt(browser, id, second).codes == ["verification_already_verified"]


def test_unknown_strategy_is_refused(browser: Browser) -> None:
    browser.sign_up()
    reply = browser.post(f"{PATH}/{add(browser)}/prepare_verification", strategy="phone_code")
    assert (reply.status, reply.params) == (422, ["strategy"])


def test_somebody_elses_address_is_taken(backend: Backend, browser: Browser) -> None:
    account = browser.sign_up()
    theirs = backend.create_user()["email_addresses"][0]["email_address"]
    for address in (theirs, theirs.upper(), account.email_address):
        refused = browser.post(PATH, email_address=address)
        assert (refused.codes, refused.params) == (["form_identifier_exists"], ["email_address"])
    again = new_address()
    add(browser, again)
    assert browser.post(PATH, email_address=again).codes == ["form_identifier_exists"]
    assert browser.post(PATH, email_address="no address").codes == ["form_param_format_invalid"]


def test_unproved_addresses_do_not_pile_up(browser: Browser) -> None:
    browser.sign_up()
    for _ in range(10):
        add(browser)
    refused = browser.post(PATH, email_address=new_address())
    assert refused.codes == ["too_many_unverified_identifications"]


def test_of_two_who_prove_one_address_one_has_it(instance: Tenant) -> None:
    address = new_address()
    browsers = [instance.browser() for _ in range(6)]
    ids: list[str] = []
    for each in browsers:
        each.sign_up()
        ids.append(add(each, address))
        prepare(each, ids[-1]).ok()
    replies = at_once(6, lambda number: attempt(browsers[number], ids[number]))
    assert sorted(reply.status for reply in replies) == [200] + [422] * 5
    assert {reply.codes[0] for reply in replies if reply.status == 422} == {
        "form_identifier_exists"
    }


def test_primary_address_passes_to_the_next_one(browser: Browser) -> None:
    account = browser.sign_up()
    other = add(browser)
    prepare(browser, other).ok()
    attempt(browser, other).ok()
    first = browser.get("/v1/me").body["primary_email_address_id"]
    removed = browser.post(f"{PATH}/{first}", _method="DELETE").ok()
    assert removed.body == {"object": "email_address", "id": first, "deleted": True}
    assert removed.client["sessions"][0]["user"]["primary_email_address_id"] == other
    assert browser.get(f"{PATH}/{first}").status == 404
    assert account.email_address not in browser.get("/v1/me").text


@pytest.mark.parametrize("is_required", [True, False])
def test_last_address_stays(instance: Tenant, browser: Browser, is_required: bool) -> None:
    instance.update(attributes__email_address__required=is_required)
    instance.update(attributes__username__enabled=True)
    browser.sign_up()
    add(browser)
    id = browser.get("/v1/me").body["primary_email_address_id"]
    assert browser.post(f"{PATH}/{id}", _method="DELETE").codes == [
        "identification_deletion_failed"
    ]
    browser.post("/v1/me", _method="PATCH", username="ada_l").ok()
    removed = browser.post(f"{PATH}/{id}", _method="DELETE")
    assert removed.status == (409 if is_required else 200)


def test_what_is_not_proved_may_always_go(browser: Browser) -> None:
    browser.sign_up()
    id = add(browser)
    browser.post(f"{PATH}/{id}", _method="DELETE").ok()
    assert len(browser.get(PATH).json) == 1
