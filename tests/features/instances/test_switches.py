"""Switches that the Environment shows, each seen to change what the server does."""

from collections.abc import Iterator

import pytest

from tests.breaches import Breaches, running_breaches
from tests.conftest import Make
from tests.features.instances.test_environment import environment_of
from tests.harness import PASSWORD, Backend, Browser, Tenant, new_address, new_number

SIGN_INS, SIGN_UPS = "/v1/client/sign_ins", "/v1/client/sign_ups"


def test_usernames_may_hold_more_characters_where_allowed(
    instance: Tenant, browser: Browser, backend: Backend
) -> None:
    instance.update(attributes__username__enabled=True)
    given = {"email_address": new_address(), "password": PASSWORD}
    refused = browser.post(SIGN_UPS, **given, username="ada.lovelace")
    assert (refused.codes, refused.params) == (["form_username_invalid_character"], ["username"])
    by_server = {"email_address": [new_address()], "username": "ada!", "password": PASSWORD}
    assert backend.post("/v1/users", **by_server).params == ["username"]
    instance.update(username__allow_extended_special_characters=True)
    begun = browser.post(SIGN_UPS, **given, username="Ada.Lovelace").ok().body
    assert begun["username"] == "ada.lovelace"
    id = backend.create_user(**by_server)["id"]
    assert instance.browser().sign_in("ADA!").ok().body["status"] == "complete"
    assert backend.patch(f"/v1/users/{id}", username="+ada").params == ["username"]
    path = "user_settings.username_settings.allow_extended_special_characters"
    assert environment_of(browser, path) is True


def test_special_characters_are_those_that_the_instance_names(
    instance: Tenant, browser: Browser
) -> None:
    instance.update(password__require_special_char=True, password__allowed_special_characters="€§")
    refused = browser.post(SIGN_UPS, email_address=new_address(), password="vermilion gate!")
    assert refused.codes == ["form_password_no_special_char"]
    browser.post(SIGN_UPS, email_address=new_address(), password="vermilion gate €").ok()
    assert (
        environment_of(browser, "user_settings.password_settings.allowed_special_characters")
        == "€§"
    )


@pytest.fixture
def breaches() -> Iterator[Breaches]:
    """A service that knows which passwords leaked."""
    with running_breaches() as service:
        yield service


def test_breached_password_signs_nobody_in_where_it_must_not(
    instance: Tenant, browser: Browser, backend: Backend, breaches: Breaches
) -> None:
    address = new_address()
    backend.create_user(email_address=[address])
    breaches.add(PASSWORD)
    instance.update(password__breached_passwords_url=breaches.url)
    assert instance.browser().sign_in(address).status == 200
    instance.update(password__refuse_breached_at_sign_in=True)
    assert (
        environment_of(browser, "user_settings.password_settings.enforce_hibp_on_sign_in") is True
    )
    refused = browser.sign_in(address)
    assert (refused.status, refused.codes) == (422, ["form_password_pwned"])
    # A wrong one is asked of nobody.
    before = len(breaches.prefixes)
    assert browser.sign_in(address, "another password").codes == ["form_password_incorrect"]
    assert len(breaches.prefixes) == before


def test_breached_password_is_no_wrong_guess_and_may_be_reset(
    instance: Tenant, browser: Browser, backend: Backend, breaches: Breaches
) -> None:
    address = new_address()
    backend.create_user(email_address=[address])
    breaches.add(PASSWORD)
    instance.update(
        password__breached_passwords_url=breaches.url,
        password__refuse_breached_at_sign_in=True,
        lockout__max_attempts=2,
    )
    for _ in range(3):
        assert browser.sign_in(address).codes == ["form_password_pwned"]
    form = {"strategy": "reset_password_email_code"}
    path = f"{SIGN_INS}/{browser.post(SIGN_INS, identifier=address, **form).ok().body['id']}"
    browser.post(f"{path}/attempt_first_factor", **form, code="424242").ok()
    done = browser.post(f"{path}/reset_password", password="vermilion gatepost").ok()
    assert done.body["status"] == "complete"
    breaches.is_down = True
    assert instance.browser().sign_in(address, "vermilion gatepost").status == 200


@pytest.mark.parametrize("domain", ["mailinator.com", "MAILINATOR.com", "box7.mailinator.com"])
def test_disposable_addresses_may_be_kept_out(
    instance: Tenant, browser: Browser, domain: str
) -> None:
    form = {"email_address": f"ada@{domain}", "password": PASSWORD}
    browser.post(SIGN_UPS, **form).ok()
    instance.update(restrictions__block_disposable_email_domains=True)
    refused = browser.post(SIGN_UPS, **form)
    assert (refused.status, refused.codes) == (403, ["not_allowed_access"])
    browser.post(SIGN_UPS, **{**form, "email_address": "ada@mailinator.com.example"}).ok()
    path = "user_settings.restrictions.block_disposable_email_domains.enabled"
    assert environment_of(browser, path) is True


def test_under_maintenance_sessions_go_on_and_nothing_else_changes(
    instance: Tenant, browser: Browser, backend: Backend
) -> None:
    account = browser.sign_up()
    instance.update(maintenance_mode=True)
    assert environment_of(browser, "maintenance_mode") is True
    browser.token(account.session_id)
    browser.post(f"/v1/client/sessions/{account.session_id}/touch").ok()
    browser.get("/v1/me").ok()
    for refused in (
        instance.browser().sign_in(account.email_address),
        instance.browser().post(SIGN_UPS, email_address=new_address()),
        browser.post("/v1/me", _method="PATCH", first_name="Ada"),
        backend.post("/v1/users", email_address=[new_address()]),
        backend.delete(f"/v1/users/{account.user_id}"),
    ):
        assert (refused.status, refused.codes) == (503, ["maintenance_mode"])
        assert int(refused.headers["retry-after"]) >= 10
    browser.post(f"/v1/client/sessions/{account.session_id}/end").ok()
    instance.update(maintenance_mode=False)
    assert instance.browser().sign_in(account.email_address).status == 200


def test_preferred_strategy_is_a_code_where_there_are_no_passwords(
    make_instance: Make, instance: Tenant, browser: Browser
) -> None:
    path = "display_config.preferred_sign_in_strategy"
    assert environment_of(browser, path) == "password"
    instance.update(display__preferred_sign_in_strategy="otp")
    assert environment_of(browser, path) == "otp"
    instance.update(
        display__preferred_sign_in_strategy="password", attributes__password__enabled=False
    )
    assert environment_of(browser, path) == "otp"


DISPLAYED = [
    *("support_email", "logo_image_url", "favicon_image_url", "help_url", "privacy_policy_url"),
    *("terms_url", "sign_in_url", "sign_up_url", "user_profile_url", "waitlist_url"),
    *("after_sign_in_url", "after_sign_up_url", "after_sign_out_one_url"),
    *("after_sign_out_all_url", "after_switch_session_url", "after_join_waitlist_url"),
]


def test_what_is_displayed_follows_its_setting(instance: Tenant, browser: Browser) -> None:
    changes = {f"display__{name}": f"https://{name}.example" for name in DISPLAYED}
    instance.update(**changes, display__branded=True, display__show_devmode_warning=True)
    display = environment_of(browser, "display_config")
    assert {name: display[name] for name in DISPLAYED} == {
        name: f"https://{name}.example" for name in DISPLAYED
    }
    assert (display["branded"], display["show_devmode_warning"]) == (True, True)
    assert display["logo_url"] == display["logo_image_url"]


def test_one_tap_follows_the_provider(instance: Tenant, browser: Browser) -> None:
    assert environment_of(browser, "display_config.google_one_tap_client_id") is None
    instance.update(social={"oauth_google": {"client_id": "client"}})
    assert environment_of(browser, "display_config.google_one_tap_client_id") == "client"
    assert environment_of(browser, "user_settings.social.oauth_google.enabled") is True


def test_environment_follows_what_identifies(instance: Tenant, browser: Browser) -> None:
    assert environment_of(browser, "auth_config.identification_strategies") == ["email_address"]
    instance.update(
        attributes__username__enabled=True,
        attributes__username__used_for_first_factor=True,
        attributes__username__immutable=True,
    )
    assert environment_of(browser, "auth_config.identification_requirements") == [
        ["email_address", "username"]
    ]
    assert environment_of(browser, "user_settings.attributes.username.immutable") is True


def test_sign_up_waits_for_a_proof_where_it_is_asked(instance: Tenant, browser: Browser) -> None:
    form = {"email_address": new_address(), "password": PASSWORD}
    assert browser.post(SIGN_UPS, **form).ok().body["status"] == "missing_requirements"
    instance.update(attributes__email_address__verify_at_sign_up=False)
    assert instance.browser().post(SIGN_UPS, **form).ok().body["status"] == "complete"


def test_address_that_need_not_be_proved_is_its_users_all_the_same(
    instance: Tenant, browser: Browser
) -> None:
    instance.update(
        attributes__email_address__verify_at_sign_up=False,
        attributes__phone_number__enabled=True,
        attributes__phone_number__verify_at_sign_up=False,
    )
    form = {"email_address": new_address(), "phone_number": new_number()}
    done = browser.post(SIGN_UPS, **form, password=PASSWORD).ok().body
    assert done["status"] == "complete"
    [address] = browser.get("/v1/me").ok().body["email_addresses"]
    assert (address["reserved"], address["verification"]) == (True, None)
    for identifier in form.values():
        assert instance.browser().sign_in(identifier).ok().body["status"] == "complete"
    for name, identifier in form.items():
        again = instance.browser().post(SIGN_UPS, **{name: identifier})
        assert (again.codes, again.params) == (["form_identifier_exists"], [name])
