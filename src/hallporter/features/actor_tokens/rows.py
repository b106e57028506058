"""How actor tokens are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import ActorTokenId, InstanceId, UserId


class ActorTokenRow(msgspec.Struct, frozen=True):
    """A row of `actor_tokens`: a ticket, known only by its hash."""

    id: ActorTokenId
    instance_id: InstanceId
    user_id: UserId
    actor: msgspec.Raw
    token_hash: str
    status: Literal["pending", "accepted", "revoked"]
    session_max_duration_in_seconds: int
    expire_at: int
    created_at: int
    updated_at: int
