"""Somebody who has signed up becomes a user."""

import msgspec

from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.invitations.rows import InvitationRow
from hallporter.features.sign_ups.proofs import Proofs
from hallporter.features.sign_ups.rows import SignUpRow
from hallporter.features.users import creation
from hallporter.features.users.creation import NewIdentification, NewUser

_EMPTY = msgspec.Raw(b"{}")


async def create_user(
    tx: Write, scope: Scope, row: SignUpRow, proofs: Proofs, invitation: InvitationRow | None
) -> UserId:
    """Make the user that a sign-up with nothing open describes."""
    owned: list[NewIdentification] = []
    if row.email_address is not None:
        verified_by = proofs.strategy_of("email_address")
        owned.append(NewIdentification("email_address", row.email_address, verified_by))
    if row.phone_number is not None:
        verified_by = proofs.strategy_of("phone_number")
        owned.append(NewIdentification("phone_number", row.phone_number, verified_by))
    if row.username is not None:
        owned.append(NewIdentification("username", row.username, "admin"))
    if row.web3_wallet is not None:
        verified_by = proofs.strategy_of("web3_wallet")
        owned.append(NewIdentification("web3_wallet", row.web3_wallet, verified_by))
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
