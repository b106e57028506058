"""The part of the Environment object that says what users have, and how they sign up and in.

Everything is named here, field by field: a setting that is added later is told to nobody.
"""

from typing import Any

import msgspec

from hallporter.contract.settings import AttributeSettings, PhoneCodeChannel, Settings
from hallporter.delivery.oauth.providers import CUSTOM_PREFIX, PROVIDERS

_OFF = AttributeSettings()


class Attribute(msgspec.Struct, frozen=True):
    """How one attribute of a user takes part in sign-up and sign-in, as the components read it."""

    enabled: bool
    required: bool
    used_for_first_factor: bool
    first_factors: list[str]
    used_for_second_factor: bool
    second_factors: list[str]
    verifications: list[str]
    verify_at_sign_up: bool
    immutable: bool
    channels: list[PhoneCodeChannel] | msgspec.UnsetType


def of(settings: Settings) -> dict[str, Any]:
    """Return `user_settings`."""
    return {
        "attributes": _attributes(settings),
        "social": _social(settings),
        "saml": {"enabled": False},
        "enterprise_sso": {"enabled": False, "self_serve_sso": False},
        "sign_in": {"second_factor": {"required": settings.require_multi_factor}},
        "sign_up": _sign_up(settings),
        "restrictions": _restrictions(settings),
        "password_settings": _password_settings(settings),
        "username_settings": _username_settings(settings),
        "actions": {
            "delete_self": settings.delete_self,
            "create_organization": False,
            "create_organizations_limit": None,
        },
        "attack_protection": _attack_protection(settings),
        "passkey_settings": {
            "allow_autofill": settings.passkey.allow_autofill,
            "show_sign_in_button": settings.passkey.show_sign_in_button,
            "satisfies_second_factor": settings.passkey.satisfies_second_factor,
        },
    }


def _attributes(settings: Settings) -> dict[str, Attribute]:
    attributes = settings.attributes
    told = {
        "email_address": attributes.email_address,
        "phone_number": _whole(attributes.phone_number),
        "username": _whole(attributes.username),
        "web3_wallet": _whole(attributes.web3_wallet),
        "first_name": attributes.first_name,
        "last_name": attributes.last_name,
        "password": attributes.password,
        "authenticator_app": attributes.authenticator_app,
        "ticket": AttributeSettings(enabled=True),
        "backup_code": attributes.backup_code,
        "passkey": attributes.passkey,
    }
    return {name: _attribute(each) for name, each in told.items()}


def _attribute(attribute: AttributeSettings) -> Attribute:
    return Attribute(
        enabled=attribute.enabled,
        required=attribute.required,
        used_for_first_factor=attribute.used_for_first_factor,
        first_factors=attribute.first_factors,
        used_for_second_factor=attribute.used_for_second_factor,
        second_factors=attribute.second_factors,
        verifications=attribute.verifications,
        verify_at_sign_up=attribute.verify_at_sign_up,
        immutable=attribute.immutable,
        channels=attribute.channels,
    )


def _whole(attribute: AttributeSettings) -> AttributeSettings:
    # Off is off as a whole: components look at its parts without asking whether it is on.
    return attribute if attribute.enabled else _OFF


def _social(settings: Settings) -> dict[str, Any]:
    """Return the providers that are switched on, as the components list them."""
    return {
        strategy: {
            "enabled": True,
            "required": False,
            "authenticatable": provider.authenticatable,
            "block_email_subaddresses": provider.block_email_subaddresses,
            "strategy": strategy,
            "not_selectable": False,
            "deprecated": False,
            "name": provider.name or _provider_name(strategy),
            # Without one the components draw the first letter of a custom provider.
            "logo_url": provider.logo_url,
        }
        for strategy, provider in sorted(settings.social.items())
        if provider.enabled
    }


def _provider_name(strategy: str) -> str:
    known = PROVIDERS.get(strategy)
    return strategy.removeprefix(CUSTOM_PREFIX) if known is None else known.name


def _sign_up(settings: Settings) -> dict[str, Any]:
    return {
        "captcha_enabled": False,
        "captcha_widget_type": "smart",
        "custom_action_required": False,
        "progressive": True,
        "mode": settings.sign_up.mode,
        "legal_consent_enabled": settings.sign_up.legal_consent_enabled,
    }


def _restrictions(settings: Settings) -> dict[str, Any]:
    restrictions = settings.restrictions
    switches = {
        "allowlist": restrictions.allowlist,
        "blocklist": restrictions.blocklist,
        # Who has an account keeps it: the lists are asked at sign-up alone.
        "allowlist_blocklist_disabled_on_sign_in": True,
        "block_email_subaddresses": restrictions.block_email_subaddresses,
        "block_disposable_email_domains": restrictions.block_disposable_email_domains,
    }
    return {name: {"enabled": enabled} for name, enabled in switches.items()}


def _password_settings(settings: Settings) -> dict[str, Any]:
    password = settings.password
    return {
        "disable_hibp": not password.refuse_breached,
        "disable_password_reverification": not settings.reverification,
        "min_length": password.min_length,
        "max_length": password.max_length,
        "require_special_char": password.require_special_char,
        "require_numbers": password.require_numbers,
        "require_uppercase": password.require_uppercase,
        "require_lowercase": password.require_lowercase,
        "show_zxcvbn": password.show_zxcvbn,
        "min_zxcvbn_strength": password.min_zxcvbn_strength,
        "enforce_hibp_on_sign_in": password.refuse_breached_at_sign_in,
        "allowed_special_characters": password.allowed_special_characters,
    }


def _username_settings(settings: Settings) -> dict[str, Any]:
    username = settings.username
    return {
        "min_length": username.min_length,
        "max_length": username.max_length,
        "allow_extended_special_characters": username.allow_extended_special_characters,
        "allow_numeric_usernames": True,
    }


def _attack_protection(settings: Settings) -> dict[str, Any]:
    lockout = settings.lockout
    return {
        "user_lockout": {
            "enabled": lockout.enabled,
            "max_attempts": lockout.max_attempts,
            "duration_in_minutes": lockout.duration_in_minutes,
        },
        "pii": {"enabled": True},
        "email_link": {"require_same_client": settings.email_link.require_same_client},
        "enumeration_protection": {"enabled": settings.enumeration_protection},
    }
