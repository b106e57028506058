"""The password."""

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.core import passwords
from hallporter.core.database import Write
from hallporter.features.credentials import password as passwords_of_users
from hallporter.features.credentials import policy
from hallporter.features.credentials import store as credential_store
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.strategy import Claim, Factor, Proof, Subject, Verdict


class Password:
    """Something the user knows."""

    name = "password"

    def factors(self, subject: Subject) -> list[Factor]:
        """Offer itself to users who have a password."""
        if subject.user is None or not subject.user.password_enabled:
            return []
        return [Factor(strategy=self.name)]

    def prepare(self, scope: Scope, subject: Subject, proof: Proof) -> SentCode:
        """Refuse: a password is not sent."""
        raise errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")

    async def attempt(self, scope: Scope, subject: Subject, proof: Proof) -> Claim:
        """Verify in the pool of threads; a foreign or older hash is replaced on success."""
        if proof.password is None:
            raise errors.form.missing(param="password")
        known = subject.credentials
        fits = await passwords_of_users.fits(known, proof.password)
        if fits:
            await passwords_of_users.refuse_breached_at_sign_in(scope, proof.password)
        better = None
        if fits and known is not None and passwords.needs_rehash(known.password_hash or ""):
            better = await passwords.hash_password(policy.normalised(proof.password.reveal()))

        async def claim(tx: Write) -> Verdict:
            if not fits:
                return errors.form.password_incorrect(param="password")
            if better is not None and known is not None and known.password_hash is not None:
                await credential_store.rehash_password(
                    tx, scope.instance.id, known.user_id, known.password_hash, better
                )
            return None

        return claim
