"""The Environment object: what Clerk's components read before they draw anything.

A key that is missing inside a group that is present can blank a component, so groups are whole.
"""

from functools import lru_cache
from typing import Any

import msgspec

from hallporter.contract.instance import Instance
from hallporter.contract.objects import Moment, WireObject
from hallporter.contract.settings import AttributeSettings, PhoneCodeChannel, Settings
from hallporter.features.instances import user_settings

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


class Image(WireObject, frozen=True, tag="image"):
    """An uploaded image, in the deprecated form that the documents still require."""

    public_url: str | msgspec.UnsetType


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


@lru_cache(maxsize=_REMEMBERED)
def environment(instance: Instance) -> Environment:
    """Return the environment that an instance's settings describe: once for each revision."""
    return Environment(
        auth_config=_auth_config(instance),
        display_config=_display_config(instance),
        user_settings=user_settings.of(instance.settings),
        organization_settings=_organization_settings(),
        fraud_settings={
            "object": "fraud_settings",
            "native": {"device_attestation_mode": "disabled"},
        },
        commerce_settings={
            "billing": {
                "stripe_publishable_key": None,
                "free_trial_requires_payment_method": False,
                "user": {"enabled": False, "has_paid_plans": False},
                "organization": {"enabled": False, "has_paid_plans": False},
            }
        },
        api_keys_settings={
            "enabled": False,
            "user_api_keys_enabled": False,
            "orgs_api_keys_enabled": False,
        },
        client_debug_mode=False,
        partitioned_cookies=False,
        maintenance_mode=instance.settings.maintenance_mode,
    )


def _auth_config(instance: Instance) -> AuthConfig:
    settings = instance.settings
    attributes = settings.attributes
    device = settings.trusted_device
    identifiers = [
        name
        for name in ("email_address", "phone_number", "username", "web3_wallet")
        if getattr(attributes, name).identifies
    ]
    first_factors = list(attributes.email_address.first_factors)
    if attributes.phone_number.enabled:
        first_factors += attributes.phone_number.first_factors
    if attributes.web3_wallet.enabled:
        first_factors += attributes.web3_wallet.first_factors
    if attributes.password.enabled:
        first_factors.append("password")
    if attributes.passkey.enabled:
        first_factors += attributes.passkey.first_factors
    return AuthConfig(
        id=f"aconf_{instance.id}",
        first_name=_switch(attributes.first_name),
        last_name=_switch(attributes.last_name),
        email_address=_switch(attributes.email_address),
        phone_number=_switch(attributes.phone_number),
        username=_switch(attributes.username),
        password=_switch(attributes.password),
        identification_requirements=[identifiers],
        identification_strategies=identifiers,
        first_factors=[*first_factors, "ticket"],
        second_factors=[
            name
            for each in (
                attributes.authenticator_app,
                attributes.phone_number,
                attributes.backup_code,
            )
            if each.is_second_factor
            for name in each.second_factors
        ],
        email_address_verification_strategies=list(attributes.email_address.verifications),
        single_session_mode=settings.single_session_mode,
        enhanced_email_deliverability=False,
        test_mode=settings.test_mode,
        cookieless_dev=True,
        url_based_session_syncing=True,
        claimed_at=None,
        reverification=settings.reverification,
        # The documents know it as little as `channels`: told only where it says something.
        preferred_channels=settings.preferred_channels or msgspec.UNSET,
        native_settings={
            "object": "native_settings",
            "api_enabled": settings.native_api,
            "trusted_device_sign_in_enabled": device.sign_in,
            "trusted_device_enrollment_prompt_after_sign_in_enabled": device.prompt_after_sign_in,
            "trusted_device_enrollment_prompt_after_sign_up_enabled": device.prompt_after_sign_up,
        },
    )


def _display_config(instance: Instance) -> DisplayConfig:
    display = instance.settings.display
    home = display.home_url or f"https://{instance.home_domain}"
    return DisplayConfig(
        id=f"dconf_{instance.id}",
        instance_environment_type=instance.environment_type,
        application_name=display.application_name,
        theme={},
        preferred_sign_in_strategy=display.preferred_sign_in_strategy
        if instance.settings.attributes.password.enabled
        else "otp",
        logo_image_url=display.logo_image_url,
        favicon_image_url=display.favicon_image_url,
        home_url=home,
        sign_in_url=display.sign_in_url,
        sign_up_url=display.sign_up_url,
        user_profile_url=display.user_profile_url,
        waitlist_url=display.waitlist_url,
        oauth_consent_url="",
        after_sign_in_url=display.after_sign_in_url,
        after_sign_up_url=display.after_sign_up_url,
        after_sign_out_one_url=display.after_sign_out_one_url,
        after_sign_out_all_url=display.after_sign_out_all_url,
        after_switch_session_url=display.after_switch_session_url,
        after_join_waitlist_url=display.after_join_waitlist_url,
        organization_profile_url="",
        create_organization_url="",
        after_leave_organization_url="",
        after_create_organization_url="",
        logo_link_url=home,
        support_email=display.support_email,
        branded=display.branded,
        experimental_force_oauth_first=False,
        clerk_js_version=None,
        show_devmode_warning=display.show_devmode_warning,
        google_one_tap_client_id=_one_tap_client_id(instance.settings),
        help_url=display.help_url,
        privacy_policy_url=display.privacy_policy_url,
        terms_url=display.terms_url,
        logo_url=display.logo_image_url,
        favicon_url=display.favicon_image_url,
        logo_image=_image(display.logo_image_url),
        favicon_image=_image(display.favicon_image_url),
        # Without keys there is none; but its kind is no null in the documents.
        captcha_public_key=None,
        captcha_widget_type="smart",
        captcha_public_key_invisible=None,
        captcha_provider="turnstile",
        captcha_oauth_bypass=[],
        captcha_heartbeat=False,
    )


def _one_tap_client_id(settings: Settings) -> str | None:
    google = settings.social.get("oauth_google")
    if google is None or not google.enabled or not google.authenticatable:
        return None
    return google.client_id or None


def _image(url: str | None) -> Image:
    # Never null: a nullable `allOf` refuses it (OpenAPI 3.0.3, "Schema Object", nullable).
    return Image(public_url=msgspec.UNSET if url is None else url)


def _organization_settings() -> dict[str, Any]:
    return {
        "enabled": False,
        "max_allowed_memberships": 0,
        "actions": {"admin_delete": False},
        "domains": {"enabled": False, "enrollment_modes": [], "default_role": "org:member"},
        "slug": {"disabled": True},
        "creator_role": "org:admin",
    }


def _switch(attribute: AttributeSettings) -> str:
    if not attribute.enabled:
        return "off"
    return "required" if attribute.required else "on"
