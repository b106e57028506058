"""Invitations as the outside sees them."""

import msgspec

from hallporter.contract.ids import InvitationId
from hallporter.contract.objects import Moment, Opaque, WireObject
from hallporter.core.secret import Secret
from hallporter.features.invitations.rows import InvitationRow


class Invitation(WireObject, frozen=True, tag="invitation"):
    """An invitation; its link is told once, when it is made."""

    id: InvitationId
    email_address: str
    public_metadata: Opaque
    revoked: bool
    status: str
    url: str | msgspec.UnsetType
    expires_at: Moment
    created_at: Moment
    updated_at: Moment


def invitation(row: InvitationRow, now: int, url: Secret | None = None) -> Invitation:
    """Return the invitation that `row` stores."""
    return Invitation(
        id=row.id,
        email_address=row.email_address,
        public_metadata=row.public_metadata,
        revoked=row.status == "revoked",
        status=row.status_at(now),
        url=msgspec.UNSET if url is None else url.reveal(),
        expires_at=row.expire_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
