"""How reverifications are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import InstanceId, SessionId, VerificationId

Level = Literal["first_factor", "second_factor", "multi_factor"]
Status = Literal["needs_first_factor", "needs_second_factor", "complete"]


class ReverificationRow(msgspec.Struct, frozen=True):
    """A row of `session_reverifications`: at most one per session.

    A `…_strategy` is set once its factor is proved.
    """

    session_id: SessionId
    instance_id: InstanceId
    level: Level
    status: Status
    first_factor_verification_id: VerificationId | None
    first_factor_strategy: str | None
    second_factor_verification_id: VerificationId | None
    second_factor_strategy: str | None
    expire_at: int
    created_at: int
    updated_at: int
