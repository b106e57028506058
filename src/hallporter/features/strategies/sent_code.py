"""A code that is sent: what mail and telephone have in common."""

from hallporter.contract.scope import Scope
from hallporter.contract.settings import PhoneCodeChannel
from hallporter.features.messages.kinds import CodeSlug
from hallporter.features.strategies.strategy import (
    Attempt,
    Factor,
    Identifier,
    OfIdentifier,
    Proof,
    Subject,
)
from hallporter.features.verifications import codes
from hallporter.features.verifications.claims import Claim
from hallporter.features.verifications.prepared import Awaited
from hallporter.features.verifications.rows import VerificationRow


class ByCode(OfIdentifier):
    """A code that only the recipient knows."""

    proves_presence = True
    slug: CodeSlug = "verification_code"
    """The kind of its message."""

    async def attempt(self, scope: Scope, attempt: Attempt) -> Claim:
        """Leave everything to the write."""
        subject = attempt.subject
        return codes.claim(
            scope,
            subject.verification,
            attempt.proof.code,
            strategy=self.name,
            is_void=not self.is_held(subject),
        )

    def ask(self, scope: Scope, of: Identifier, proof: Proof) -> Awaited:
        """Make a code."""
        channel = self.channel(scope, proof)
        return codes.new_code(scope, self.name, of.value, of.id, channel=channel, slug=self.slug)

    def answer(
        self, scope: Scope, waiting: VerificationRow | None, of: Identifier, proof: Proof
    ) -> Claim:
        """Try a code."""
        return codes.claim(scope, waiting, proof.code, strategy=self.name)

    def channel(self, scope: Scope, proof: Proof) -> PhoneCodeChannel | None:
        """Return how it travels to a telephone; None by mail."""
        return None


class ByCodeToReset(ByCode):
    """A code that lets its reader choose a new password."""

    resets_password = True
    proves_presence = False
    slug: CodeSlug = "reset_password_code"

    def offered(self, subject: Subject) -> list[Factor]:
        """Offer it only where there is a password."""
        has_password = subject.user is not None and subject.user.password_enabled
        return super().offered(subject) if has_password else []
