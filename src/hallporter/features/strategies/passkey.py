"""A passkey: something the user has, which asks for something they know or are."""

import structlog

from hallporter.contract import errors
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import Settings
from hallporter.core.database import Write
from hallporter.features.passkeys import ceremony
from hallporter.features.passkeys import store as passkey_store
from hallporter.features.passkeys.rows import PasskeyRow
from hallporter.features.strategies.strategy import Attempt, Proof, Shown, Strategy, Subject
from hallporter.features.verifications import store as verification_store
from hallporter.features.verifications.claims import Claim, Verdict
from hallporter.features.verifications.factors import Factor
from hallporter.features.verifications.prepared import Awaited
from hallporter.features.verifications.rows import VerificationRow

log = structlog.get_logger()


class Passkey(Strategy):
    """An answer to a challenge, signed by a key that a device keeps."""

    object = "verification_passkey"
    needs_name = False
    proves_presence = True

    def __init__(self) -> None:
        super().__init__(ceremony.STRATEGY)

    def is_enabled(self, settings: Settings) -> bool:
        """Tell whether the instance has passkeys."""
        return settings.attributes.passkey.enabled

    def offered(self, subject: Subject) -> list[Factor]:
        """Offer itself to users who have registered one."""
        has_one = subject.user is not None and subject.user.passkey_rows()
        return [Factor(strategy=self.name)] if has_one else []

    def satisfies_second(self, settings: Settings) -> bool:
        """Tell whether it counts as both factors: the device verifies its user as well."""
        return settings.passkey.satisfies_second_factor

    async def prepare(self, scope: Scope, attempt: Attempt) -> Awaited:
        """Create a challenge, for any passkey if the user is not known yet."""
        if not self.is_enabled(scope.instance.settings):
            raise self.unsupported()
        if attempt.subject.user is not None and not self.offered(attempt.subject):
            raise self.unsupported()
        return Awaited(ceremony.new_verification(scope))

    async def owner(self, scope: Scope, attempt: Attempt) -> UserId:
        """Return whose the passkey is; raises when nobody has registered it."""
        return (await _registered(scope, attempt.proof)).user_id

    async def attempt(self, scope: Scope, attempt: Attempt) -> Claim:
        """Judge the signature; the write then spends the challenge and moves the counter on."""
        waiting, user = self.awaited(attempt.subject), attempt.subject.user
        row = await _registered(scope, attempt.proof)
        if user is None or row.user_id != user.id:
            raise errors.passkey.not_registered()
        given = attempt.proof.public_key_credential
        count = None if given is None else ceremony.used(scope, waiting.id, given, row)
        instance_id = scope.instance.id

        async def claim(tx: Write) -> Verdict:
            holds = count is not None
            if not await verification_store.spend(
                tx, instance_id, waiting.id, scope.now, holds=holds
            ):
                return errors.verification.expired()
            if count is None or not await _use(tx, scope, row, count):
                return errors.passkey.verification_failed()
            return None

        return claim

    async def shown(self, scope: Scope, row: VerificationRow, subject: Subject) -> Shown:
        """Return what the browser is asked."""
        passkeys = [] if subject.user is None else subject.user.passkey_rows()
        return Shown(nonce=ceremony.request_options(scope, row.id, passkeys))


async def _use(tx: Write, scope: Scope, row: PasskeyRow, count: int) -> bool:
    """Move the counter on; where it stands still the settings decide (WebAuthn Level 3 §7.2).

    The highest stays: whichever of two copies is behind is noted at each of its uses.
    """
    if await passkey_store.use_passkey(tx, scope.instance.id, row.id, count, scope.now):
        return True
    is_taken = (
        scope.instance.settings.passkey.counter == "record"
        and await passkey_store.note_passkey(tx, scope.instance.id, row.id, scope.now)
    )
    log.warning(
        "passkey counter did not go on",
        instance_id=scope.instance.id,
        user_id=row.user_id,
        passkey_id=row.id,
        taken=is_taken,
    )
    return is_taken


async def _registered(scope: Scope, proof: Proof) -> PasskeyRow:
    named = ceremony.parsed(proof.public_key_credential).id
    row = await passkey_store.passkey_by_credential(scope.db, scope.instance.id, named.rstrip("="))
    if row is None:
        raise errors.passkey.not_registered()
    return row
