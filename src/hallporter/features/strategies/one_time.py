"""Second factors: an authenticator app's code, and backup codes."""

from hallporter.contract import errors
from hallporter.contract.scope import Scope
from hallporter.contract.settings import Settings
from hallporter.core.database import Write
from hallporter.features.credentials import one_time
from hallporter.features.credentials import store as credential_store
from hallporter.features.strategies.strategy import Attempt, Strategy, Subject
from hallporter.features.verifications.claims import Claim, Verdict
from hallporter.features.verifications.factors import Factor


class Totp(Strategy):
    """A code of an authenticator app (RFC 6238)."""

    object = "verification_totp"

    def __init__(self) -> None:
        super().__init__("totp")

    def is_enabled(self, settings: Settings) -> bool:
        """Return true: an authenticator app stays valid when the setting is turned off."""
        return True

    def offered(self, subject: Subject) -> list[Factor]:
        """Offer itself to users who have set up an app."""
        has_app = subject.credentials is not None and subject.credentials.totp_secret_encrypted
        return [Factor(strategy=self.name)] if has_app else []

    async def attempt(self, scope: Scope, attempt: Attempt) -> Claim:
        """Find the step that the code belongs to; the write then spends the step."""
        known, code = attempt.subject.credentials, attempt.proof.code
        if known is None or known.totp_secret_encrypted is None:
            raise self.unsupported()
        if code is None:
            raise errors.form.missing(param="code")
        secret = scope.box.decrypt(known.totp_secret_encrypted).decode()
        step = one_time.matching_step(secret, code.reveal().strip(), scope.now)
        user_id = known.user_id

        async def claim(tx: Write) -> Verdict:
            wrong = errors.form.code_incorrect(param="code")
            if step is None:
                return wrong
            if not await credential_store.use_totp_step(tx, scope.instance.id, user_id, step):
                # Nobody guessed: it was shown before, or by twelve requests at once. Refused in
                # the same words, and raised, so that it does not count towards a lock.
                raise wrong
            return None

        return claim


class BackupCode(Strategy):
    """A code from the list that was handed out when the app was set up."""

    object = "verification_backup_code"

    def __init__(self) -> None:
        super().__init__("backup_code")

    def is_enabled(self, settings: Settings) -> bool:
        """Return true: backup codes stay valid when the setting is turned off."""
        return True

    def offered(self, subject: Subject) -> list[Factor]:
        """Offer itself while codes are left."""
        has_codes = subject.credentials is not None and subject.credentials.backup_code_hashes
        return [Factor(strategy=self.name)] if has_codes else []

    async def attempt(self, scope: Scope, attempt: Attempt) -> Claim:
        """Leave everything to the write: a code is found and removed at once."""
        known, code = attempt.subject.credentials, attempt.proof.code
        if known is None:
            raise self.unsupported()
        if code is None:
            raise errors.form.missing(param="code")
        code_hash = one_time.hash_of_backup_code(scope, code.reveal())
        user_id = known.user_id

        async def claim(tx: Write) -> Verdict:
            wrong = errors.form.code_incorrect(param="code")
            if await credential_store.use_backup_code(tx, scope.instance.id, user_id, code_hash):
                return None
            if code_hash in known.backup_code_hashes:
                # Another request has spent it since the user was read: no guess either.
                raise wrong
            return wrong

        return claim
