"""A trusted device: something the user has, which its own lock keeps from others."""

from hallporter.contract import errors
from hallporter.contract.callers import Browser
from hallporter.contract.ids import TrustedDeviceId, UserId, VerificationId
from hallporter.contract.scope import Scope
from hallporter.contract.settings import Settings
from hallporter.core.database import Write
from hallporter.features.strategies.strategy import Attempt, Proof, Shown, Strategy, Subject
from hallporter.features.trusted_devices import ceremony
from hallporter.features.trusted_devices import store as trusted_device_store
from hallporter.features.trusted_devices.ceremony import NewChallenge
from hallporter.features.trusted_devices.rows import TrustedDeviceRow
from hallporter.features.verifications import store as verification_store
from hallporter.features.verifications.claims import Claim, Verdict
from hallporter.features.verifications.rows import VerificationRow


class TrustedDevice(Strategy):
    """A challenge that is signed by a key which a native app keeps for its user.

    It is never listed among a user's factors. The app knows its own key, and nobody else should
    learn of a user's devices.
    """

    object = "verification_trusted_device"
    is_offered = False
    needs_name = False

    def __init__(self) -> None:
        super().__init__(ceremony.STRATEGY)

    def is_enabled(self, settings: Settings) -> bool:
        """Return true: it raises its own error where it is not enabled."""
        return True

    def refuse_unfit(self, scope: Scope, browser: Browser) -> None:
        """Raise unless the instance signs in by trusted devices, and a native app asks."""
        ceremony.refuse_unfit(scope, browser.transport)

    async def prepare(self, scope: Scope, attempt: Attempt) -> NewChallenge:
        """Create a challenge for a device, of any user if the user is not known yet."""
        self.refuse_unfit(scope, attempt.browser)
        device = await _enrolled(scope, attempt.proof.trusted_device_id)
        _refuse_foreign(attempt.subject, device)
        return ceremony.sign_in_challenge(scope, device)

    async def owner(self, scope: Scope, attempt: Attempt) -> UserId:
        """Return whose the device is; raises when it may not sign in."""
        return (await _enrolled(scope, attempt.proof.trusted_device_id)).user_id

    async def attempt(self, scope: Scope, attempt: Attempt) -> Claim:
        """Judge the signature; the write then spends the challenge and notes the use."""
        self.refuse_unfit(scope, attempt.browser)
        subject, proof = attempt.subject, attempt.proof
        waiting = self.awaited(subject)
        device = await _enrolled(scope, proof.trusted_device_id)
        if subject.user is None:
            raise errors.trusted_device.not_registered(param="trusted_device_id")
        _refuse_foreign(subject, device)
        holds = await _holds(scope, waiting.id, device, proof)
        instance_id = scope.instance.id

        async def claim(tx: Write) -> Verdict:
            if not await verification_store.spend(
                tx, instance_id, waiting.id, scope.now, holds=holds
            ):
                return errors.verification.expired()
            if not holds:
                return errors.trusted_device.verification_failed()
            if not await trusted_device_store.use_trusted_device(
                tx, instance_id, device.id, scope.now
            ):
                return errors.trusted_device.not_registered(param="trusted_device_id")
            return None

        return claim

    async def shown(self, scope: Scope, row: VerificationRow, subject: Subject) -> Shown:
        """Return what the device is to sign."""
        challenge = await trusted_device_store.challenge_of_verification(
            scope.db, scope.instance.id, row.id
        )
        return Shown(challenge=challenge)


async def _enrolled(scope: Scope, id: TrustedDeviceId | None) -> TrustedDeviceRow:
    if id is None:
        raise errors.form.missing(param="trusted_device_id")
    row = await trusted_device_store.trusted_device(scope.db, scope.instance.id, id)
    if row is None:
        raise errors.trusted_device.not_registered(param="trusted_device_id")
    return row


async def _holds(scope: Scope, id: VerificationId, device: TrustedDeviceRow, proof: Proof) -> bool:
    for name in ("client_data", "signature", "algorithm"):
        if getattr(proof, name) is None:
            raise errors.form.missing(param=name)
    if proof.algorithm != ceremony.ALGORITHM:
        raise errors.form.value_invalid(param="algorithm")
    challenge = await trusted_device_store.challenge_of_verification(
        scope.db, scope.instance.id, id
    )
    if challenge is None or challenge.trusted_device_id != device.id:
        return False
    return ceremony.is_signed(
        challenge,
        device.public_key,
        client_data=proof.client_data or "",
        signature=proof.signature.reveal() if proof.signature else "",
    )


def _refuse_foreign(subject: Subject, device: TrustedDeviceRow) -> None:
    if subject.user is not None and device.user_id != subject.user.id:
        raise errors.trusted_device.not_registered(param="trusted_device_id")
