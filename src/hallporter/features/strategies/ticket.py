"""A ticket: of a sign-in token, of an actor token, or of an invitation."""

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.actor_tokens import actions as actor_token_actions
from hallporter.features.actor_tokens import store as actor_token_store
from hallporter.features.actor_tokens.rows import ActorTokenRow
from hallporter.features.identifications import store as identification_store
from hallporter.features.invitations import actions as invitation_actions
from hallporter.features.invitations import store as invitation_store
from hallporter.features.invitations.rows import InvitationRow
from hallporter.features.sign_in_tokens import actions as sign_in_token_actions
from hallporter.features.sign_in_tokens import store as sign_in_token_store
from hallporter.features.sign_in_tokens.rows import SignInTokenRow
from hallporter.features.strategies.strategy import Attempt, Known, Stranger, Strategy
from hallporter.features.tickets import actions as ticket_actions
from hallporter.features.tickets.actions import Found
from hallporter.features.verifications.claims import Verdict


class Ticket(Strategy):
    """A ticket that a server made or mailed. It is a first factor, never a second.

    An actor token's ticket starts an impersonated session. An invitation's ticket signs in the user
    who has the invited address.
    """

    object = "verification_ticket"
    names_itself = True
    leaves_user = True

    def __init__(self) -> None:
        super().__init__("ticket")

    async def known(self, scope: Scope, attempt: Attempt) -> Known:
        """Return whom a ticket signs in."""
        match await _found(scope, attempt):
            case ActorTokenRow() as token:
                return self._of_actor(scope, token)
            case SignInTokenRow() as token:
                return self._of_sign_in(scope, token)
            case InvitationRow() as invitation:
                return await self._of_invitation(scope, invitation)
            case None:
                raise errors.sign_in.ticket_invalid(param="ticket")

    async def stranger(self, scope: Scope, attempt: Attempt) -> Stranger:
        """Return whom an instance has invited; the ticket is spent when the sign-up is complete."""
        match await _found(scope, attempt):
            case InvitationRow() as invitation:
                invitation_actions.refuse_closed(scope, invitation)
            case SignInTokenRow():
                raise errors.sign_in.token_not_in_sign_in(param="ticket")
            case ActorTokenRow():
                raise errors.actor_token.not_in_sign_in(param="ticket")
            case None:
                raise errors.sign_in.ticket_invalid(param="ticket")
        owner = await identification_store.owned_identification(
            scope.db, scope.instance.id, "email_address", invitation.email_address
        )
        if owner is not None:
            raise errors.invitation.account_exists()
        return Stranger(_nothing, invitation=invitation)

    def _of_actor(self, scope: Scope, token: ActorTokenRow) -> Known:
        actor_token_actions.refuse_spent(scope, token)

        async def claim(tx: Write) -> Verdict:
            if await actor_token_store.settle_actor_token(
                tx, scope.instance.id, token.id, "accepted", scope.now
            ):
                return None
            return errors.actor_token.already_used(param="ticket")

        return Known(token.user_id, claim, self.name, actor_token=token)

    def _of_sign_in(self, scope: Scope, token: SignInTokenRow) -> Known:
        sign_in_token_actions.refuse_spent(scope, token)

        async def claim(tx: Write) -> Verdict:
            if await sign_in_token_store.settle_sign_in_token(
                tx, scope.instance.id, token.id, "accepted", scope.now
            ):
                return None
            return errors.sign_in.token_already_used(param="ticket")

        return Known(token.user_id, claim, self.name)

    async def _of_invitation(self, scope: Scope, invitation: InvitationRow) -> Known:
        invitation_actions.refuse_closed(scope, invitation)
        owner = await identification_store.owned_identification(
            scope.db, scope.instance.id, "email_address", invitation.email_address
        )
        if owner is None or owner.status != "verified":
            raise errors.invitation.account_not_exists(param="ticket")

        async def claim(tx: Write) -> Verdict:
            if await invitation_store.settle_invitation(
                tx, scope.instance.id, invitation.id, "accepted", scope.now
            ):
                return None
            return errors.invitation.already_accepted(param="ticket")

        return Known(owner.user_id, claim, self.name)


async def _nothing(_tx: Write) -> None:
    """Leave the invitation as it is."""


async def _found(scope: Scope, attempt: Attempt) -> Found | None:
    ticket = attempt.proof.ticket
    if ticket is None:
        raise errors.form.missing(param="ticket")
    return await ticket_actions.of_ticket(scope, ticket)
