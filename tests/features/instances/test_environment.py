"""The Environment tells what is so: each switch follows the setting that has its effect."""

from typing import Any

import pytest

from tests.house import Browser, Tenant


def told(browser: Browser, path: str) -> Any:
    """Return what the Environment says at a dotted path."""
    found = browser.get("/v1/environment").ok().json
    for name in path.split("."):
        found = found[name]
    return found


@pytest.mark.parametrize(
    ("setting", "value", "path"),
    [
        ("single_session_mode", True, "auth_config.single_session_mode"),
        ("reverification", False, "auth_config.reverification"),
        ("test_mode", False, "auth_config.test_mode"),
        ("native_api", False, "auth_config.native_settings.api_enabled"),
        ("delete_self", False, "user_settings.actions.delete_self"),
        ("sign_up__mode", "restricted", "user_settings.sign_up.mode"),
        ("lockout__enabled", False, "user_settings.attack_protection.user_lockout.enabled"),
        ("lockout__max_attempts", 3, "user_settings.attack_protection.user_lockout.max_attempts"),
        ("password__min_length", 12, "user_settings.password_settings.min_length"),
        ("password__require_numbers", True, "user_settings.password_settings.require_numbers"),
        ("password__show_zxcvbn", True, "user_settings.password_settings.show_zxcvbn"),
        ("display__application_name", "Shop", "display_config.application_name"),
    ],
)
def test_switch_follows_its_setting(
    instance: Tenant, browser: Browser, setting: str, value: object, path: str
) -> None:
    assert told(browser, path) != value
    instance.update(**{setting: value})
    assert told(browser, path) == value


def test_username_of_digits_is_taken_and_told_of(instance: Tenant, browser: Browser) -> None:
    instance.update(attributes__username__enabled=True)
    assert told(browser, "user_settings.username_settings.allow_numeric_usernames") is True
    with instance.backend() as backend:
        assert backend.create_user(username="12345678")["username"] == "12345678"
