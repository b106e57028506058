"""Which ticket is this?"""

from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret, hash_of_token
from hallporter.features.actor_tokens import store as actor_token_store
from hallporter.features.actor_tokens.rows import ActorTokenRow
from hallporter.features.invitations import store as invitation_store
from hallporter.features.invitations.rows import InvitationRow
from hallporter.features.sign_in_tokens import store as sign_in_token_store
from hallporter.features.sign_in_tokens.rows import SignInTokenRow

Found = ActorTokenRow | SignInTokenRow | InvitationRow


async def of_ticket(scope: Scope, ticket: Secret) -> Found | None:
    """Return what a ticket stands for, whatever became of it; None for none of ours."""
    db, instance_id, token_hash = scope.db, scope.instance.id, hash_of_token(ticket)
    return (
        await actor_token_store.actor_token_by_hash(db, instance_id, token_hash)
        or await sign_in_token_store.sign_in_token_by_hash(db, instance_id, token_hash)
        or await invitation_store.invitation_by_hash(db, instance_id, token_hash)
    )
