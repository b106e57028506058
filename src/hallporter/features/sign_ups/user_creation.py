"""Create the user of a completed sign-up."""

import msgspec

from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.identifications.rows import IdentificationType
from hallporter.features.invitations.rows import InvitationRow
from hallporter.features.sign_ups import machine
from hallporter.features.sign_ups.proofs import Proofs
from hallporter.features.sign_ups.rows import SignUpRow
from hallporter.features.users import creation
from hallporter.features.users.creation import NewIdentification, NewUser

_EMPTY = msgspec.Raw(b"{}")


async def create_user(
    tx: Write, scope: Scope, row: SignUpRow, proofs: Proofs, invitation: InvitationRow | None
) -> UserId:
    """Make the user that a sign-up with nothing open describes."""
    owned = [_owned(row, type, proofs) for type in machine.IDENTIFIERS if getattr(row, type)]
    return await creation.create(
        tx,
        scope,
        NewUser(
            identifications=owned,
            first_name=row.first_name,
            last_name=row.last_name,
            locale=row.locale,
            password_hash=row.password_hash,
            unsafe_metadata=row.unsafe_metadata,
            public_metadata=_EMPTY if invitation is None else invitation.public_metadata,
            legal_accepted_at=row.legal_accepted_at,
            last_sign_in_at=scope.now,
        ),
    )


def _owned(row: SignUpRow, type: IdentificationType, proofs: Proofs) -> NewIdentification:
    proved_by = "admin" if type == "username" else proofs.strategy_of(type)
    # An identifier that the instance does not verify is reserved for the user.
    return NewIdentification(type, getattr(row, type), proved_by, is_reserved=proved_by is None)
