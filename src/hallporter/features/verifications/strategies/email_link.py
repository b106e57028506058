"""A link by mail."""

from hallporter.contract import errors
from hallporter.contract.ids import ClientId, IdentificationId, VerificationId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import Settings
from hallporter.core.database import Write
from hallporter.features.messages.kinds import NoticeSlug
from hallporter.features.verifications import links
from hallporter.features.verifications.decoys import Decoy
from hallporter.features.verifications.links import SentLink
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.verifications.strategies.email_code import EmailCode
from hallporter.features.verifications.strategy import Attempt, Claim, Proof, Verdict


class EmailLink(EmailCode):
    """Something only the reader of a mailbox can open."""

    object = "verification_email_link"
    proves_presence = False

    def confirms_client(self, settings: Settings) -> bool:
        """Tell whether addresses are proved by links."""
        address = settings.attributes.email_address
        return self.name in address.first_factors or self.name in address.verifications

    async def prepare(self, scope: Scope, attempt: Attempt) -> SentLink:
        """Make a link for the address that the caller chose, or for the primary one."""
        address = self.chosen(attempt.subject, attempt.proof)
        if address is None or not self.may_be_sent(scope.instance.settings):
            raise self.refused()
        return self.ask(scope, address.canonical, address.id, attempt.proof)

    def prepare_decoy(
        self, scope: Scope, identifier: str, proof: Proof, notice: NoticeSlug | None
    ) -> Decoy:
        """Make what looks like a link."""
        return Decoy.of_link(self.ask(scope, identifier, None, proof), notice)

    async def attempt(self, scope: Scope, attempt: Attempt) -> Claim:
        """Refuse: a link is opened, which is a request of its own."""
        raise self.refused()

    def ask(
        self, scope: Scope, identifier: str, id: IdentificationId | None, proof: Proof
    ) -> SentLink:
        """Make a link for an address."""
        return links.new_link(scope, identifier, id, proof.redirect_url)

    def answer(
        self,
        scope: Scope,
        waiting: VerificationRow | None,
        identifier: str,
        proof: Proof,
        client_id: ClientId | None = None,
    ) -> Claim:
        """Refuse: a link is opened."""
        raise errors.verification.strategy_invalid(param="strategy")

    def may_be_sent(self, settings: Settings) -> bool:
        """Tell whether the instance proves by it what it is asked to prove."""
        return self.name in settings.attributes.email_address.first_factors

    async def proved_on(self, scope: Scope, id: VerificationId) -> ClientId | None:
        """Return the client that opened the link: clerk-js asks whether it was its own."""
        return await links.opened_by(scope, id)


class ConfirmingEmailLink(EmailLink):
    """A link by mail that proves whose a new browser is."""

    def may_be_sent(self, settings: Settings) -> bool:
        """Tell whether addresses are proved by links, to sign in or otherwise."""
        return self.confirms_client(settings)


async def opened(_tx: Write) -> Verdict:
    """Take a link for proof that was opened before: whoever stores what waits for it looks."""
    return None
