"""Signing up by invitation."""

from hallporter.contract import errors
from hallporter.contract.callers import Browser
from hallporter.contract.problem import ApiError
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
    invitation = await invitations.of_ticket(scope, ticket)
    if invitation is None:
        raise await _why_unknown(scope, ticket)
    invitations.refuse_closed(scope, invitation)
    owner = await identifications.owned_identification(
        scope.db, scope.instance.id, "email_address", invitation.email_address
    )
    if owner is not None:
        raise errors.invitation.account_exists()
    return await actions.create_sign_up(scope, browser, given, invitation=invitation)


async def _why_unknown(scope: Scope, ticket: Secret) -> ApiError:
    if await sign_in_tickets.of_ticket(scope, ticket) is not None:
        return errors.sign_in.token_not_in_sign_in(param="ticket")
    if await actor_tokens.of_ticket(scope, ticket) is not None:
        return errors.actor_token.not_in_sign_in(param="ticket")
    return errors.sign_in.ticket_invalid(param="ticket")
