"""How waitlist entries are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import InstanceId, InvitationId, WaitlistEntryId

Status = Literal["pending", "invited", "rejected", "completed"]


class WaitlistEntryRow(msgspec.Struct, frozen=True):
    """A row of `waitlist_entries`."""

    id: WaitlistEntryId
    instance_id: InstanceId
    email_address: str
    status: Status
    invitation_id: InvitationId | None
    invited_at: int | None
    created_at: int
    updated_at: int
