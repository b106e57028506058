"""Signing in by what says by itself whose it is: a passkey, or the key of a native app."""

from collections.abc import Awaitable, Callable

from hallporter.contract.callers import KnownBrowser
from hallporter.contract.ids import SignInId
from hallporter.contract.scope import Scope
from hallporter.features.passkeys.rows import PasskeyRow
from hallporter.features.sessions import identity
from hallporter.features.sign_ins import actions, machine, subjects
from hallporter.features.sign_ins.actions import Outcome
from hallporter.features.trusted_devices.rows import TrustedDeviceRow
from hallporter.features.users import actions as users
from hallporter.features.verifications import strategies
from hallporter.features.verifications.strategies import passkey, trusted_device
from hallporter.features.verifications.strategy import Proof

_Found = Callable[[Scope, Proof], Awaitable[PasskeyRow | TrustedDeviceRow]]
_KEYS: dict[str, _Found] = {
    passkey.Passkey.name: passkey.registered,
    trusted_device.TrustedDevice.name: lambda scope, proof: trusted_device.enrolled(
        scope, proof.trusted_device_id
    ),
}


async def attempt(scope: Scope, browser: KnownBrowser, id: SignInId, proof: Proof) -> Outcome:
    """Judge a signature; a sign-in that names nobody is from then on that of the key's owner."""
    own = await actions.get_own(scope, browser, id)
    if own.sign_in.user_id is not None or own.sign_in.identifier is not None:
        step = "attempt_first_factor"
        return await actions.attempt_factor(scope, browser, id, proof, step=step)
    machine.refuse_closed(own.sign_in, "attempt_first_factor", scope.now)
    key = await _KEYS[proof.strategy](scope, proof)
    subject = await subjects.of_user(scope, key.user_id, own.sign_in.awaited_verification_id)
    client = await identity.current_client(scope, browser)
    await actions.refuse_signed_in(scope, client, subject)
    users.refuse_locked(scope, subject.user)
    strategy = strategies.first_factor(proof.strategy, scope.instance.settings)
    claim = await strategy.attempt(scope, subject, proof)
    return await actions.attempt_begun(scope, browser, own, subject, claim, proof.strategy)
