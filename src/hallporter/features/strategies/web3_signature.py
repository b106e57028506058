"""A signature by a wallet: something the user has."""

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.contract.settings import Settings
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.strategies.strategy import (
    Attempt,
    Identifier,
    OfIdentifier,
    Proof,
    Shown,
    Subject,
    of_id,
)
from hallporter.features.verifications.claims import Claim
from hallporter.features.verifications.factors import Factor
from hallporter.features.verifications.prepared import Awaited
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.web3_wallets import ceremony, kinds


class Web3Signature(OfIdentifier):
    """A message that the key behind an address has signed."""

    object = "verification_web3"
    type = "web3_wallet"
    is_sent = False

    def is_enabled(self, settings: Settings) -> bool:
        """Tell whether the instance signs in by it."""
        return self.name in kinds.first_factors(settings)

    def offered(self, subject: Subject) -> list[Factor]:
        """Offer every wallet of the user whose chain this is."""
        return [
            Factor(
                strategy=self.name,
                safe_identifier=wallet.safe_identifier,
                web3_wallet_id=wallet.id,
                primary=wallet.is_primary,
            )
            for wallet in self.identifiers(subject)
        ]

    async def attempt(self, scope: Scope, attempt: Attempt) -> Claim:
        """Find who has signed; the write judges that and spends the verification at once."""
        waiting = self.awaited(attempt.subject)
        wallet = _wallet_of(attempt.subject, waiting)
        if wallet is None:
            raise self.unsupported()
        return self.answer(scope, waiting, Identifier(wallet.canonical), attempt.proof)

    async def shown(self, scope: Scope, row: VerificationRow, subject: Subject) -> Shown:
        """Return what the wallet is to sign."""
        wallet = _wallet_of(subject, row)
        if wallet is None:
            return Shown()
        return self.question(scope, row, Identifier(wallet.canonical))

    def is_available(self, settings: Settings) -> bool:
        """Tell whether the instance signs in by it."""
        return self.is_enabled(settings)

    def chosen(self, subject: Subject, proof: Proof) -> IdentificationRow | None:
        """Return the wallet that a proof names, else the first."""
        wallets = self.identifiers(subject)
        return of_id(wallets, proof.web3_wallet_id or (wallets[0].id if wallets else None))

    def fits(self, identifier: str) -> bool:
        """Tell whether an address is of this chain."""
        return kinds.fits(self.name, identifier)

    def identifiers(self, subject: Subject) -> list[IdentificationRow]:
        """Return the wallets of this chain, first the one that the sign-in began with.

        clerk-js takes the first factor with its strategy, whichever wallet is connected.
        """
        wallets = [
            each for each in subject.owned if each.type == self.type and self.fits(each.canonical)
        ]
        named = subject.identification_id
        return sorted(wallets, key=lambda each: (each.id != named, not each.is_primary))

    def ask(self, scope: Scope, of: Identifier, proof: Proof) -> Awaited:
        """Make what waits for a signature by the key of an address."""
        return ceremony.new_challenge(scope, self.name, of.value, of.id)

    def answer(
        self, scope: Scope, waiting: VerificationRow | None, of: Identifier, proof: Proof
    ) -> Claim:
        """Find who has signed."""
        if waiting is None or not of.value:
            raise errors.verification.missing()
        signature, client_id = proof.signature, of.client_id
        return ceremony.claim(
            scope, waiting, of.value, signature, strategy=self.name, client_id=client_id
        )

    def question(self, scope: Scope, waiting: VerificationRow, of: Identifier) -> Shown:
        """Return what the wallet is to sign."""
        challenge = ceremony.challenge(scope, waiting, of.value, of.client_id)
        return Shown(nonce=challenge.nonce, message=challenge.message)


def _wallet_of(subject: Subject, waiting: VerificationRow) -> IdentificationRow | None:
    wallets = [each for each in subject.owned if each.type == "web3_wallet"]
    return of_id(wallets, waiting.identification_id)
