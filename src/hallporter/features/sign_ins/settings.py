"""How users sign in: what leaves them no way, and what browsers are told."""

from collections.abc import Iterator
from typing import Any

from hallporter.contract.instance import Instance
from hallporter.contract.settings import AttributeSettings, Settings
from hallporter.contract.settings_rules import Subject
from hallporter.features.identifications.settings import IDENTIFIERS

_EMAIL = "attributes.email_address"


def ways_in(subject: Subject) -> Iterator[str]:
    """Yield that nobody could sign in."""
    settings = subject.settings
    attributes = settings.attributes
    proofs = (attributes.email_address, attributes.phone_number, attributes.web3_wallet)
    by_proof = any(each.enabled and each.first_factors for each in proofs)
    by_provider = any(each.enabled and each.authenticatable for each in settings.social.values())
    by_itself = attributes.passkey.enabled or by_provider
    if not (attributes.password.enabled or by_proof or by_itself):
        yield subject.wrong(
            "lets nobody sign in: no password, no code", "attributes.password.enabled=true"
        )
    identifiers: list[AttributeSettings] = [getattr(attributes, name) for name in IDENTIFIERS]
    is_known = by_itself or any(each.identifies for each in identifiers)
    if not is_known and any(each.enabled for each in identifiers):
        yield subject.wrong(
            "lets nobody sign in: there is nothing to name oneself by",
            f"{_EMAIL}.used_for_first_factor=true",
        )


def new_browsers(subject: Subject) -> Iterator[str]:
    """Yield that there is nothing to ask users by in a new browser."""
    attributes = subject.settings.attributes
    if subject.settings.client_trust and not (
        attributes.email_address.enabled or attributes.phone_number.enabled
    ):
        yield subject.wrong(
            "trusts no new browser of its users, and has nothing to ask them by",
            f"{_EMAIL}.enabled=true, or client_trust=false",
        )


def hidden_accounts(subject: Subject) -> Iterator[str]:
    """Yield what would tell who has an account although it is to be hidden."""
    settings = subject.settings
    if not settings.enumeration_protection:
        return
    for name in ("email_address", "phone_number"):
        attribute: AttributeSettings = getattr(settings.attributes, name)
        if attribute.enabled and not attribute.verify_at_sign_up:
            yield subject.wrong(
                f"hides who has an account, and tells at sign-up, which proves no {name}",
                f"attributes.{name}.verify_at_sign_up=true, or enumeration_protection=false",
            )
    if settings.attributes.web3_wallet.enabled:
        yield subject.wrong(
            "hides who has an account, and signs in by wallet, which asks nobody but users",
            "attributes.web3_wallet.enabled=false, or enumeration_protection=false",
        )


def environment(instance: Instance) -> dict[str, Any]:
    """Return what browsers are told of it."""
    settings = instance.settings
    protection = {
        # What is shown of addresses is masked, always.
        "pii": {"enabled": True},
        "enumeration_protection": {"enabled": settings.enumeration_protection},
    }
    return {
        "auth_config": {
            "first_factors": _first_factors(settings),
            "second_factors": _second_factors(settings),
        },
        "user_settings": {"attack_protection": protection},
    }


def _first_factors(settings: Settings) -> list[str]:
    attributes = settings.attributes
    found = list(attributes.email_address.first_factors)
    if attributes.phone_number.enabled:
        found += attributes.phone_number.first_factors
    if attributes.web3_wallet.enabled:
        found += attributes.web3_wallet.first_factors
    if attributes.password.enabled:
        found.append("password")
    if attributes.passkey.enabled:
        found += attributes.passkey.first_factors
    return [*found, "ticket"]


def _second_factors(settings: Settings) -> list[str]:
    attributes = settings.attributes
    there = (attributes.authenticator_app, attributes.phone_number, attributes.backup_code)
    return [name for each in there if each.is_second_factor for name in each.second_factors]
