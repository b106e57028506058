"""Signing in by a passkey, which says by itself whose it is."""

from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import SignInId
from hallporter.contract.scope import Scope
from hallporter.features.sessions import identity
from hallporter.features.sign_ins import actions, machine, subjects
from hallporter.features.sign_ins.actions import Outcome
from hallporter.features.users import actions as users
from hallporter.features.verifications import strategies
from hallporter.features.verifications.strategies import passkey
from hallporter.features.verifications.strategy import Proof


async def attempt(scope: Scope, browser: KnownBrowser, id: SignInId, proof: Proof) -> Outcome:
    """Judge a passkey; of a sign-in that names nobody it is the owner's from then on."""
    own = await actions.get_own(scope, browser, id)
    if own.sign_in.user_id is not None or own.sign_in.identifier is not None:
        step = "attempt_first_factor"
        return await actions.attempt_factor(scope, browser, id, proof, step=step)
    machine.refuse_closed(own.sign_in, "attempt_first_factor", scope.now)
    row = await passkey.registered(scope, proof)
    subject = await subjects.of_user(scope, row.user_id, own.sign_in.first_factor_verification_id)
    known = Browser(browser.credential, browser.dev_browser_hash, browser.transport)
    client = await identity.current_client(scope, known)
    await actions.refuse_signed_in(scope, client, subject)
    users.refuse_locked(scope, subject.user)
    claim = await strategies.first_factor(proof.strategy).attempt(scope, subject, proof)
    return await actions.attempt_begun(scope, known, own, subject, claim, proof.strategy)
