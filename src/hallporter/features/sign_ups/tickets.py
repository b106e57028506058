"""Signing up by invitation."""

from hallporter.contract import errors
from hallporter.contract.callers import Browser
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.features.actor_tokens import actions as actor_tokens
from hallporter.features.identifications import store as identifications
from hallporter.features.invitations import actions as invitations
from hallporter.features.sign_ins import tickets as sign_in_tickets
from hallporter.features.sign_ups import actions
from hallporter.features.sign_ups.actions import Outcome
from hallporter.features.sign_ups.given import SignUpFields


async def create(
    scope: Scope, browser: Browser, ticket: Secret | None, given: SignUpFields
) -> Outcome:
    """Begin a sign-up of whom an instance has invited; the ticket is spent when it is complete."""
    if ticket is None:
        raise errors.form.missing(param="ticket")
    await _refuse_those_of_sign_ins(scope, ticket)
    invitation = await invitations.open_one(scope, ticket)
    owner = await identifications.owned_identification(
        scope.db, scope.instance.id, "email_address", invitation.email_address
    )
    if owner is not None:
        raise errors.invitation.account_exists()
    return await actions.create_sign_up(scope, browser, given, invitation=invitation)


async def _refuse_those_of_sign_ins(scope: Scope, ticket: Secret) -> None:
    if await sign_in_tickets.of_ticket(scope, ticket) is not None:
        raise errors.sign_in.token_not_in_sign_in(param="ticket")
    if await actor_tokens.of_ticket(scope, ticket) is not None:
        raise errors.actor_token.not_in_sign_in(param="ticket")
