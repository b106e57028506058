"""Sessions: what would never end their waiting, and what browsers are told."""

from collections.abc import Iterator
from typing import Any

from hallporter.contract.instance import Instance
from hallporter.contract.settings_rules import Subject


def second_factors(subject: Subject) -> Iterator[str]:
    """Yield that sessions would wait for a second factor and there is none."""
    settings = subject.settings
    seconds = (settings.attributes.authenticator_app, settings.attributes.phone_number)
    if settings.require_multi_factor and not any(each.is_second_factor for each in seconds):
        yield subject.wrong(
            "asks for a second factor and has none",
            "attributes.authenticator_app.enabled=true, or require_multi_factor=false",
        )


def organizations(subject: Subject) -> Iterator[str]:
    """Yield that sessions would wait for an organization and there is none."""
    if subject.settings.force_organization_selection:
        yield subject.wrong(
            "waits for its users to choose an organization, and this release has none: nobody "
            "would ever be signed in",
            "force_organization_selection=false",
        )


def environment(instance: Instance) -> dict[str, Any]:
    """Return what browsers are told of them."""
    settings = instance.settings
    return {
        "auth_config": {"single_session_mode": settings.single_session_mode},
        "user_settings": {
            "sign_in": {"second_factor": {"required": settings.require_multi_factor}}
        },
    }
