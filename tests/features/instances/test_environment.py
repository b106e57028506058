"""The Environment tells what is so: each switch follows the setting that has its effect."""

from typing import Any, cast

import msgspec
import pytest
from msgspec.structs import asdict

from hallporter.contract.ids import InstanceId
from hallporter.contract.instance import Instance
from hallporter.contract.settings import Settings, SocialSettings
from hallporter.features.settings import views as setting_views
from tests.harness import Browser, Tenant


def environment_of(browser: Browser, path: str) -> Any:
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
    assert environment_of(browser, path) != value
    instance.update(**{setting: value})
    assert environment_of(browser, path) == value


def test_username_of_digits_is_taken_and_told_of(instance: Tenant, browser: Browser) -> None:
    instance.update(attributes__username__enabled=True)
    assert (
        environment_of(browser, "user_settings.username_settings.allow_numeric_usernames") is True
    )
    with instance.backend() as backend:
        assert backend.create_user(username="12345678")["username"] == "12345678"


def test_a_setting_to_come_is_not_told_before_somebody_says_so() -> None:
    instance = Instance(
        id=InstanceId("ins_1"),
        slug="shop",
        environment_type="production",
        frontend_host="clerk.shop.example",
        publishable_key="",
        settings=_with_more(Settings(social={"oauth_google": SocialSettings()})),
        signing_keys=(),
        revision=1,
    )
    environment = msgspec.json.encode(setting_views.environment(instance))
    assert b'"social":{"oauth_google":' in environment
    assert b"unsaid" not in environment


def _with_more(settings: Any) -> Any:
    """Return settings, all groups of which have one more."""
    if isinstance(settings, dict):
        named = cast("dict[str, Any]", settings)
        return {name: _with_more(each) for name, each in named.items()}
    if not isinstance(settings, msgspec.Struct):
        return settings
    longer = msgspec.defstruct(
        "Longer", [("to_come", str, "unsaid")], bases=(type(settings),), frozen=True, kw_only=True
    )
    return longer(**{name: _with_more(each) for name, each in asdict(settings).items()})
