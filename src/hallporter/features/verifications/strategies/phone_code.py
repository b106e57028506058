"""A code by SMS: to sign in, to choose a new password, or as second factor."""

from hallporter.contract.ids import ClientId, IdentificationId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import Settings
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.messages.kinds import CodeSlug, NoticeSlug
from hallporter.features.verifications import channels, codes
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.decoys import Decoy
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.verifications.strategy import (
    Attempt,
    Claim,
    Factor,
    Named,
    OfIdentifier,
    Proof,
    Subject,
)


class PhoneCode(OfIdentifier):
    """Something only the holder of a telephone knows.

    A number serves one factor: what is kept for the second one is no way in.
    """

    type = "phone_number"
    proves_presence = True
    slug: CodeSlug = "verification_code"
    """The kind of its message."""

    def is_enabled(self, settings: Settings) -> bool:
        """Tell whether the instance signs in by it."""
        number = settings.attributes.phone_number
        return number.enabled and self.name in number.first_factors

    def confirms_client(self, settings: Settings) -> bool:
        """Tell whether the instance has numbers."""
        return settings.attributes.phone_number.enabled

    def offered(self, subject: Subject) -> list[Factor]:
        """Offer every number of the user that serves this factor."""
        primary = None if subject.user is None else subject.user.primary_phone_number_id
        return [
            Factor(
                strategy=self.name,
                safe_identifier=each.safe_identifier,
                phone_number_id=each.id,
                primary=each.id == primary,
            )
            for each in self.identifiers(subject)
        ]

    def offered_to_anybody(self, named: Named | None) -> list[Factor]:
        """Offer the number that somebody has named."""
        if named is None or named.type != self.type:
            return []
        safe = named.safe_identifier
        return [
            Factor(strategy=self.name, safe_identifier=safe, phone_number_id=named.id, primary=True)
        ]

    async def prepare(self, scope: Scope, attempt: Attempt) -> SentCode:
        """Make a code for the number that the caller chose, or for the first that is offered."""
        numbers = self.identifiers(attempt.subject)
        wanted = attempt.proof.phone_number_id or (numbers[0].id if numbers else None)
        number = next((each for each in numbers if each.id == wanted), None)
        if number is None or not scope.instance.settings.attributes.phone_number.enabled:
            raise self.refused()
        return self.ask(scope, number.canonical, number.id, attempt.proof)

    def prepare_decoy(
        self, scope: Scope, identifier: str, proof: Proof, notice: NoticeSlug | None
    ) -> Decoy:
        """Make what looks like a code."""
        return Decoy.of_code(self.ask(scope, identifier, None, proof), notice)

    async def attempt(self, scope: Scope, attempt: Attempt) -> Claim:
        """Leave everything to the write."""
        return self.answer(scope, attempt.subject.verification, "", attempt.proof)

    def identifiers(self, subject: Subject) -> list[IdentificationRow]:
        """Return the numbers that serve this factor, the primary one first."""
        primary = None if subject.user is None else subject.user.primary_phone_number_id
        numbers = [
            each
            for each in subject.owned
            if each.type == self.type and not each.reserved_for_second_factor
        ]
        return sorted(numbers, key=lambda each: each.id != primary)

    def ask(
        self, scope: Scope, identifier: str, id: IdentificationId | None, proof: Proof
    ) -> SentCode:
        """Make a code for a number, which travels by the channel that is asked for."""
        channel = channels.chosen(scope, proof.channel)
        return codes.new_code(scope, self.name, identifier, id, channel=channel, slug=self.slug)

    def answer(
        self,
        scope: Scope,
        waiting: VerificationRow | None,
        identifier: str,
        proof: Proof,
        client_id: ClientId | None = None,
    ) -> Claim:
        """Try a code."""
        return codes.claim(scope, waiting, proof.code, strategy=self.name)


class PhoneCodeReset(PhoneCode):
    """A code by SMS that lets its reader choose a new password."""

    resets_password = True
    proves_presence = False
    slug: CodeSlug = "reset_password_code"

    def is_enabled(self, settings: Settings) -> bool:
        """Tell whether the instance has passwords and numbers."""
        attributes = settings.attributes
        return attributes.password.enabled and attributes.phone_number.enabled

    def offered(self, subject: Subject) -> list[Factor]:
        """Offer the numbers of a user who has a password."""
        if subject.user is None or not subject.user.password_enabled:
            return []
        return super().offered(subject)


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
