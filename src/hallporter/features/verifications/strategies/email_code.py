"""A code by mail: to sign in, or to choose a new password."""

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.verifications import codes
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.strategy import Claim, Factor, Proof, Subject


class EmailCode:
    """Something only the reader of a mailbox knows."""

    def __init__(self, name: str) -> None:
        self.name = name

    def factors(self, subject: Subject) -> list[Factor]:
        """Offer every proved address of the user; a reset only where there is a password."""
        if subject.user is None or (self._resets and not subject.user.password_enabled):
            return []
        return of_each_address(self.name, subject)

    def prepare(self, scope: Scope, subject: Subject, proof: Proof) -> SentCode:
        """Make a code for the address that the caller chose, or for the primary one."""
        address = chosen(subject, proof)
        if address is None:
            raise errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")
        return codes.new_code(scope, self.name, address.canonical, address.id)

    async def attempt(self, scope: Scope, subject: Subject, proof: Proof) -> Claim:
        """Leave everything to the write."""
        return codes.claim(scope, subject.verification, proof.code, strategy=self.name)

    @property
    def _resets(self) -> bool:
        return self.name.startswith("reset_password_")


def of_each_address(strategy: str, subject: Subject) -> list[Factor]:
    """Return a strategy as it is offered for every proved address of the user."""
    if subject.user is None:
        return []
    return [
        Factor(
            strategy=strategy,
            safe_identifier=address.safe_identifier,
            email_address_id=address.id,
            primary=address.id == subject.user.primary_email_address_id,
        )
        for address in subject.email_addresses
    ]


def chosen(subject: Subject, proof: Proof) -> IdentificationRow | None:
    """Return the address that a proof names, else the primary one."""
    wanted = proof.email_address_id
    if wanted is None and subject.user is not None:
        wanted = subject.user.primary_email_address_id
    return next((each for each in subject.email_addresses if each.id == wanted), None)
