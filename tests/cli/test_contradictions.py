"""Settings that cannot both be meant are refused, each pair in a sentence that says what to do."""

from typing import Any

import msgspec
import pytest

from hallporter.contract.settings import Settings
from hallporter.contract.settings_rules import Subject
from hallporter.features.settings import safety

TWILIO = {"sms.transport": "twilio", "sms.account_sid": "AC1", "sms.password": "x"}
NO_CODES: dict[str, Any] = {
    "attributes.email_address.first_factors": [],
    "attributes.password.enabled": False,
    "attributes.password.required": False,
}
NO_ADDRESS = {
    "attributes.email_address.enabled": False,
    "attributes.email_address.required": False,
}
NUMBERS = {"attributes.phone_number.enabled": True}
USERNAMES = {"attributes.username.enabled": True}
NO_NAMES = {"attributes.email_address.used_for_first_factor": False}
PROVIDER = {"social": {"oauth_google": {"client_id": "a"}}}

# What is set, what is said, and what of it put otherwise makes sense.
CONTRADICTIONS: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    ({"attributes.username.required": True}, "asks everybody for username", USERNAMES),
    ({"attributes.phone_number.required": True}, "asks everybody for phone_number", NUMBERS),
    (
        {"attributes.password.enabled": False},
        "asks everybody for password and takes none",
        {"attributes.password.required": False},
    ),
    (
        {"attributes.username.channels": ["sms"], **USERNAMES},
        "which is no telephone",
        {"attributes.username.channels": None},
    ),
    (NO_ADDRESS, "nothing to know its users by", USERNAMES),
    (
        {**NUMBERS, "attributes.phone_number.verifications": []},
        "numbers proved at sign-up",
        {"attributes.phone_number.verify_at_sign_up": False},
    ),
    (
        {"attributes.phone_number.verifications": ["email_code"]},
        "cannot prove numbers by email_code",
        {"attributes.phone_number.verifications": ["phone_code"]},
    ),
    (
        {"attributes.phone_number.first_factors": ["pigeon"]},
        "cannot prove numbers by pigeon",
        {"attributes.phone_number.first_factors": []},
    ),
    (NO_CODES, "lets nobody sign in", NUMBERS),
    (NO_CODES, "lets nobody sign in", {"attributes.passkey.enabled": True}),
    (NO_CODES, "lets nobody sign in", PROVIDER),
    (NO_CODES, "lets nobody sign in", {"attributes.web3_wallet.enabled": True}),
    (NO_NAMES, "nothing to name oneself by", USERNAMES),
    (NO_NAMES, "nothing to name oneself by", {"attributes.passkey.enabled": True}),
    (NO_NAMES, "nothing to name oneself by", PROVIDER),
    (
        {"enumeration_protection": True, "attributes.web3_wallet.enabled": True},
        "signs in by wallet",
        {"enumeration_protection": False},
    ),
    (
        {"require_multi_factor": True, "attributes.authenticator_app.enabled": False},
        "asks for a second factor and has none",
        NUMBERS,
    ),
    (
        {"sign_up.mode": "restricted", **NO_ADDRESS, **USERNAMES},
        "invitations are for email addresses",
        {"sign_up.mode": "public"},
    ),
    (
        {"sign_up.mode": "waitlist", **NO_ADDRESS, **USERNAMES},
        "invitations are for email addresses",
        {"attributes.email_address.enabled": True},
    ),
    (
        {**NUMBERS, "attributes.phone_number.channels": []},
        "no channel",
        {"attributes.phone_number.channels": ["whatsapp"]},
    ),
    (
        {"preferred_channels": {"BR": "whatsapp"}},
        "prefers whatsapp in BR",
        {"attributes.phone_number.channels": ["sms", "whatsapp"]},
    ),
    (
        {
            **NUMBERS,
            **TWILIO,
            "sms.from_number": "+1",
            "attributes.phone_number.channels": ["sms", "whatsapp"],
        },
        "by whatsapp and has no sender",
        {"sms.whatsapp_number": "+1"},
    ),
    (
        {**NUMBERS, **TWILIO, "sms.whatsapp_number": "+1"},
        "by sms and has no sender",
        {"attributes.phone_number.channels": ["whatsapp"]},
    ),
    ({"password.min_length": 80}, "longer than they may be", {"password.max_length": 80}),
    (
        {"password.require_special_char": True, "password.allowed_special_characters": ""},
        "special character in passwords and knows none",
        {"password.allowed_special_characters": "!"},
    ),
    (
        {"password.refuse_breached_at_sign_in": True, **NO_ADDRESS, **USERNAMES},
        "no way to reset one",
        NUMBERS,
    ),
    (
        {"force_organization_selection": True},
        "this release has none",
        {"force_organization_selection": False},
    ),
    (
        {"enumeration_protection": True, "attributes.email_address.verify_at_sign_up": False},
        "tells at sign-up, which proves no email_address",
        {"attributes.email_address.verify_at_sign_up": True},
    ),
    (
        {
            **NUMBERS,
            "enumeration_protection": True,
            "attributes.phone_number.verify_at_sign_up": False,
        },
        "tells at sign-up, which proves no phone_number",
        {"attributes.phone_number.verify_at_sign_up": True},
    ),
    (
        {"trusted_device": {"sign_in": True}, "native_api": False},
        "keys of native apps, which may not call it",
        {"native_api": True},
    ),
    (
        {"trusted_device": {"prompt_after_sign_up": True}},
        "takes no keys of native apps",
        {"trusted_device": {"sign_in": True, "prompt_after_sign_up": True}},
    ),
    (
        {"client_trust": True, **NO_ADDRESS, **USERNAMES},
        "nothing to ask them by",
        NUMBERS,
    ),
]


def subject(changes: dict[str, Any]) -> Subject:
    """Return a local instance with some settings changed, null taking one back."""
    plain: dict[str, Any] = msgspec.to_builtins(Settings())
    for path, value in changes.items():
        *groups, name = path.split(".")
        group = plain
        for each in groups:
            group = group[each]
        if value is None:
            group.pop(name, None)
        else:
            group[name] = value
    return Subject("default", "clerk.localhost:4100", msgspec.convert(plain, Settings))


@pytest.mark.parametrize(("given", "said", "mended"), CONTRADICTIONS)
def test_what_cannot_both_be_meant_is_refused_until_it_is_mended(
    given: dict[str, Any], said: str, mended: dict[str, Any]
) -> None:
    (sentence,) = safety.of_instance(subject(given))
    assert sentence.startswith("Instance default ")
    assert said in sentence
    assert "run `hallporter instance update default " in sentence
    assert sentence.endswith(".")
    assert safety.of_instance(subject({**given, **mended})) == []


def test_defaults_contradict_nothing() -> None:
    assert safety.of_instance(subject({})) == []
