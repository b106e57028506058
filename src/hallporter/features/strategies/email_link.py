"""A link by mail."""

from hallporter.contract import errors
from hallporter.contract.ids import ClientId, VerificationId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import Settings
from hallporter.features.strategies.email_code import EmailCode
from hallporter.features.strategies.strategy import Attempt, Identifier, Proof
from hallporter.features.verifications import links
from hallporter.features.verifications.claims import Claim
from hallporter.features.verifications.prepared import Awaited
from hallporter.features.verifications.rows import VerificationRow


class EmailLink(EmailCode):
    """Something only the reader of a mailbox can open."""

    object = "verification_email_link"
    proves_presence = False

    def confirms_client(self, settings: Settings) -> bool:
        """Tell whether addresses are proved by links."""
        address = settings.attributes.email_address
        return self.name in address.first_factors or self.name in address.verifications

    def is_available(self, settings: Settings) -> bool:
        """Tell whether the instance signs in by links."""
        return self.name in settings.attributes.email_address.first_factors

    async def attempt(self, scope: Scope, attempt: Attempt) -> Claim:
        """Refuse: a link is opened, which is a request of its own."""
        raise self.unsupported()

    def ask(self, scope: Scope, of: Identifier, proof: Proof) -> Awaited:
        """Make a link for an address."""
        return links.new_link(scope, of.value, of.id, proof.redirect_url)

    def answer(
        self, scope: Scope, waiting: VerificationRow | None, of: Identifier, proof: Proof
    ) -> Claim:
        """Refuse: a link is opened."""
        raise errors.verification.strategy_invalid(param="strategy")

    async def proved_on(self, scope: Scope, id: VerificationId) -> ClientId | None:
        """Return the client that opened the link: clerk-js asks whether it was its own."""
        return await links.opened_by(scope, id)


class ConfirmingEmailLink(EmailLink):
    """A link by mail, as a first factor."""

    def is_available(self, settings: Settings) -> bool:
        """Tell whether addresses are proved by links, to sign in or otherwise."""
        return self.confirms_client(settings)
