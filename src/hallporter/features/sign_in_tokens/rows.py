"""How sign-in tokens are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import (
    InstanceId,
    SignInTokenId,
    UserId,
)


class SignInTokenRow(msgspec.Struct, frozen=True):
    """A row of `sign_in_tokens`: a ticket, known only by its hash."""

    id: SignInTokenId
    instance_id: InstanceId
    user_id: UserId
    token_hash: str
    status: Literal["pending", "accepted", "revoked"]
    expire_at: int
    created_at: int
    updated_at: int
