"""Who may sign up: what nobody could keep to, and what browsers are told."""

from collections.abc import Iterator
from typing import Any

from hallporter.contract.instance import Instance
from hallporter.contract.settings_rules import Subject


def terms(subject: Subject) -> Iterator[str]:
    """Yield that there is nothing to consent to."""
    display = subject.settings.display
    if subject.settings.sign_up.legal_consent_enabled and not (
        display.terms_url or display.privacy_policy_url
    ):
        yield subject.wrong(
            "asks for consent to terms that nobody can read", "display.terms_url=https://…"
        )


def environment(instance: Instance) -> dict[str, Any]:
    """Return what browsers are told of it."""
    sign_up = instance.settings.sign_up
    known = {
        "captcha_enabled": False,
        "captcha_widget_type": "smart",
        "custom_action_required": False,
        "progressive": True,
        "mode": sign_up.mode,
        "legal_consent_enabled": sign_up.legal_consent_enabled,
    }
    return {"user_settings": {"sign_up": known}}
