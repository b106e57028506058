"""A code by mail: to sign in, or to choose a new password."""

from hallporter.contract.settings import Settings
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.strategies.sent_code import ByCode, ByCodeToReset
from hallporter.features.strategies.strategy import Named, Proof, Subject, of_id
from hallporter.features.verifications import links
from hallporter.features.verifications.factors import Factor


class EmailCode(ByCode):
    """Something only the reader of a mailbox knows."""

    type = "email_address"

    def is_enabled(self, settings: Settings) -> bool:
        """Tell whether the instance signs in by it."""
        address = settings.attributes.email_address
        return address.enabled and self.name in address.first_factors

    def confirms_client(self, settings: Settings) -> bool:
        """Tell whether addresses are proved by codes, as they are where nothing else is set."""
        address = settings.attributes.email_address
        named = {*address.first_factors, *address.verifications}
        return self.name in named or links.STRATEGY not in named

    def offered(self, subject: Subject) -> list[Factor]:
        """Offer every proved address of the user."""
        user = subject.user
        if user is None:
            return []
        return [
            self.factor(each, primary=each.id == user.primary_email_address_id)
            for each in self.identifiers(subject)
        ]

    def factor(self, of: Named | IdentificationRow, *, primary: bool) -> Factor:
        """Return how one address is offered."""
        return Factor(
            strategy=self.name,
            safe_identifier=of.safe_identifier,
            email_address_id=of.id,
            primary=primary,
        )

    def chosen(self, subject: Subject, proof: Proof) -> IdentificationRow | None:
        """Return the address that a proof names, else the primary one."""
        primary = None if subject.user is None else subject.user.primary_email_address_id
        return of_id(self.identifiers(subject), proof.email_address_id or primary)


class EmailCodeReset(ByCodeToReset, EmailCode):
    """A code by mail that lets its reader choose a new password."""

    def is_enabled(self, settings: Settings) -> bool:
        """Tell whether the instance has passwords, and addresses to prove."""
        attributes = settings.attributes
        return attributes.password.enabled and attributes.email_address.enabled
