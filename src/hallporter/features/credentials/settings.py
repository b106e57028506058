"""Passwords: what none could be like, and what browsers are told."""

from collections.abc import Iterator
from typing import Any

from hallporter.contract.instance import Instance
from hallporter.contract.settings_rules import Subject


def passwords(subject: Subject) -> Iterator[str]:
    """Yield what no password could be like, and that a breached one could not be reset."""
    password, attributes = subject.settings.password, subject.settings.attributes
    if password.min_length > password.max_length:
        yield subject.wrong("asks for passwords longer than they may be", "password.max_length=72")
    if password.require_special_char and not password.allowed_special_characters:
        yield subject.wrong(
            "asks for a special character in passwords and knows none",
            "password.require_special_char=false",
        )
    if password.refuse_breached_at_sign_in and not (
        attributes.email_address.enabled or attributes.phone_number.enabled
    ):
        yield subject.wrong(
            "refuses breached passwords at sign-in and has no way to reset one",
            "attributes.email_address.enabled=true, or password.refuse_breached_at_sign_in=false",
        )


def environment(instance: Instance) -> dict[str, Any]:
    """Return what browsers are told of them."""
    password = instance.settings.password
    known = {
        "disable_hibp": not password.refuse_breached,
        "disable_password_reverification": not instance.settings.reverification,
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
    return {"user_settings": {"password_settings": known}}
