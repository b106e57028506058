"""How invitations are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import InstanceId, InvitationId


class InvitationRow(msgspec.Struct, frozen=True):
    """A row of `invitations`: its ticket is known only by its hash."""

    id: InvitationId
    instance_id: InstanceId
    email_address: str
    token_hash: str
    status: Literal["pending", "accepted", "revoked"]
    public_metadata: msgspec.Raw
    redirect_url: str | None
    expire_at: int
    created_at: int
    updated_at: int

    def status_at(self, now: int) -> str:
        """Return the status, time taken into account."""
        return "expired" if self.status == "pending" and self.expire_at <= now else self.status
