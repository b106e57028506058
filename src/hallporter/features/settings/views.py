"""The Environment object: what Clerk's components read before they draw anything.

Each feature names its part field by field: a setting that is added later is told to nobody.

A key that is missing inside a group that is present can blank a component, so groups are whole.
"""

from functools import lru_cache
from typing import Any, cast

import msgspec

from hallporter.contract.instance import Instance
from hallporter.contract.objects import Moment, WireObject
from hallporter.contract.settings import PhoneCodeChannel
from hallporter.features.instances.settings import Image
from hallporter.features.settings.parts import ENVIRONMENT

_REMEMBERED = 1_000


class AuthConfig(WireObject, frozen=True, tag="auth_config"):
    """How users of the instance authenticate."""

    id: str
    first_name: str
    last_name: str
    email_address: str
    phone_number: str
    username: str
    password: str
    identification_requirements: list[list[str]]
    identification_strategies: list[str]
    first_factors: list[str]
    second_factors: list[str]
    email_address_verification_strategies: list[str]
    single_session_mode: bool
    enhanced_email_deliverability: bool
    test_mode: bool
    cookieless_dev: bool
    url_based_session_syncing: bool
    claimed_at: Moment | None
    reverification: bool
    preferred_channels: dict[str, PhoneCodeChannel] | msgspec.UnsetType
    native_settings: dict[str, Any]


class DisplayConfig(WireObject, frozen=True, tag="display_config"):
    """How the components look and where they lead."""

    id: str
    instance_environment_type: str
    application_name: str
    theme: dict[str, Any]
    preferred_sign_in_strategy: str
    logo_image_url: str | None
    favicon_image_url: str | None
    home_url: str
    sign_in_url: str
    sign_up_url: str
    user_profile_url: str
    waitlist_url: str
    oauth_consent_url: str
    after_sign_in_url: str
    after_sign_up_url: str
    after_sign_out_one_url: str
    after_sign_out_all_url: str
    after_switch_session_url: str
    after_join_waitlist_url: str
    organization_profile_url: str
    create_organization_url: str
    after_leave_organization_url: str
    after_create_organization_url: str
    logo_link_url: str
    support_email: str | None
    branded: bool
    experimental_force_oauth_first: bool
    clerk_js_version: str | None
    show_devmode_warning: bool
    google_one_tap_client_id: str | None
    help_url: str | None
    privacy_policy_url: str | None
    terms_url: str | None
    logo_url: str | None
    favicon_url: str | None
    logo_image: Image
    favicon_image: Image
    captcha_public_key: str | None
    captcha_widget_type: str
    captcha_public_key_invisible: str | None
    captcha_provider: str
    captcha_oauth_bypass: list[str]
    captcha_heartbeat: bool


class Environment(msgspec.Struct, frozen=True):
    """What a browser may know of an instance."""

    auth_config: AuthConfig
    display_config: DisplayConfig
    user_settings: dict[str, Any]
    organization_settings: dict[str, Any]
    fraud_settings: dict[str, Any]
    commerce_settings: dict[str, Any]
    api_keys_settings: dict[str, Any]
    client_debug_mode: bool
    partitioned_cookies: bool
    maintenance_mode: bool


# In the order of the documents.
_USER_SETTINGS = (
    "attributes",
    "social",
    "saml",
    "enterprise_sso",
    "sign_in",
    "sign_up",
    "restrictions",
    "password_settings",
    "username_settings",
    "actions",
    "attack_protection",
    "passkey_settings",
)
_ATTACK_PROTECTION = ("user_lockout", "pii", "email_link", "enumeration_protection")


@lru_cache(maxsize=_REMEMBERED)
def environment(instance: Instance) -> Environment:
    """Return the environment that an instance's settings describe: once for each revision."""
    known: dict[str, Any] = {}
    for part in ENVIRONMENT:
        _add(known, part(instance))
    user_settings = _in_order(known.pop("user_settings"), _USER_SETTINGS)
    protection = _in_order(user_settings["attack_protection"], _ATTACK_PROTECTION)
    return Environment(
        auth_config=AuthConfig(**known.pop("auth_config")),
        display_config=DisplayConfig(**known.pop("display_config")),
        user_settings=user_settings | {"attack_protection": protection},
        **known,
    )


def _add(whole: dict[str, Any], part: dict[str, Any]) -> None:
    for name, value in part.items():
        if name not in whole:
            whole[name] = value
        elif isinstance(value, dict):
            _add(whole[name], cast("dict[str, Any]", value))
        else:
            raise TypeError(f"two features tell {name}")


def _in_order(known: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    if unknown := known.keys() - set(names):
        raise TypeError(f"the Environment has no {', '.join(unknown)}")
    return {name: known[name] for name in names}
