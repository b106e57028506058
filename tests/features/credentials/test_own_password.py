"""Users choose, change and remove their own passwords."""

from collections.abc import Iterator

import pytest

from tests.breaches import Breaches, running_breaches
from tests.endless import ENOUGH_BYTES
from tests.harness import PASSWORD, Backend, Browser, Clock, Outbox, Reply, Tenant

NEW_PASSWORD = "staple battery horse"


def change(
    browser: Browser, current: str = PASSWORD, new: str = NEW_PASSWORD, **more: str
) -> Reply:
    """Ask for a new password."""
    return browser.post(
        "/v1/me/change_password", current_password=current, new_password=new, **more
    )


def test_the_new_password_signs_in_and_the_old_one_does_not(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    account = browser.sign_up()
    clock.advance(minutes=1)
    changed = change(browser).ok()
    assert changed.body["password_last_updated_at"] == clock.now()
    elsewhere = instance.browser()
    assert elsewhere.sign_in(account.email_address).codes == ["form_password_incorrect"]
    assert elsewhere.sign_in(account.email_address, NEW_PASSWORD).body["status"] == "complete"


def test_the_current_password_is_asked_for(instance: Tenant, browser: Browser) -> None:
    instance.update(reverification=False)
    browser.sign_up()
    absent = browser.post("/v1/me/change_password", new_password=NEW_PASSWORD)
    assert (absent.codes, absent.params) == (["form_param_missing"], ["current_password"])
    wrong = change(browser, "not this one")
    assert (wrong.status, wrong.codes) == (422, ["form_password_incorrect"])
    assert wrong.params == ["current_password"]
    assert wrong.client["sessions"][0]["status"] == "active"


def test_the_new_password_is_another(browser: Browser) -> None:
    browser.sign_up()
    refused = change(browser, PASSWORD, PASSWORD)
    assert refused.codes == ["form_new_password_matches_current"]
    assert refused.params == ["new_password"]


def test_whoever_reads_the_mail_is_told(instance: Tenant, browser: Browser, outbox: Outbox) -> None:
    account = browser.sign_up()
    change(browser).ok()
    instance.update(attributes__password__required=False)
    browser.post("/v1/me/remove_password", current_password=NEW_PASSWORD).ok()
    # All in one moment of a clock that stands still: in any order.
    assert {
        (account.email_address, "password_changed"),
        (account.email_address, "password_removed"),
    } <= set(outbox.messages())


def test_other_sessions_end_when_asked(instance: Tenant, browser: Browser) -> None:
    account = browser.sign_up()
    elsewhere = instance.browser()
    elsewhere.sign_in(account.email_address).ok()
    change(browser).ok()
    assert len(elsewhere.get("/v1/client").body["sessions"]) == 1
    change(browser, NEW_PASSWORD, "a third password", sign_out_of_other_sessions="true").ok()
    assert elsewhere.get("/v1/client").body["sessions"] == []
    assert len(browser.get("/v1/client").body["sessions"]) == 1


def test_whoever_has_no_password_chooses_one(backend: Backend, browser: Browser) -> None:
    user = backend.create_user(password=None, skip_password_requirement=True)
    ticket = backend.post("/v1/sign_in_tokens", user_id=user["id"]).ok().json["token"]
    browser.post("/v1/client/sign_ins", strategy="ticket", ticket=ticket).ok()
    chosen = browser.post("/v1/me/change_password", new_password=NEW_PASSWORD).ok()
    assert chosen.body["password_enabled"]


def test_password_is_removed_where_a_code_signs_in(instance: Tenant, browser: Browser) -> None:
    browser.sign_up()
    path = "/v1/me/remove_password"
    assert browser.post(path, current_password=PASSWORD).codes == ["password_required"]
    instance.update(attributes__password__required=False)
    assert browser.post(path, current_password="wrong").codes == ["form_password_incorrect"]
    assert not browser.post(path, current_password=PASSWORD).ok().body["password_enabled"]
    assert browser.post(path, current_password=PASSWORD).codes == ["no_password_set"]


def test_password_that_is_the_only_way_in_stays(instance: Tenant, browser: Browser) -> None:
    browser.sign_up()
    instance.update(
        attributes__password__required=False, attributes__email_address__first_factors=[]
    )
    refused = browser.post("/v1/me/remove_password", current_password=PASSWORD)
    assert refused.codes == ["password_required"]


@pytest.mark.parametrize("password", ["password1", "PASSWORD1", "1q2w3e4r5t"])
def test_common_password_is_refused(instance: Tenant, browser: Browser, password: str) -> None:
    browser.sign_up()
    refused = change(browser, new=password)
    assert (refused.codes, refused.params) == (["form_password_pwned"], ["new_password"])
    instance.update(password__refuse_common=False)
    change(browser, new=password).ok()


def test_every_broken_rule_is_told(instance: Tenant, browser: Browser) -> None:
    browser.sign_up()
    rules = ("special_char", "numbers", "uppercase", "lowercase")
    instance.update(**{f"password__require_{rule}": True for rule in rules})
    assert change(browser, new="\u00df\u3042" * 5).codes == [
        "form_password_no_number",
        "form_password_no_uppercase",
        "form_password_no_special_char",
    ]
    change(browser, new="Staple-battery-1").ok()


def test_weak_password_is_told_what_to_do(instance: Tenant, browser: Browser) -> None:
    browser.sign_up()
    instance.update(password__min_zxcvbn_strength=3)
    refused = change(browser, new="abcdefghij")
    assert refused.codes == ["form_password_not_strong_enough"]
    suggestions = refused.json["errors"][0]["meta"]["zxcvbn"]["suggestions"]
    assert "sequences" in [each["code"] for each in suggestions]
    change(browser, new="vermilion gatepost thursday").ok()


@pytest.fixture
def breaches(instance: Tenant, browser: Browser) -> Iterator[Breaches]:
    """A service that says which passwords leaked, the next one of the browser's user among them."""
    browser.sign_up()
    with running_breaches() as service:
        service.add(NEW_PASSWORD)
        instance.update(
            password__refuse_breached=True, password__breached_passwords_url=service.url
        )
        yield service


def test_breached_password_is_refused_and_not_told(browser: Browser, breaches: Breaches) -> None:
    assert change(browser).codes == ["form_password_pwned"]
    change(browser, new="vermilion gatepost thursday").ok()
    assert all(len(prefix) == 5 for prefix in breaches.prefixes)
    assert len(breaches.prefixes) == 2


def test_without_an_answer_a_password_passes(
    instance: Tenant, browser: Browser, breaches: Breaches
) -> None:
    breaches.is_down = True
    change(browser).ok()
    assert len(breaches.prefixes) == 1
    instance.update(password__breached_passwords_url="http://127.0.0.1:9/")
    change(browser, NEW_PASSWORD, "vermilion gatepost thursday").ok()


def test_an_answer_without_end_is_none(browser: Browser, breaches: Breaches) -> None:
    breaches.is_endless = True
    change(browser).ok()
    assert len(breaches.prefixes) == 1
    assert breaches.sent < ENOUGH_BYTES


def test_a_server_hears_the_same_of_passwords(backend: Backend, instance: Tenant) -> None:
    given = {"email_address": ["ada@example.com"], "password": "password1"}
    assert backend.post("/v1/users", **given).codes == ["form_password_pwned"]
    backend.post("/v1/users", **given, skip_password_checks=True).ok()


def test_the_components_know_the_rules(instance: Tenant, browser: Browser) -> None:
    instance.update(
        password__min_zxcvbn_strength=2, password__show_zxcvbn=True, password__refuse_breached=True
    )
    environment = browser.get("/v1/environment").json["user_settings"]["password_settings"]
    assert (environment["min_zxcvbn_strength"], environment["show_zxcvbn"]) == (2, True)
    assert not environment["disable_hibp"]
