"""A code by mail: to sign in, or to choose a new password."""

from hallporter.contract.ids import ClientId, IdentificationId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import Settings
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.messages.kinds import CodeSlug, NoticeSlug
from hallporter.features.verifications import codes, links
from hallporter.features.verifications.decoys import Decoy
from hallporter.features.verifications.prepared import Awaited
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


class EmailCode(OfIdentifier):
    """Something only the reader of a mailbox knows."""

    type = "email_address"
    proves_presence = True
    slug: CodeSlug = "verification_code"
    """The kind of its message."""

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
        primary = None if subject.user is None else subject.user.primary_email_address_id
        return [
            Factor(
                strategy=self.name,
                safe_identifier=each.safe_identifier,
                email_address_id=each.id,
                primary=each.id == primary,
            )
            for each in subject.owned
            if each.type == self.type
        ]

    def offered_to_anybody(self, named: Named | None) -> list[Factor]:
        """Offer the address that somebody has named."""
        if named is None or named.type != self.type:
            return []
        safe = named.safe_identifier
        return [
            Factor(
                strategy=self.name, safe_identifier=safe, email_address_id=named.id, primary=True
            )
        ]

    async def prepare(self, scope: Scope, attempt: Attempt) -> Awaited:
        """Make a code for the address that the caller chose, or for the primary one."""
        address = self.chosen(attempt.subject, attempt.proof)
        if address is None:
            raise self.refused()
        return self.ask(scope, address.canonical, address.id, attempt.proof)

    def prepare_decoy(
        self, scope: Scope, identifier: str, proof: Proof, notice: NoticeSlug | None
    ) -> Decoy:
        """Make what looks like a code."""
        code = codes.new_code(scope, self.name, identifier, None, slug=self.slug)
        return Decoy.of_code(code, notice)

    async def attempt(self, scope: Scope, attempt: Attempt) -> Claim:
        """Leave everything to the write."""
        return self.answer(scope, attempt.subject.verification, "", attempt.proof)

    def ask(
        self, scope: Scope, identifier: str, id: IdentificationId | None, proof: Proof
    ) -> Awaited:
        """Make a code for an address."""
        return codes.new_code(scope, self.name, identifier, id, slug=self.slug)

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

    def chosen(self, subject: Subject, proof: Proof) -> IdentificationRow | None:
        """Return the address that a proof names, else the primary one."""
        wanted = proof.email_address_id
        if wanted is None and subject.user is not None:
            wanted = subject.user.primary_email_address_id
        return next((each for each in self.identifiers(subject) if each.id == wanted), None)


class EmailCodeReset(EmailCode):
    """A code by mail that lets its reader choose a new password."""

    resets_password = True
    proves_presence = False
    slug: CodeSlug = "reset_password_code"

    def is_enabled(self, settings: Settings) -> bool:
        """Tell whether the instance has passwords, and addresses to prove."""
        attributes = settings.attributes
        return attributes.password.enabled and attributes.email_address.enabled

    def offered(self, subject: Subject) -> list[Factor]:
        """Offer every proved address of a user who has a password."""
        if subject.user is None or not subject.user.password_enabled:
            return []
        return super().offered(subject)
