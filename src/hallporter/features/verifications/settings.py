"""Proofs: by which channels codes cannot travel, and what browsers are told."""

from collections.abc import Iterator
from typing import Any

import msgspec

from hallporter.contract.instance import Instance
from hallporter.contract.settings_rules import Subject

_PHONE = "attributes.phone_number"


def channels(subject: Subject) -> Iterator[str]:
    """Yield by which channels codes to telephones cannot travel."""
    settings = subject.settings
    number, sms = settings.attributes.phone_number, settings.sms
    channels = number.channels if isinstance(number.channels, list) else ["sms"]
    if not channels:
        yield subject.wrong("has no channel for codes to telephones", f"{_PHONE}.channels=…")
    for country, channel in settings.preferred_channels.items():
        if channel not in channels:
            yield subject.wrong(
                f"prefers {channel} in {country} and does not have it",
                f"""'{_PHONE}.channels=["sms","{channel}"]'""",
            )
    if not number.enabled or sms.transport != "twilio":
        return
    for channel, sender, setting in (
        ("sms", sms.from_number, "from_number"),
        ("whatsapp", sms.whatsapp_number, "whatsapp_number"),
    ):
        # Without any sender at all that is said once, by the messages.
        if channel in channels and not sender and (sms.from_number or sms.whatsapp_number):
            yield subject.wrong(
                f"sends codes by {channel} and has no sender for it", f"sms.{setting}=+1…"
            )


def environment(instance: Instance) -> dict[str, Any]:
    """Return what browsers are told of them."""
    settings = instance.settings
    link = {"require_same_client": settings.email_link.require_same_client}
    # The documents know it as little as `channels`: told only where it says something.
    preferred = settings.preferred_channels or msgspec.UNSET
    return {
        "auth_config": {"preferred_channels": preferred},
        "user_settings": {"attack_protection": {"email_link": link}},
    }
