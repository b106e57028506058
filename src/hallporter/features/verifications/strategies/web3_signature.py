"""A signature by a wallet: something the user has."""

from hallporter.contract import errors
from hallporter.contract.ids import IdentificationId
from hallporter.contract.scope import Scope
from hallporter.features.identifications.rows import IdentificationRow
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.rows import VerificationRow
from hallporter.features.verifications.strategy import Claim, Factor, Proof, Subject
from hallporter.features.verifications.waiting import not_waited_for
from hallporter.features.web3_wallets import ceremony, kinds


class Web3Signature:
    """A message that the key behind an address has signed."""

    def __init__(self, name: str) -> None:
        self.name = name

    def factors(self, subject: Subject) -> list[Factor]:
        """Offer every wallet of the user whose chain this is."""
        return [
            Factor(
                strategy=self.name,
                safe_identifier=wallet.safe_identifier,
                web3_wallet_id=wallet.id,
                primary=wallet.is_primary,
            )
            for wallet in self._wallets(subject)
        ]

    def prepare(self, scope: Scope, subject: Subject, proof: Proof) -> SentCode:
        """Ask the wallet that the caller chose, or the first that is offered; nothing is sent."""
        wallets = self._wallets(subject)
        wanted = proof.web3_wallet_id or (wallets[0].id if wallets else None)
        wallet = _found(wallets, wanted)
        if wallet is None or self.name not in kinds.first_factors(scope.instance.settings):
            raise errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")
        return ceremony.new_challenge(scope, self.name, wallet.canonical, wallet.id)

    async def attempt(self, scope: Scope, subject: Subject, proof: Proof) -> Claim:
        """Find who has signed; the write judges that and spends the verification at once."""
        waiting = subject.verification
        if waiting is None or waiting.strategy != self.name:
            raise not_waited_for(waiting)
        wallet = asked(subject, waiting)
        if wallet is None:
            raise errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")
        signature = proof.signature
        return ceremony.claim(scope, waiting, wallet.canonical, signature, strategy=self.name)

    def _wallets(self, subject: Subject) -> list[IdentificationRow]:
        """Return the wallets of this chain, first the one by which the user has named themself.

        clerk-js takes the first factor that has its strategy, whatever wallet it holds in hand.
        """
        wallets = [each for each in subject.web3_wallets if kinds.fits(self.name, each.canonical)]
        named = subject.identification_id
        return sorted(wallets, key=lambda each: (each.id != named, not each.is_primary))


def asked(subject: Subject, waiting: VerificationRow) -> IdentificationRow | None:
    """Return the wallet that a proof waits for."""
    return _found(subject.web3_wallets, waiting.identification_id)


def _found(
    wallets: list[IdentificationRow], id: IdentificationId | None
) -> IdentificationRow | None:
    return next((each for each in wallets if each.id == id), None)
