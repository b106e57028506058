"""The attributes of users: which of them cannot be as they are set, and what browsers are told."""

from collections.abc import Iterator
from typing import Any

import msgspec

from hallporter.contract.instance import Instance
from hallporter.contract.settings import AttributeSettings, PhoneCodeChannel, Settings
from hallporter.contract.settings_rules import Subject

IDENTIFIERS = ("email_address", "phone_number", "username", "web3_wallet")
_EMAIL, _PHONE = "attributes.email_address", "attributes.phone_number"
_BY_CODE = f"""'{_EMAIL}.verifications=["email_code"]'"""
_OFF = AttributeSettings()


def email_addresses(subject: Subject) -> Iterator[str]:
    """Yield how addresses cannot be proved."""
    known = ("email_code", "email_link")
    address = subject.settings.attributes.email_address
    for name in ("first_factors", "verifications"):
        for each in getattr(address, name):
            if each not in known:
                yield (
                    f"Instance {subject.slug} cannot prove addresses by {each}: "
                    f"{_EMAIL}.{name} may hold {' and '.join(known)}."
                )
    if address.enabled and address.verify_at_sign_up and not address.verifications:
        yield subject.wrong("has addresses proved at sign-up and no way to do so", _BY_CODE)


def usernames(subject: Subject) -> Iterator[str]:
    """Yield that no username is long enough."""
    username = subject.settings.username
    if username.min_length > username.max_length:
        yield subject.wrong(
            "asks for usernames that are longer than they may be", "username.max_length=64"
        )


def attributes(subject: Subject) -> Iterator[str]:
    """Yield which attributes are asked for in vain, and that there is none to be known by."""
    attributes = subject.settings.attributes
    for name in attributes.__struct_fields__:
        attribute: AttributeSettings = getattr(attributes, name)
        path = f"attributes.{name}"
        if attribute.required and not attribute.enabled:
            yield subject.wrong(
                f"asks everybody for {name} and takes none",
                f"{path}.enabled=true, or {path}.required=false",
            )
        if name != "phone_number" and attribute.channels is not msgspec.UNSET:
            yield subject.wrong(f"has channels for {name}, which is no telephone", f"{path}=…")
    if not any(getattr(attributes, name).enabled for name in IDENTIFIERS):
        yield subject.wrong("has nothing to know its users by", f"{_EMAIL}.enabled=true")


def phone_numbers(subject: Subject) -> Iterator[str]:
    """Yield how numbers cannot be proved."""
    number = subject.settings.attributes.phone_number
    if number.enabled and number.verify_at_sign_up and not number.verifications:
        yield subject.wrong(
            "has numbers proved at sign-up and no way to do so",
            f"""'{_PHONE}.verifications=["phone_code"]'""",
        )
    for name in ("first_factors", "second_factors", "verifications"):
        for each in getattr(number, name):
            if each != "phone_code":
                yield subject.wrong(
                    f"cannot prove numbers by {each}", f"""'{_PHONE}.{name}=["phone_code"]'"""
                )


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


def environment(instance: Instance) -> dict[str, Any]:
    """Return what browsers are told of them."""
    settings = instance.settings
    attributes = settings.attributes
    identifiers = [name for name in IDENTIFIERS if getattr(attributes, name).identifies]
    return {
        "auth_config": {
            "first_name": _switch(attributes.first_name),
            "last_name": _switch(attributes.last_name),
            "email_address": _switch(attributes.email_address),
            "phone_number": _switch(attributes.phone_number),
            "username": _switch(attributes.username),
            "password": _switch(attributes.password),
            "identification_requirements": [identifiers],
            "identification_strategies": identifiers,
            "email_address_verification_strategies": list(attributes.email_address.verifications),
        },
        "user_settings": {
            "attributes": _attributes(settings),
            "username_settings": _username_settings(settings),
        },
    }


def _switch(attribute: AttributeSettings) -> str:
    if not attribute.enabled:
        return "off"
    return "required" if attribute.required else "on"


def _attributes(settings: Settings) -> dict[str, Attribute]:
    attributes = settings.attributes
    known = {
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
    return {name: _attribute(each) for name, each in known.items()}


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


def _username_settings(settings: Settings) -> dict[str, Any]:
    username = settings.username
    return {
        "min_length": username.min_length,
        "max_length": username.max_length,
        "allow_extended_special_characters": username.allow_extended_special_characters,
        "allow_numeric_usernames": True,
    }
