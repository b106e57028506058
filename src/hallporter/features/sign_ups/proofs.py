"""The verifications of a sign-up: proved, or waiting for a code."""

import msgspec

from hallporter.contract.ids import VerificationId
from hallporter.contract.scope import Scope
from hallporter.features.sign_ups import machine
from hallporter.features.sign_ups.rows import SignUpRow
from hallporter.features.verifications import store as verification_store
from hallporter.features.verifications.rows import VerificationRow


class Proofs(msgspec.Struct, frozen=True):
    """The proofs of address, number and wallet that are under way or done."""

    email_address: VerificationRow | None = None
    phone_number: VerificationRow | None = None
    web3_wallet: VerificationRow | None = None

    def of(self, field: str) -> VerificationRow | None:
        """Return the proof of a field, finished or not."""
        found: VerificationRow | None = getattr(self, field)
        return found

    def proof_of(self, field: str) -> VerificationRow | None:
        """Return the finished proof of a field."""
        found = self.of(field)
        return found if found is not None and found.status == "verified" else None

    def strategy_of(self, field: str) -> str | None:
        """Return what has proved a field, if it is proved."""
        proof = self.proof_of(field)
        return None if proof is None else proof.strategy

    @property
    def proved(self) -> list[str]:
        """The names of the fields that are proved."""
        return [field for field in machine.PROVED if self.proof_of(field) is not None]

    @property
    def first(self) -> VerificationRow | None:
        """The first finished proof."""
        return next((self.proof_of(field) for field in self.proved), None)


async def of_sign_up(scope: Scope, row: SignUpRow) -> Proofs:
    """Return the proofs of a sign-up."""
    named: dict[str, VerificationId | None] = {
        field: getattr(row, f"{field}_verification_id") for field in machine.PROVED
    }
    ids = [id for id in named.values() if id is not None]
    if not ids:
        return Proofs()
    rows = await verification_store.verifications_by_id(scope.db, scope.instance.id, ids)
    by_id = {each.id: each for each in rows}
    return Proofs(**{field: None if id is None else by_id.get(id) for field, id in named.items()})
