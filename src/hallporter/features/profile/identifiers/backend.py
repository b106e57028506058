"""Backend API endpoints of email addresses."""

from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import IdentificationId
from hallporter.contract.objects import Deleted
from hallporter.contract.scope import Scope
from hallporter.edge.operation import backend
from hallporter.features.identifications import views as identification_views
from hallporter.features.identifications.views import EmailAddress
from hallporter.features.profile.identifiers import email_addresses
from hallporter.features.profile.identifiers.email_addresses import (
    CreateEmailAddress,
    UpdateEmailAddress,
)


@backend.post("/v1/email_addresses")
async def create_email_address(
    scope: Scope, caller: SecretKey, given: CreateEmailAddress
) -> EmailAddress:
    """Give a user an address."""
    return identification_views.email_address(await email_addresses.create(scope, given))


@backend.get("/v1/email_addresses/{email_address_id}")
async def get_email_address(
    scope: Scope, caller: SecretKey, email_address_id: IdentificationId
) -> EmailAddress:
    """Return one address."""
    return identification_views.email_address(await email_addresses.get(scope, email_address_id))


@backend.patch("/v1/email_addresses/{email_address_id}")
async def update_email_address(
    scope: Scope, caller: SecretKey, email_address_id: IdentificationId, given: UpdateEmailAddress
) -> EmailAddress:
    """Mark an address as verified, or make it its user's primary one."""
    return identification_views.email_address(
        await email_addresses.update(scope, email_address_id, given)
    )


@backend.delete("/v1/email_addresses/{email_address_id}")
async def delete_email_address(
    scope: Scope, caller: SecretKey, email_address_id: IdentificationId
) -> Deleted:
    """Take an address from its user."""
    await email_addresses.delete(scope, email_address_id)
    return Deleted("email_address", email_address_id)
