"""Waitlist entries as the outside sees them."""

from hallporter.contract.ids import WaitlistEntryId
from hallporter.contract.objects import Moment, WireObject
from hallporter.features.invitations import views as invitation_views
from hallporter.features.invitations.rows import InvitationRow
from hallporter.features.invitations.views import Invitation
from hallporter.features.waitlist.rows import WaitlistEntryRow


class JoinedWaitlist(WireObject, frozen=True, tag="waitlist_entry"):
    """The reply to joining. It shows neither whether the address is new nor its status."""

    id: WaitlistEntryId


class WaitlistEntry(WireObject, frozen=True, tag="waitlist_entry"):
    """An entry, for a server."""

    id: WaitlistEntryId
    email_address: str
    status: str
    is_locked: bool
    created_at: Moment
    updated_at: Moment
    invitation: Invitation | None


def waitlist_entry(
    row: WaitlistEntryRow, invitation: InvitationRow | None, now: int
) -> WaitlistEntry:
    """Return the entry that `row` stores."""
    return WaitlistEntry(
        id=row.id,
        email_address=row.email_address,
        status=row.status,
        is_locked=False,
        created_at=row.created_at,
        updated_at=row.updated_at,
        invitation=None if invitation is None else invitation_views.invitation(invitation, now),
    )
