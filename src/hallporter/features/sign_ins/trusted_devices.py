"""Signing in by the key of a native app, which says by itself whose it is."""

from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import SignInId
from hallporter.contract.scope import Scope
from hallporter.features.sessions import identity
from hallporter.features.sign_ins import actions, machine, subjects
from hallporter.features.sign_ins.actions import Outcome
from hallporter.features.sign_ins.given import CreateSignIn
from hallporter.features.trusted_devices import ceremony
from hallporter.features.users import actions as users
from hallporter.features.verifications import strategies
from hallporter.features.verifications.strategies import trusted_device
from hallporter.features.verifications.strategy import Proof

STRATEGY = ceremony.STRATEGY


async def begin(scope: Scope, browser: Browser, given: CreateSignIn) -> Outcome:
    """Begin a sign-in with the challenge to a device."""
    ceremony.refuse_unfit(scope, browser.transport)
    return await actions.create_sign_in(scope, browser, given)


async def prepare(scope: Scope, browser: KnownBrowser, id: SignInId, proof: Proof) -> Outcome:
    """Ask a device within a sign-in that has begun."""
    ceremony.refuse_unfit(scope, browser.transport)
    step = "prepare_first_factor"
    return await actions.prepare_factor(scope, browser, id, proof, step=step)


async def attempt(scope: Scope, browser: KnownBrowser, id: SignInId, proof: Proof) -> Outcome:
    """Judge a signature; a sign-in that names nobody is the owner's from then on."""
    ceremony.refuse_unfit(scope, browser.transport)
    own = await actions.get_own(scope, browser, id)
    if own.sign_in.user_id is not None or own.sign_in.identifier is not None:
        step = "attempt_first_factor"
        return await actions.attempt_factor(scope, browser, id, proof, step=step)
    machine.refuse_closed(own.sign_in, "attempt_first_factor", scope.now)
    device = await trusted_device.enrolled(scope, proof.trusted_device_id)
    awaited = own.sign_in.awaited_verification_id
    subject = await subjects.of_user(scope, device.user_id, awaited)
    known = Browser(browser.credential, browser.dev_browser_hash, browser.transport)
    client = await identity.current_client(scope, known)
    await actions.refuse_signed_in(scope, client, subject)
    users.refuse_locked(scope, subject.user)
    claim = await strategies.first_factor(proof.strategy).attempt(scope, subject, proof)
    return await actions.attempt_begun(scope, known, own, subject, claim, proof.strategy)
