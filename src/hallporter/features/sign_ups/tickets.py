"""Signing up by invitation."""

from hallporter.contract import errors
from hallporter.contract.callers import Browser
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.features.identifications import store as identifications
from hallporter.features.invitations import actions as invitations
from hallporter.features.sign_ups import actions
from hallporter.features.sign_ups.actions import Outcome
from hallporter.features.sign_ups.given import SignUpFields


async def create(
    scope: Scope, browser: Browser, ticket: Secret | None, given: SignUpFields
) -> Outcome:
    """Begin a sign-up of whom an instance has invited; the ticket is spent when it is complete."""
    if ticket is None:
        raise errors.form.missing(param="ticket")
    invitation = await invitations.open_one(scope, ticket)
    owner = await identifications.owned_identification(
        scope.db, scope.instance.id, "email_address", invitation.email_address
    )
    if owner is not None:
        raise errors.invitation.account_exists()
    return await actions.create_sign_up(scope, browser, given, invitation=invitation)
