"""A trusted device: something the user has, which its own lock keeps from others."""

from hallporter.contract import errors
from hallporter.contract.ids import TrustedDeviceId, VerificationId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.trusted_devices import ceremony
from hallporter.features.trusted_devices import store as trusted_devices
from hallporter.features.trusted_devices.ceremony import Asked
from hallporter.features.trusted_devices.rows import TrustedDeviceRow
from hallporter.features.verifications import store
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.strategy import Claim, Factor, Proof, Subject, Verdict
from hallporter.features.verifications.waiting import not_waited_for


class TrustedDevice:
    """A challenge, signed by a key that an app keeps for its user."""

    name = ceremony.STRATEGY

    def factors(self, subject: Subject) -> list[Factor]:
        """Offer nothing: an app knows of its key, and nobody else is told of a user's devices."""
        return []

    def prepare(self, scope: Scope, subject: Subject, proof: Proof) -> SentCode:
        """Refuse: which device is asked is looked up first, with `ask`."""
        raise errors.sign_in.strategy_invalid(strategy=self.name, param="strategy")

    async def ask(self, scope: Scope, subject: Subject, id: TrustedDeviceId | None) -> Asked:
        """Make a challenge for a device, of anybody where nobody is known yet."""
        device = await enrolled(scope, id)
        _refuse_foreign(subject, device)
        return ceremony.ask_to_sign_in(scope, device)

    async def attempt(self, scope: Scope, subject: Subject, proof: Proof) -> Claim:
        """Judge the signature; the write then spends the challenge and notes the use."""
        waiting = subject.verification
        if waiting is None or waiting.strategy != self.name:
            raise not_waited_for(waiting)
        device = await enrolled(scope, proof.trusted_device_id)
        if subject.user is None:
            raise errors.trusted_device.not_registered(param="trusted_device_id")
        _refuse_foreign(subject, device)
        holds = await _holds(scope, waiting.id, device, proof)
        instance_id = scope.instance.id

        async def claim(tx: Write) -> Verdict:
            if not await store.spend(tx, instance_id, waiting.id, scope.now, holds=holds):
                return errors.verification.expired()
            if not holds:
                return errors.trusted_device.verification_failed()
            if not await trusted_devices.use_trusted_device(tx, instance_id, device.id, scope.now):
                return errors.trusted_device.not_registered(param="trusted_device_id")
            return None

        return claim


async def enrolled(scope: Scope, id: TrustedDeviceId | None) -> TrustedDeviceRow:
    """Return the device that is called `id`; raises when it may not sign in."""
    if id is None:
        raise errors.form.missing(param="trusted_device_id")
    row = await trusted_devices.trusted_device(scope.db, scope.instance.id, id)
    if row is None:
        raise errors.trusted_device.not_registered(param="trusted_device_id")
    return row


async def _holds(scope: Scope, id: VerificationId, device: TrustedDeviceRow, proof: Proof) -> bool:
    for name in ("client_data", "signature", "algorithm"):
        if getattr(proof, name) is None:
            raise errors.form.missing(param=name)
    if proof.algorithm != ceremony.ALGORITHM:
        raise errors.form.value_invalid(param="algorithm")
    challenge = await trusted_devices.challenge_of_verification(scope.db, scope.instance.id, id)
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
