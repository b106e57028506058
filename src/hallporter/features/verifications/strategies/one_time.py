"""Second factors: an authenticator app's code, and backup codes."""

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.credentials import one_time
from hallporter.features.credentials import store as credentials
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.strategy import Claim, Factor, Proof, Subject, Verdict


class Totp:
    """A code of an authenticator app (RFC 6238)."""

    name = "totp"

    def factors(self, subject: Subject) -> list[Factor]:
        """Offer itself to users who have set up an app."""
        has_app = subject.credentials is not None and subject.credentials.totp_secret_encrypted
        return [Factor(strategy=self.name)] if has_app else []

    def prepare(self, scope: Scope, subject: Subject, proof: Proof) -> SentCode:
        """Refuse: the app knows the code already."""
        raise errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")

    async def attempt(self, scope: Scope, subject: Subject, proof: Proof) -> Claim:
        """Find the step that the code belongs to; the write then spends the step."""
        known = subject.credentials
        if known is None or known.totp_secret_encrypted is None:
            raise errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")
        if proof.code is None:
            raise errors.form.missing(param="code")
        secret = scope.box.decrypt(known.totp_secret_encrypted).decode()
        step = one_time.matching_step(secret, proof.code.reveal().strip(), scope.now)
        user_id = known.user_id

        async def claim(tx: Write) -> Verdict:
            if step is not None and await credentials.use_totp_step(
                tx, scope.instance.id, user_id, step
            ):
                return None
            return errors.form.code_incorrect(param="code")

        return claim


class BackupCode:
    """A code from the list that was handed out when the app was set up."""

    name = "backup_code"

    def factors(self, subject: Subject) -> list[Factor]:
        """Offer itself while codes are left."""
        has_codes = subject.credentials is not None and subject.credentials.backup_code_hashes
        return [Factor(strategy=self.name)] if has_codes else []

    def prepare(self, scope: Scope, subject: Subject, proof: Proof) -> SentCode:
        """Refuse: the user has the codes already."""
        raise errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")

    async def attempt(self, scope: Scope, subject: Subject, proof: Proof) -> Claim:
        """Leave everything to the write: a code is found and removed at once."""
        known = subject.credentials
        if known is None:
            raise errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")
        if proof.code is None:
            raise errors.form.missing(param="code")
        code_hash = one_time.hash_of_backup_code(scope, proof.code.reveal())
        user_id = known.user_id

        async def claim(tx: Write) -> Verdict:
            if await credentials.use_backup_code(tx, scope.instance.id, user_id, code_hash):
                return None
            return errors.form.code_incorrect(param="code")

        return claim
