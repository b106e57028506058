"""Instances: what of one is unsafe to serve, and what browsers are told of how it looks."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import msgspec

from hallporter.contract.hosts import is_plain_http
from hallporter.contract.instance import Instance
from hallporter.contract.objects import WireObject
from hallporter.contract.settings_rules import Subject


def secret_keys(subject: Subject) -> Iterator[str]:
    """Yield that strangers could guess a secret key."""
    if subject.has_weak_secret_key and not subject.is_local:
        yield (
            f"Instance {subject.slug} is public ({subject.frontend_host}) and has a secret key "
            "that could be guessed: make it anew without --secret-key."
        )


def origins(subject: Subject) -> Iterator[str]:
    """Yield which of the allowed origins are none."""
    for origin in subject.settings.allowed_origins:
        if not _is_origin(origin):
            yield (
                f"{origin!r} among the allowed origins of instance {subject.slug} is none: write "
                "it like https://app.example.com, without a path and without wildcards."
            )
        elif is_plain_http(origin) and not subject.is_local:
            yield (
                f"The allowed origin {origin} of instance {subject.slug} is not encrypted: write "
                "it with https."
            )


def _is_origin(origin: str) -> bool:
    parts = urlsplit(origin)
    return bool(parts.scheme and parts.netloc) and (
        origin == f"{parts.scheme}://{parts.netloc}" and "*" not in origin
    )


class Image(WireObject, frozen=True, tag="image"):
    """An uploaded image, in the deprecated form that the documents still require."""

    public_url: str | msgspec.UnsetType


def environment(instance: Instance) -> dict[str, Any]:
    """Return what browsers are told of one."""
    return {
        "auth_config": {"id": f"aconf_{instance.id}"},
        "display_config": _display_config(instance),
        "maintenance_mode": instance.settings.maintenance_mode,
    }


def _display_config(instance: Instance) -> dict[str, Any]:
    display = instance.settings.display
    home = display.home_url or f"https://{instance.home_domain}"
    has_passwords = instance.settings.attributes.password.enabled
    return {
        "id": f"dconf_{instance.id}",
        "instance_environment_type": instance.environment_type,
        "application_name": display.application_name,
        "preferred_sign_in_strategy": display.preferred_sign_in_strategy
        if has_passwords
        else "otp",
        "logo_image_url": display.logo_image_url,
        "favicon_image_url": display.favicon_image_url,
        "home_url": home,
        "sign_in_url": display.sign_in_url,
        "sign_up_url": display.sign_up_url,
        "user_profile_url": display.user_profile_url,
        "waitlist_url": display.waitlist_url,
        "after_sign_in_url": display.after_sign_in_url,
        "after_sign_up_url": display.after_sign_up_url,
        "after_sign_out_one_url": display.after_sign_out_one_url,
        "after_sign_out_all_url": display.after_sign_out_all_url,
        "after_switch_session_url": display.after_switch_session_url,
        "after_join_waitlist_url": display.after_join_waitlist_url,
        "logo_link_url": home,
        "support_email": display.support_email,
        "branded": display.branded,
        "show_devmode_warning": display.show_devmode_warning,
        "help_url": display.help_url,
        "privacy_policy_url": display.privacy_policy_url,
        "terms_url": display.terms_url,
        "logo_url": display.logo_image_url,
        "favicon_url": display.favicon_image_url,
        "logo_image": _image(display.logo_image_url),
        "favicon_image": _image(display.favicon_image_url),
    }


def _image(url: str | None) -> Image:
    # Never null: a nullable `allOf` refuses it (OpenAPI 3.0.3, "Schema Object", nullable).
    return Image(public_url=msgspec.UNSET if url is None else url)
