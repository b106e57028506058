"""Users hear by mail of sign-ins where they have not been before."""

import pytest

from tests.harness import Browser, Clock, Tenant

ADDRESS = "ada@example.com"


@pytest.fixture(autouse=True)
def _ada(instance: Tenant) -> None:
    instance.update(session__tell_of_new_devices=True)
    with instance.backend() as backend:
        backend.create_user(email_address=[ADDRESS])


def notices(instance: Tenant) -> int:
    return instance.outbox().messages().count((ADDRESS, "new_device_sign_in"))


def test_only_a_browser_that_is_new_to_the_user_is_told_of(
    instance: Tenant, browser: Browser, clock: Clock
) -> None:
    session_id = browser.sign_in(ADDRESS).ok().body["created_session_id"]
    assert notices(instance) == 0
    browser.post(f"/v1/client/sessions/{session_id}/end").ok()
    clock.advance(days=1)
    browser.sign_in(ADDRESS).ok()
    assert notices(instance) == 0
    instance.browser().sign_in(ADDRESS).ok()
    assert notices(instance) == 1
    assert instance.outbox().last_variable(ADDRESS, "sign_in_method") == "password"


def test_wrong_password_and_other_users_of_the_browser_are_no_sign_in(
    instance: Tenant, browser: Browser
) -> None:
    browser.sign_in(ADDRESS).ok()
    other = instance.browser()
    other.sign_up()
    assert other.sign_in(ADDRESS, "a wrong one").codes == ["form_password_incorrect"]
    assert notices(instance) == 0
    # Known to somebody is not known to everybody.
    other.sign_in(ADDRESS).ok()
    assert notices(instance) == 1


def test_nobody_hears_of_it_where_it_is_off(instance: Tenant, browser: Browser) -> None:
    instance.update(session__tell_of_new_devices=False)
    browser.sign_in(ADDRESS).ok()
    instance.browser().sign_in(ADDRESS).ok()
    assert notices(instance) == 0
