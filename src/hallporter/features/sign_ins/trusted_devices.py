"""Signing in by the key of a native app, where the instance has such."""

from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import SignInId
from hallporter.contract.scope import Scope
from hallporter.features.sign_ins import actions, owners
from hallporter.features.sign_ins.actions import Outcome
from hallporter.features.sign_ins.given import CreateSignIn
from hallporter.features.trusted_devices import ceremony
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
    """Judge a device's signature."""
    ceremony.refuse_unfit(scope, browser.transport)
    return await owners.attempt(scope, browser, id, proof)
