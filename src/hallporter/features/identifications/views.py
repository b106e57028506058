"""Identifications as the outside sees them."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from hallporter.contract.ids import IdentificationId
from hallporter.contract.objects import Moment, WireObject
from hallporter.contract.settings import PhoneCodeChannel
from hallporter.features.identifications.rows import IdentificationRow

_VERIFICATION_OBJECTS = {
    "admin": "verification_admin",
    "ticket": "verification_ticket",
    "email_link": "verification_email_link",
}


class VerificationObject(msgspec.Struct, frozen=True):
    """How an identification was or is to be proved."""

    object: str
    status: str
    strategy: str
    attempts: int | None
    expire_at: Moment | None
    nonce: str | msgspec.UnsetType
    message: str | msgspec.UnsetType
    channel: PhoneCodeChannel | msgspec.UnsetType


class Link(msgspec.Struct, frozen=True):
    """An account at a provider that has the same address."""

    type: str
    id: IdentificationId


class EmailAddress(WireObject, frozen=True, tag="email_address"):
    """An email address of a user."""

    id: IdentificationId
    email_address: str
    reserved: bool
    verification: VerificationObject | None
    linked_to: list[Link]
    matches_sso_connection: bool
    created_at: Moment
    updated_at: Moment


class PhoneNumber(WireObject, frozen=True, tag="phone_number"):
    """A phone number of a user."""

    id: IdentificationId
    phone_number: str
    reserved_for_second_factor: bool
    default_second_factor: bool
    reserved: bool
    verification: VerificationObject | None
    linked_to: list[dict[str, Any]]
    created_at: Moment
    updated_at: Moment
    backup_codes: list[str] | msgspec.UnsetType


class Web3Wallet(WireObject, frozen=True, tag="web3_wallet"):
    """A wallet of a user."""

    id: IdentificationId
    web3_wallet: str
    verification: VerificationObject | None
    created_at: Moment
    updated_at: Moment


def email_address(row: IdentificationRow, linked_to: Sequence[Link] = ()) -> EmailAddress:
    """Return the email address that `row` stores."""
    return EmailAddress(
        id=row.id,
        email_address=row.identifier,
        reserved=row.status == "reserved",
        verification=_verification(row),
        linked_to=list(linked_to),
        matches_sso_connection=False,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def phone_number(
    row: IdentificationRow,
    *,
    backup_codes: list[str] | None = None,
    channel: PhoneCodeChannel | None = None,
) -> PhoneNumber:
    """Return the phone number in `row`.

    `backup_codes` are shown when they were just created, `channel` when a code was just sent.
    """
    return PhoneNumber(
        id=row.id,
        phone_number=row.canonical,
        reserved_for_second_factor=row.reserved_for_second_factor,
        default_second_factor=row.default_second_factor,
        reserved=row.status == "reserved",
        verification=_verification(row, channel),
        linked_to=[],
        created_at=row.created_at,
        updated_at=row.updated_at,
        backup_codes=msgspec.UNSET if backup_codes is None else backup_codes,
    )


def web3_wallet(
    row: IdentificationRow,
    *,
    nonce: str | msgspec.UnsetType = msgspec.UNSET,
    message: str | msgspec.UnsetType = msgspec.UNSET,
) -> Web3Wallet:
    """Return the wallet that `row` stores; `message` is what it has just been asked to sign."""
    verification = _verification(row)
    if verification is not None:
        verification = replace(verification, nonce=nonce, message=message)
    return Web3Wallet(
        id=row.id,
        web3_wallet=row.identifier,
        verification=verification,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _verification(
    row: IdentificationRow, channel: PhoneCodeChannel | None = None
) -> VerificationObject | None:
    if row.strategy is None:
        return None
    return VerificationObject(
        object=_object(row.strategy),
        status=row.status,
        strategy=row.strategy,
        attempts=row.attempts,
        expire_at=row.expire_at if row.strategy == "admin" else row.expire_at or row.updated_at,
        nonce=msgspec.UNSET,
        message=msgspec.UNSET,
        channel=channel or msgspec.UNSET,
    )


def _object(strategy: str) -> str:
    if strategy.startswith("web3_"):
        return "verification_web3"
    if strategy.startswith("from_oauth_"):
        return "verification_from_oauth"
    return _VERIFICATION_OBJECTS.get(strategy, "verification_otp")
