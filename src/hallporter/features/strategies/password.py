"""The password."""

from hallporter.contract import errors
from hallporter.contract.api_error import ErrorKind
from hallporter.contract.scope import Scope
from hallporter.contract.settings import Settings
from hallporter.core import passwords
from hallporter.core.database import Write
from hallporter.features.credentials import password as credential_password
from hallporter.features.credentials import store as credential_store
from hallporter.features.credentials.rows import CredentialsRow
from hallporter.features.strategies.strategy import Attempt, Named, Proof, Strategy, Subject
from hallporter.features.verifications.claims import Claim, Verdict
from hallporter.features.verifications.factors import Factor


class Password(Strategy):
    """Something the user knows."""

    object = "verification_password"
    comes_with_name = True
    needs_client_trust = True
    leaves_user = True
    proves_presence = True

    def __init__(self) -> None:
        super().__init__("password")

    def is_enabled(self, settings: Settings) -> bool:
        """Tell whether the instance has passwords."""
        return settings.attributes.password.enabled

    def offered(self, subject: Subject) -> list[Factor]:
        """Offer itself to users who have a password."""
        if subject.user is None or not subject.user.password_enabled:
            return []
        return [Factor(strategy=self.name)]

    def offered_to_anybody(self, named: Named | None) -> list[Factor]:
        """Offer itself: anybody may have a password."""
        return [Factor(strategy=self.name)]

    async def attempt(self, scope: Scope, attempt: Attempt) -> Claim:
        """Verify in the pool of threads; a foreign or older hash is replaced on success."""
        wrong = errors.form.password_incorrect
        return await _judged(scope, attempt.subject.credentials, attempt.proof, wrong)

    async def attempt_hidden(self, scope: Scope, attempt: Attempt) -> Claim:
        """Verify; the right password of who is kept out is as wrong as any."""
        subject = attempt.subject
        known = None if subject.is_kept_out else subject.credentials
        wrong = errors.form.password_or_identifier_incorrect
        return await _judged(scope, known, attempt.proof, wrong)


async def _judged(
    scope: Scope, known: CredentialsRow | None, proof: Proof, wrong: ErrorKind
) -> Claim:
    if proof.password is None:
        raise errors.form.missing(param="password")
    password_hash = None if known is None else known.password_hash
    fits = await passwords.fits(password_hash, proof.password.reveal())
    better = None
    if fits and known is not None and password_hash is not None:
        if scope.instance.settings.password.refuse_breached_at_sign_in:
            await credential_password.refuse_breached(scope, proof.password)
        if passwords.needs_rehash(password_hash):
            better = await passwords.hash_password(passwords.normalised(proof.password.reveal()))

    async def claim(tx: Write) -> Verdict:
        if not fits:
            return wrong(param="password")
        if better is not None and known is not None and password_hash is not None:
            await credential_store.rehash_password(
                tx, scope.instance.id, known.user_id, password_hash, better
            )
        return None

    return claim
