"""A code by SMS: to sign in, to choose a new password, or as second factor."""

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.verifications import codes
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.strategy import Claim, Factor, Proof, Subject


class PhoneCode:
    """Something only the holder of a telephone knows.

    A number serves one factor: what is kept for the second one is no way in.
    """

    def __init__(self, name: str, *, is_second: bool = False) -> None:
        self.name = name
        self._is_second = is_second

    def factors(self, subject: Subject) -> list[Factor]:
        """Offer every number of the user that serves this factor."""
        if subject.user is None or (self._resets and not subject.user.password_enabled):
            return []
        return [self._factor(subject, each) for each in self._numbers(subject)]

    def prepare(self, scope: Scope, subject: Subject, proof: Proof) -> SentCode:
        """Make a code for the number that the caller chose, or for the first that is offered."""
        number = self._chosen(subject, proof)
        if number is None or not scope.instance.settings.attributes.phone_number.enabled:
            raise errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")
        return codes.new_code(scope, self.name, number.canonical, number.id, proof.channel)

    async def attempt(self, scope: Scope, subject: Subject, proof: Proof) -> Claim:
        """Leave everything to the write."""
        return codes.claim(scope, subject.verification, proof.code, strategy=self.name)

    @property
    def _resets(self) -> bool:
        return self.name.startswith("reset_password_")

    def _numbers(self, subject: Subject) -> list[IdentificationRow]:
        """Return the numbers that serve this factor, the primary or default one first."""
        if self._is_second:
            numbers = [each for each in subject.phone_numbers if each.is_second_factor]
            return sorted(numbers, key=lambda each: not each.default_second_factor)
        numbers = [each for each in subject.phone_numbers if not each.reserved_for_second_factor]
        primary = None if subject.user is None else subject.user.primary_phone_number_id
        return sorted(numbers, key=lambda each: each.id != primary)

    def _factor(self, subject: Subject, number: IdentificationRow) -> Factor:
        if self._is_second:
            return Factor(
                strategy=self.name,
                safe_identifier=number.safe_identifier,
                phone_number_id=number.id,
                default=number.default_second_factor,
            )
        primary = None if subject.user is None else subject.user.primary_phone_number_id
        return Factor(
            strategy=self.name,
            safe_identifier=number.safe_identifier,
            phone_number_id=number.id,
            primary=number.id == primary,
        )

    def _chosen(self, subject: Subject, proof: Proof) -> IdentificationRow | None:
        numbers = self._numbers(subject)
        wanted = proof.phone_number_id or (numbers[0].id if numbers else None)
        return next((each for each in numbers if each.id == wanted), None)
