"""Backend API endpoints of actor tokens."""

import msgspec

from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import ActorTokenId, UserId
from hallporter.contract.objects import Moment, Opaque, WireObject
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.edge.operation import backend
from hallporter.features.actor_tokens import actions
from hallporter.features.actor_tokens.actions import CreateActorToken
from hallporter.features.actor_tokens.rows import ActorTokenRow
from hallporter.features.clients import addresses


class ActorToken(WireObject, frozen=True, tag="actor_token"):
    """A ticket to impersonate a user. Its token is shown once, when it is created."""

    id: ActorTokenId
    status: str
    user_id: UserId
    actor: Opaque
    token: str | msgspec.UnsetType
    url: str | msgspec.UnsetType
    created_at: Moment
    updated_at: Moment


@backend.post("/v1/actor_tokens")
async def create_actor_token(
    scope: Scope, caller: SecretKey, given: CreateActorToken
) -> ActorToken:
    """Create a single-use ticket to impersonate a user."""
    row, ticket = await actions.create(scope, given)
    return _object(scope, row, ticket)


@backend.post("/v1/actor_tokens/{actor_token_id}/revoke")
async def revoke_actor_token(
    scope: Scope, caller: SecretKey, actor_token_id: ActorTokenId
) -> ActorToken:
    """Take back a ticket."""
    return _object(scope, await actions.revoke(scope, actor_token_id), None)


def _object(scope: Scope, row: ActorTokenRow, ticket: Secret | None) -> ActorToken:
    return ActorToken(
        id=row.id,
        status=row.status,
        user_id=row.user_id,
        actor=row.actor,
        token=msgspec.UNSET if ticket is None else ticket.reveal(),
        url=msgspec.UNSET if ticket is None else addresses.of_ticket(scope, ticket),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
