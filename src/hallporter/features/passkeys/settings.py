"""Passkeys: what browsers are told of them."""

from typing import Any

from hallporter.contract.instance import Instance


def environment(instance: Instance) -> dict[str, Any]:
    """Return what browsers are told of them."""
    passkey = instance.settings.passkey
    known = {
        "allow_autofill": passkey.allow_autofill,
        "show_sign_in_button": passkey.show_sign_in_button,
        "satisfies_second_factor": passkey.satisfies_second_factor,
    }
    return {"user_settings": {"passkey_settings": known}}
