"""A link by mail."""

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.features.verifications import links
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.links import SentLink
from hallporter.features.verifications.strategies import email_code
from hallporter.features.verifications.strategy import Claim, Factor, Proof, Subject


class EmailLink:
    """Something only the reader of a mailbox can open."""

    name = links.STRATEGY

    def __init__(self, *, is_second: bool = False) -> None:
        self._is_second = is_second

    def factors(self, subject: Subject) -> list[Factor]:
        """Offer every proved address of the user."""
        return email_code.of_each_address(self.name, subject)

    def prepare(self, scope: Scope, subject: Subject, proof: Proof) -> SentCode:
        """Refuse: a link is good only for those who say what it is for, with `link`."""
        raise errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")

    def link(self, scope: Scope, subject: Subject, proof: Proof) -> SentLink:
        """Make a link for the address that the caller chose, or for the primary one."""
        address = email_code.chosen(subject, proof)
        if address is None or not self._is_enabled(scope):
            raise errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")
        return links.new_link(scope, address.canonical, address.id, proof.redirect_url)

    async def attempt(self, scope: Scope, subject: Subject, proof: Proof) -> Claim:
        """Refuse: a link is opened, which is a request of its own."""
        raise errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")

    def _is_enabled(self, scope: Scope) -> bool:
        settings = scope.instance.settings.attributes.email_address
        return self.name in settings.first_factors or (
            self._is_second and self.name in settings.verifications
        )
