"""A code by SMS: to sign in, to choose a new password, or as second factor."""

from hallporter.contract.scope import Scope
from hallporter.contract.settings import PhoneCodeChannel, Settings
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.strategies.sent_code import ByCode, ByCodeToReset
from hallporter.features.strategies.strategy import Named, Proof, Subject, of_id
from hallporter.features.verifications import channels
from hallporter.features.verifications.factors import Factor


class PhoneCode(ByCode):
    """Something only the holder of a telephone knows.

    A number serves one factor: what is kept for the second one is no way in.
    """

    type = "phone_number"

    def is_enabled(self, settings: Settings) -> bool:
        """Tell whether the instance signs in by it."""
        number = settings.attributes.phone_number
        return number.enabled and self.name in number.first_factors

    def confirms_client(self, settings: Settings) -> bool:
        """Tell whether the instance has numbers."""
        return settings.attributes.phone_number.enabled

    def is_available(self, settings: Settings) -> bool:
        """Tell whether the instance has numbers."""
        return settings.attributes.phone_number.enabled

    def offered(self, subject: Subject) -> list[Factor]:
        """Offer every number that serves this factor."""
        user = subject.user
        if user is None:
            return []
        return [
            self.factor(each, primary=each.id == user.primary_phone_number_id)
            for each in self.identifiers(subject)
        ]

    def factor(self, of: Named | IdentificationRow, *, primary: bool) -> Factor:
        """Return how one number is offered."""
        return Factor(
            strategy=self.name,
            safe_identifier=of.safe_identifier,
            phone_number_id=of.id,
            primary=primary,
        )

    def identifiers(self, subject: Subject) -> list[IdentificationRow]:
        """Return the numbers that serve this factor, the primary one first."""
        primary = None if subject.user is None else subject.user.primary_phone_number_id
        numbers = [
            each
            for each in subject.owned
            if each.type == self.type and not each.reserved_for_second_factor
        ]
        return sorted(numbers, key=lambda each: each.id != primary)

    def chosen(self, subject: Subject, proof: Proof) -> IdentificationRow | None:
        """Return the number that a proof names, else the first."""
        numbers = self.identifiers(subject)
        return of_id(numbers, proof.phone_number_id or (numbers[0].id if numbers else None))

    def channel(self, scope: Scope, proof: Proof) -> PhoneCodeChannel:
        """Return the channel that is asked for."""
        return channels.chosen(scope, proof.channel)


class PhoneCodeReset(ByCodeToReset, PhoneCode):
    """A code by SMS that lets its reader choose a new password."""

    def is_enabled(self, settings: Settings) -> bool:
        """Tell whether the instance has passwords and numbers."""
        attributes = settings.attributes
        return attributes.password.enabled and attributes.phone_number.enabled


class SecondPhoneCode(PhoneCode):
    """A code by SMS as second factor."""

    def is_enabled(self, settings: Settings) -> bool:
        """Tell whether the instance has numbers."""
        return settings.attributes.phone_number.enabled

    def offered(self, subject: Subject) -> list[Factor]:
        """Offer every number of the user that is kept for this."""
        return [
            Factor(
                strategy=self.name,
                safe_identifier=each.safe_identifier,
                phone_number_id=each.id,
                default=each.default_second_factor,
            )
            for each in self.identifiers(subject)
        ]

    def identifiers(self, subject: Subject) -> list[IdentificationRow]:
        """Return the numbers that are kept for this, the default one first."""
        numbers = [each for each in subject.owned if each.is_second_factor]
        return sorted(numbers, key=lambda each: not each.default_second_factor)
