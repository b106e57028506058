"""Create and revoke actor tokens."""

from typing import Annotated, Any

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors, ids
from hallporter.contract.ids import ActorTokenId, UserId
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Id, bytes_at_most
from hallporter.core.clock import SECOND
from hallporter.core.random import token as random_token
from hallporter.core.secret import Secret, hash_of_token
from hallporter.features.actor_tokens import store
from hallporter.features.actor_tokens.rows import ActorTokenRow
from hallporter.features.users import store as user_store

_LONGEST_SECONDS = 30 * 86_400
# The actor stands in every session token, and that in a cookie.
_MOST_BYTES = 1_024

Seconds = Annotated[int, msgspec.Meta(ge=1, le=_LONGEST_SECONDS)]


class CreateActorToken(msgspec.Struct, frozen=True, kw_only=True):
    """In whose place, who, and for how long."""

    user_id: Id[UserId]
    actor: Annotated[dict[str, Any], bytes_at_most(_MOST_BYTES)]
    expires_in_seconds: Seconds | None = None
    session_max_duration_in_seconds: Seconds | None = None


async def create(scope: Scope, given: CreateActorToken) -> tuple[ActorTokenRow, Secret]:
    """Create a ticket to impersonate a user. Its value is returned here and never shown again."""
    _check(given.actor)
    if await user_store.user_by_id(scope.db, scope.instance.id, given.user_id) is None:
        raise errors.form.resource_not_found(param="user_id")
    ticket = Secret(random_token())
    row = ActorTokenRow(
        id=ids.ACTOR_TOKEN.new(scope.now),
        instance_id=scope.instance.id,
        user_id=given.user_id,
        actor=msgspec.Raw(msgspec.json.encode(given.actor)),
        token_hash=hash_of_token(ticket),
        status="pending",
        session_max_duration_in_seconds=given.session_max_duration_in_seconds or 1_800,
        expire_at=scope.now + (given.expires_in_seconds or 3_600) * SECOND,
        created_at=scope.now,
        updated_at=scope.now,
    )
    async with scope.db.write() as tx:
        await store.insert_actor_token(tx, row)
    return row, ticket


async def revoke(scope: Scope, id: ActorTokenId) -> ActorTokenRow:
    """Take back a ticket that was not used yet."""
    row = await store.actor_token_by_id(scope.db, scope.instance.id, id)
    if row is None:
        raise errors.actor_token.not_found()
    async with scope.db.write() as tx:
        if not await store.settle_actor_token(tx, scope.instance.id, id, "revoked", scope.now):
            raise errors.actor_token.not_pending()
    return replace(row, status="revoked", updated_at=scope.now)


def refuse_spent(scope: Scope, row: ActorTokenRow) -> None:
    """Raise unless the ticket can still be taken."""
    if row.status == "revoked":
        raise errors.actor_token.revoked(param="ticket")
    if row.status != "pending":
        raise errors.actor_token.already_used(param="ticket")
    if row.expire_at <= scope.now:
        raise errors.sign_in.ticket_expired(param="ticket")


def _check(actor: dict[str, Any]) -> None:
    # Without it nobody could tell who it was (RFC 8693 §4.1).
    sub = actor.get("sub")
    if sub is None or sub == "":
        raise errors.form.missing(param="actor.sub")
    if not isinstance(sub, str):
        raise errors.form.format_invalid(param="actor.sub")
    if len(msgspec.json.encode(actor)) > _MOST_BYTES:
        raise errors.form.allowed_size_exceeded(param="actor", max=_MOST_BYTES)
