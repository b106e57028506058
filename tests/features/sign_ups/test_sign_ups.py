"""Signing up: what is wanted, what is proved, and who comes of it."""

import pytest

from hallporter.contract.settings import Settings, SignUpSettings
from tests.concurrency import at_once
from tests.conftest import Make
from tests.harness import PASSWORD, TEST_CODE, Backend, Browser, Clock, Outbox, Tenant, new_address


def begin(browser: Browser, **form: str) -> str:
    """Begin a sign-up and return its path."""
    return f"/v1/client/sign_ups/{browser.post('/v1/client/sign_ups', **form).ok().body['id']}"


def test_sign_up_tells_what_is_open(browser: Browser) -> None:
    attempt = browser.post("/v1/client/sign_ups", email_address=new_address()).ok().body
    assert attempt["object"] == "sign_up_attempt"
    assert attempt["status"] == "missing_requirements"
    assert attempt["missing_fields"] == ["password"]
    assert attempt["unverified_fields"] == ["email_address"]
    assert attempt["verifications"]["email_address"] is None


def test_sent_code_is_what_comes_next(browser: Browser) -> None:
    path = begin(browser, email_address=new_address())
    sent = browser.post(f"{path}/prepare_verification", strategy="email_code").ok().body
    verification = sent["verifications"]["email_address"]
    assert (verification["status"], verification["next_action"]) == ("unverified", "needs_attempt")


def test_proved_address_makes_a_user_with_a_session(backend: Backend, browser: Browser) -> None:
    address = new_address()
    path = begin(browser, email_address=address, password=PASSWORD, first_name="Ada")
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    done = browser.post(f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE).ok()
    assert done.body["status"] == "complete"
    assert done.client["sign_up"] is None
    user = backend.get(f"/v1/users/{done.body['created_user_id']}").ok().json
    (email,) = user["email_addresses"]
    assert (email["email_address"], email["verification"]["status"]) == (address, "verified")
    assert user["first_name"] == "Ada"
    assert browser.get("/v1/me").ok().body["id"] == user["id"]


def test_language_of_the_browser_is_kept_if_it_is_one(backend: Backend, instance: Tenant) -> None:
    for given, kept in (("de-AT", "de-AT"), ("x" * 128, None), ("en-US@posix", None)):
        with instance.browser() as browser:
            path = begin(browser, email_address=new_address(), password=PASSWORD, locale=given)
            browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
            code = {"strategy": "email_code", "code": TEST_CODE}
            done = browser.post(f"{path}/attempt_verification", **code).ok().body
            assert backend.get(f"/v1/users/{done['created_user_id']}").json["locale"] == kept


def test_password_may_come_after_the_proof(browser: Browser) -> None:
    path = begin(browser, email_address=new_address())
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    proved = browser.post(
        f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE
    ).ok()
    assert proved.body["status"] == "missing_requirements"
    assert proved.body["missing_fields"] == ["password"]
    done = browser.post(path, _method="PATCH", password=PASSWORD).ok()
    assert done.body["status"] == "complete"


def test_other_address_has_to_be_proved_anew(browser: Browser) -> None:
    path = begin(browser, email_address=new_address())
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    browser.post(f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE).ok()
    changed = browser.post(
        path, _method="PATCH", email_address="victim@example.com", password=PASSWORD
    ).ok()
    assert changed.body["status"] == "missing_requirements"
    assert changed.body["unverified_fields"] == ["email_address"]


def test_address_may_be_corrected_in_other_letters_without_a_new_proof(browser: Browser) -> None:
    address = new_address()
    path = begin(browser, email_address=address)
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    browser.post(f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE).ok()
    done = browser.post(
        path, _method="PATCH", email_address=address.upper(), password=PASSWORD
    ).ok()
    assert done.body["status"] == "complete"


def test_taken_address_is_told(instance: Tenant, browser: Browser) -> None:
    account = instance.browser().sign_up()
    reply = browser.post("/v1/client/sign_ups", email_address=account.email_address.upper())
    assert (reply.status, reply.codes) == (422, ["form_identifier_exists"])
    assert reply.params == ["email_address"]


def test_of_two_who_prove_one_address_at_once_one_becomes_a_user(instance: Tenant) -> None:
    address = new_address()
    browsers = [instance.browser() for _ in range(5)]
    paths = [begin(each, email_address=address, password=PASSWORD) for each in browsers]
    for browser, path in zip(browsers, paths, strict=True):
        browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    replies = at_once(
        5,
        lambda number: browsers[number].post(
            f"{paths[number]}/attempt_verification", strategy="email_code", code=TEST_CODE
        ),
    )
    assert sorted(reply.status for reply in replies) == [200, 422, 422, 422, 422]
    lost = [reply.codes for reply in replies if reply.status == 422]
    assert lost == [["form_identifier_exists"]] * 4


def test_one_sign_up_completed_twice_at_once_makes_one_user(
    instance: Tenant, backend: Backend, browser: Browser
) -> None:
    path = begin(browser, email_address=new_address(), password=PASSWORD)
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    twins = [instance.browser() for _ in range(5)]
    for twin in twins:
        twin.http.cookies.set("__client", browser.cookie("__client") or "")
    replies = at_once(
        5,
        lambda number: twins[number].post(
            f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE
        ),
    )
    assert [reply.status for reply in replies].count(200) == 1
    assert all(reply.status < 500 or reply.is_late for reply in replies)
    assert len(backend.get("/v1/sessions").ok().json) == 1


def test_restricted_instance_takes_nobody(make_instance: Make) -> None:
    tenant = make_instance(Settings(sign_up=SignUpSettings(mode="restricted")))
    reply = tenant.browser().post("/v1/client/sign_ups", email_address=new_address())
    assert (reply.status, reply.codes) == (403, ["sign_up_mode_restricted"])


@pytest.mark.parametrize(
    "address", ["", "ada", "ada@", "@example.com", "a b@example.com", "ada@-.com", "\u0430da@x.com"]
)
def test_address_that_is_none_is_refused(browser: Browser, address: str) -> None:
    reply = browser.post("/v1/client/sign_ups", email_address=address or " ")
    assert (reply.status, reply.codes) == (422, ["form_param_format_invalid"])
    assert reply.params == ["email_address"]


def test_attribute_that_is_off_is_unknown(browser: Browser) -> None:
    reply = browser.post("/v1/client/sign_ups", username="ada_lovelace")
    assert (reply.status, reply.params) == (422, ["username"])


def test_abandoned_sign_up_takes_no_further_step(browser: Browser, clock: Clock) -> None:
    path = begin(browser, email_address=new_address())
    clock.advance(days=1)
    assert browser.get(path).ok().body["status"] == "abandoned"
    reply = browser.post(path, _method="PATCH", password=PASSWORD)
    assert (reply.status, reply.codes) == (400, ["client_state_invalid"])


def test_code_is_asked_for_before_it_is_shown(browser: Browser) -> None:
    path = begin(browser, email_address=new_address())
    reply = browser.post(f"{path}/attempt_verification", strategy="email_code", code=TEST_CODE)
    assert (reply.status, reply.codes) == (400, ["verification_missing"])
    reply = browser.post(f"{path}/prepare_verification", strategy="email_link")
    assert (reply.status, reply.params) == (422, ["strategy"])


def test_test_address_is_sent_nothing(browser: Browser, outbox: Outbox) -> None:
    path = begin(browser, email_address=new_address())
    browser.post(f"{path}/prepare_verification", strategy="email_code").ok()
    assert outbox.messages() == []


def test_new_sign_up_replaces_the_earlier_one_on_the_client(browser: Browser) -> None:
    begin(browser, email_address=new_address())
    later = begin(browser, email_address=new_address())
    assert browser.get("/v1/client").body["sign_up"]["id"] == later.rpartition("/")[2]


def test_nobody_comes_to_be_who_is_recognised_by_nothing(
    instance: Tenant, browser: Browser
) -> None:
    instance.update(
        attributes__email_address__required=False,
        attributes__password__required=False,
        attributes__username__enabled=True,
    )
    begun = browser.post("/v1/client/sign_ups", first_name="Ada").ok().body
    assert (begun["status"], begun["missing_fields"]) == (
        "missing_requirements",
        ["email_address", "username"],
    )
    path = f"/v1/client/sign_ups/{begun['id']}"
    done = browser.post(path, _method="PATCH", username="ada_l").ok().body
    assert (done["status"], done["missing_fields"]) == ("complete", [])
