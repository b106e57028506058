"""Frontend API endpoints of the user's own email addresses and phone numbers."""

import msgspec

from hallporter.contract.callers import AtTask, InPerson, InSession, Recent, SignedIn
from hallporter.contract.ids import IdentificationId
from hallporter.contract.objects import Deleted
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Identifier
from hallporter.edge.operation import frontend
from hallporter.features.envelope.envelope import own_reply
from hallporter.features.identifications import views as identification_views
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.identifications.views import EmailAddress, PhoneNumber
from hallporter.features.profile.identifiers import own_identifiers, own_phone_numbers
from hallporter.features.profile.identifiers.own_identifiers import (
    AttemptIdentifier,
    PrepareIdentifier,
)
from hallporter.features.profile.identifiers.own_phone_numbers import Number, UpdatePhoneNumber
from hallporter.features.strategies.strategy import Proof

_EMAIL = "email_address"
_PHONE = "phone_number"


class NewEmailAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A further address."""

    email_address: Identifier


class NewPhoneNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A further number, and whether it is to be a second factor."""

    phone_number: Identifier
    reserved_for_second_factor: bool | None = None


@frontend.get("/v1/me/email_addresses")
async def get_email_addresses(scope: Scope, caller: SignedIn) -> list[EmailAddress]:
    """Return one's addresses."""
    return [
        identification_views.email_address(each)
        for each in await own_identifiers.listed(scope, caller, _EMAIL)
    ]


@frontend.post("/v1/me/email_addresses", costs="wrong_attempts", is_paced=True)
async def create_email_addresses(
    scope: Scope, caller: SignedIn[Recent], given: NewEmailAddress
) -> Reply:
    """Add an address, to be verified next."""
    row = await own_identifiers.create(scope, caller, _EMAIL, given.email_address)
    return await _reply(scope, caller, row)


@frontend.get("/v1/me/email_addresses/{email_id}")
async def get_email_address(scope: Scope, caller: SignedIn, email_id: IdentificationId) -> Reply:
    """Return one of one's addresses."""
    return await _reply(scope, caller, await own_identifiers.get(scope, caller, _EMAIL, email_id))


@frontend.post("/v1/me/email_addresses/{email_id}/prepare_verification", is_paced=True)
async def send_verification_email(
    scope: Scope, caller: SignedIn[InPerson], email_id: IdentificationId, given: PrepareIdentifier
) -> Reply:
    """Send a code to an address."""
    prepared = await own_identifiers.prepare(scope, caller, _EMAIL, email_id, given)
    return await _reply(scope, caller, prepared.row)


@frontend.post(
    "/v1/me/email_addresses/{email_id}/attempt_verification", costs="wrong_attempts", is_paced=True
)
async def verify_email_address(
    scope: Scope, caller: SignedIn[InPerson], email_id: IdentificationId, given: AttemptIdentifier
) -> Reply:
    """Verify an address by its code."""
    proof = Proof(code=given.code)
    row = await own_identifiers.attempt(scope, caller, _EMAIL, email_id, proof)
    return await _reply(scope, caller, row)


@frontend.delete("/v1/me/email_addresses/{email_id}")
async def delete_email_address(
    scope: Scope, caller: SignedIn[Recent], email_id: IdentificationId
) -> Reply:
    """Remove an address."""
    await own_identifiers.delete(scope, caller, _EMAIL, email_id)
    deleted = Deleted("email_address", email_id)
    return await own_reply(scope, caller, lambda _user: deleted)


async def _reply(scope: Scope, caller: SignedIn, row: IdentificationRow) -> Reply:
    address = identification_views.email_address(row)
    return await own_reply(scope, caller, lambda _user: address)


@frontend.get("/v1/me/phone_numbers")
async def get_phone_numbers(scope: Scope, caller: AtTask) -> list[PhoneNumber]:
    """Return one's numbers."""
    return [
        identification_views.phone_number(each)
        for each in await own_identifiers.listed(scope, caller, _PHONE)
    ]


@frontend.post("/v1/me/phone_numbers", costs="wrong_attempts", is_paced=True)
async def post_phone_numbers(scope: Scope, caller: AtTask[Recent], given: NewPhoneNumber) -> Reply:
    """Add a number, to be verified next."""
    row = await own_identifiers.create(
        scope,
        caller,
        _PHONE,
        given.phone_number,
        is_second_factor=bool(given.reserved_for_second_factor),
    )
    return await _number(scope, caller, Number(row))


@frontend.get("/v1/me/phone_numbers/{phone_number_id}")
async def read_phone_number(
    scope: Scope, caller: SignedIn, phone_number_id: IdentificationId
) -> Reply:
    """Return one of one's numbers."""
    row = await own_identifiers.get(scope, caller, _PHONE, phone_number_id)
    return await _number(scope, caller, Number(row))


@frontend.post("/v1/me/phone_numbers/{phone_number_id}/prepare_verification", is_paced=True)
async def send_verification_sms(
    scope: Scope,
    caller: AtTask[InPerson],
    phone_number_id: IdentificationId,
    given: PrepareIdentifier,
) -> Reply:
    """Send a code to a number."""
    number = await own_phone_numbers.prepare(scope, caller, phone_number_id, given)
    return await _number(scope, caller, number)


@frontend.post(
    "/v1/me/phone_numbers/{phone_number_id}/attempt_verification",
    costs="wrong_attempts",
    is_paced=True,
)
async def verify_phone_number(
    scope: Scope,
    caller: AtTask[InPerson],
    phone_number_id: IdentificationId,
    given: AttemptIdentifier,
) -> Reply:
    """Verify a number by its code."""
    number = await own_phone_numbers.attempt(scope, caller, phone_number_id, given)
    return await _number(scope, caller, number)


@frontend.patch("/v1/me/phone_numbers/{phone_number_id}", is_paced=True)
async def update_phone_number(
    scope: Scope,
    caller: AtTask[InPerson],
    phone_number_id: IdentificationId,
    given: UpdatePhoneNumber,
) -> Reply:
    """Say what a number is for."""
    number = await own_phone_numbers.update(scope, caller, phone_number_id, given)
    return await _number(scope, caller, number)


@frontend.delete("/v1/me/phone_numbers/{phone_number_id}")
async def delete_phone_number(
    scope: Scope, caller: SignedIn[Recent], phone_number_id: IdentificationId
) -> Reply:
    """Remove a number."""
    await own_phone_numbers.delete(scope, caller, phone_number_id)
    deleted = Deleted("phone_number", phone_number_id)
    return await own_reply(scope, caller, lambda _user: deleted)


async def _number(scope: Scope, caller: InSession, number: Number) -> Reply:
    shown = identification_views.phone_number(
        number.row, backup_codes=number.backup_codes, channel=number.channel
    )
    return await own_reply(scope, caller, lambda _user: shown)
