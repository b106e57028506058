"""Frontend doors of signing up."""

from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import SignUpId
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features.clients.envelope import wrapped
from hallporter.features.sign_ups import actions, views
from hallporter.features.sign_ups.actions import (
    AttemptVerification,
    Outcome,
    PrepareVerification,
    SignUpFields,
)


@frontend.post("/v1/client/sign_ups")
async def create_sign_ups(scope: Scope, caller: Browser, given: SignUpFields) -> Reply:
    """Begin to sign up; everything may be given at once."""
    return await _reply(scope, caller, await actions.create_sign_up(scope, caller, given))


@frontend.get("/v1/client/sign_ups/{sign_up_id}")
async def get_sign_ups(scope: Scope, caller: KnownBrowser, sign_up_id: SignUpId) -> Reply:
    """Return one of the client's own sign-ups."""
    return await _reply(scope, caller, await actions.get_own(scope, caller, sign_up_id))


@frontend.patch("/v1/client/sign_ups/{sign_up_id}")
async def update_sign_ups(
    scope: Scope, caller: KnownBrowser, sign_up_id: SignUpId, given: SignUpFields
) -> Reply:
    """Give more of what is missing."""
    done = await actions.update_sign_up(scope, caller, sign_up_id, given)
    return await _reply(scope, caller, done)


@frontend.post("/v1/client/sign_ups/{sign_up_id}/prepare_verification")
async def prepare_sign_ups_verification(
    scope: Scope, caller: KnownBrowser, sign_up_id: SignUpId, given: PrepareVerification
) -> Reply:
    """Send the code that proves the address."""
    done = await actions.prepare_verification(scope, caller, sign_up_id, given)
    return await _reply(scope, caller, done)


@frontend.post("/v1/client/sign_ups/{sign_up_id}/attempt_verification")
async def attempt_sign_ups_verification(
    scope: Scope, caller: KnownBrowser, sign_up_id: SignUpId, given: AttemptVerification
) -> Reply:
    """Prove the address."""
    done = await actions.attempt_verification(scope, caller, sign_up_id, given)
    return await _reply(scope, caller, done)


async def _reply(scope: Scope, caller: Browser | KnownBrowser, done: Outcome) -> Reply:
    sign_up = await views.sign_up(scope, done.sign_up)
    return await wrapped(
        scope,
        caller,
        done.client,
        lambda _client: sign_up,
        with_tokens=done.sign_up.status == "complete",
    )
