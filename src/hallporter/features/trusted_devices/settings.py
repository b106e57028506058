"""Keys of native apps: what makes them of no use, and what the apps are told."""

from collections.abc import Iterator
from typing import Any

from hallporter.contract.instance import Instance
from hallporter.contract.settings_rules import Subject


def native_apps(subject: Subject) -> Iterator[str]:
    """Yield that native apps could not use their keys."""
    device = subject.settings.trusted_device
    if device.sign_in and not subject.settings.native_api:
        yield subject.wrong(
            "signs in by keys of native apps, which may not call it",
            "native_api=true, or trusted_device.sign_in=false",
        )
    if (device.prompt_after_sign_in or device.prompt_after_sign_up) and not device.sign_in:
        yield subject.wrong(
            "has its users asked to enrol, and takes no keys of native apps",
            "trusted_device.sign_in=true",
        )


def environment(instance: Instance) -> dict[str, Any]:
    """Return what native apps are told."""
    device = instance.settings.trusted_device
    native_settings = {
        "object": "native_settings",
        "api_enabled": instance.settings.native_api,
        "trusted_device_sign_in_enabled": device.sign_in,
        "trusted_device_enrollment_prompt_after_sign_in_enabled": device.prompt_after_sign_in,
        "trusted_device_enrollment_prompt_after_sign_up_enabled": device.prompt_after_sign_up,
    }
    return {"auth_config": {"native_settings": native_settings}}
