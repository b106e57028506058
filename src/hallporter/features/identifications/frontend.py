"""Frontend doors of the user's own email addresses."""

import msgspec

from hallporter.contract.callers import Guarded, SignedIn
from hallporter.contract.ids import IdentificationId
from hallporter.contract.objects import Deleted
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features.clients.envelope import own_reply
from hallporter.features.identifications import views
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.identifications.views import EmailAddress
from hallporter.features.users import own_identifiers
from hallporter.features.users.fields import Identifier
from hallporter.features.users.own_identifiers import AttemptIdentifier, PrepareIdentifier

_TYPE = "email_address"


class NewEmailAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A further address."""

    email_address: Identifier


@frontend.get("/v1/me/email_addresses")
async def get_email_addresses(scope: Scope, caller: SignedIn) -> list[EmailAddress]:
    """Return one's addresses."""
    return [
        views.email_address(each) for each in await own_identifiers.listed(scope, caller, _TYPE)
    ]


@frontend.post("/v1/me/email_addresses")
async def create_email_addresses(scope: Scope, caller: Guarded, given: NewEmailAddress) -> Reply:
    """Add an address, to be verified next."""
    row = await own_identifiers.create(scope, caller, _TYPE, given.email_address)
    return await _reply(scope, caller, row)


@frontend.get("/v1/me/email_addresses/{email_id}")
async def get_email_address(scope: Scope, caller: SignedIn, email_id: IdentificationId) -> Reply:
    """Return one of one's addresses."""
    return await _reply(scope, caller, await own_identifiers.get(scope, caller, _TYPE, email_id))


@frontend.post("/v1/me/email_addresses/{email_id}/prepare_verification")
async def send_verification_email(
    scope: Scope, caller: Guarded, email_id: IdentificationId, given: PrepareIdentifier
) -> Reply:
    """Send a code to an address."""
    row = await own_identifiers.prepare(scope, caller, _TYPE, email_id, given)
    return await _reply(scope, caller, row)


@frontend.post("/v1/me/email_addresses/{email_id}/attempt_verification")
async def verify_email_address(
    scope: Scope, caller: Guarded, email_id: IdentificationId, given: AttemptIdentifier
) -> Reply:
    """Verify an address by its code."""
    row = await own_identifiers.attempt(scope, caller, _TYPE, email_id, given)
    return await _reply(scope, caller, row)


@frontend.delete("/v1/me/email_addresses/{email_id}")
async def delete_email_address(scope: Scope, caller: Guarded, email_id: IdentificationId) -> Reply:
    """Remove an address."""
    await own_identifiers.delete(scope, caller, _TYPE, email_id)
    deleted = Deleted("email_address", email_id)
    return await own_reply(scope, caller, lambda _user: deleted)


async def _reply(scope: Scope, caller: SignedIn, row: IdentificationRow) -> Reply:
    address = views.email_address(row)
    return await own_reply(scope, caller, lambda _user: address)
