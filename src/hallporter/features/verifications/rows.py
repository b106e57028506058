"""How verifications are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import IdentificationId, InstanceId, VerificationId


class VerificationRow(msgspec.Struct, frozen=True):
    """A row of `verifications`: a code that was sent, known only by its keyed hash."""

    id: VerificationId
    instance_id: InstanceId
    strategy: str
    status: Literal["unverified", "verified", "failed"]
    attempts: int
    code_digest: str | None
    identification_id: IdentificationId | None
    expire_at: int
    created_at: int
    updated_at: int

    def status_at(self, now: int) -> str:
        """Return the status, time taken into account."""
        return "expired" if self.status == "unverified" and self.expire_at <= now else self.status
