"""Frontend doors of signing in."""

from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import SignInId
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features.clients.envelope import wrapped
from hallporter.features.sign_ins import actions, tickets, views
from hallporter.features.sign_ins.actions import CreateSignIn, Outcome, ResetPassword
from hallporter.features.verifications.strategy import Proof


@frontend.post("/v1/client/sign_ins")
async def create_sign_in(scope: Scope, caller: Browser, given: CreateSignIn) -> Reply:
    """Begin to sign in; everything may be given at once."""
    if given.ticket is not None or given.strategy == "ticket":
        return await _reply(scope, caller, await tickets.accept(scope, caller, given.ticket))
    return await _reply(scope, caller, await actions.create_sign_in(scope, caller, given))


@frontend.get("/v1/client/sign_ins/{sign_in_id}")
async def get_sign_in(scope: Scope, caller: KnownBrowser, sign_in_id: SignInId) -> Reply:
    """Return one of the client's own sign-ins."""
    return await _reply(scope, caller, await actions.get_own(scope, caller, sign_in_id))


@frontend.post("/v1/client/sign_ins/{sign_in_id}/prepare_first_factor")
async def prepare_sign_in_factor_one(
    scope: Scope, caller: KnownBrowser, sign_in_id: SignInId, given: Proof
) -> Reply:
    """Send the code of a first factor."""
    done = await actions.prepare_factor(
        scope, caller, sign_in_id, given, step="prepare_first_factor"
    )
    return await _reply(scope, caller, done)


@frontend.post("/v1/client/sign_ins/{sign_in_id}/attempt_first_factor")
async def attempt_sign_in_factor_one(
    scope: Scope, caller: KnownBrowser, sign_in_id: SignInId, given: Proof
) -> Reply:
    """Prove the first factor."""
    done = await actions.attempt_factor(
        scope, caller, sign_in_id, given, step="attempt_first_factor"
    )
    return await _reply(scope, caller, done)


@frontend.post("/v1/client/sign_ins/{sign_in_id}/prepare_second_factor")
async def prepare_sign_in_factor_two(
    scope: Scope, caller: KnownBrowser, sign_in_id: SignInId, given: Proof
) -> Reply:
    """Send the code of a second factor."""
    done = await actions.prepare_factor(
        scope, caller, sign_in_id, given, step="prepare_second_factor"
    )
    return await _reply(scope, caller, done)


@frontend.post("/v1/client/sign_ins/{sign_in_id}/attempt_second_factor")
async def attempt_sign_in_factor_two(
    scope: Scope, caller: KnownBrowser, sign_in_id: SignInId, given: Proof
) -> Reply:
    """Prove the second factor."""
    done = await actions.attempt_factor(
        scope, caller, sign_in_id, given, step="attempt_second_factor"
    )
    return await _reply(scope, caller, done)


@frontend.post("/v1/client/sign_ins/{sign_in_id}/reset_password")
async def reset_password(
    scope: Scope, caller: KnownBrowser, sign_in_id: SignInId, given: ResetPassword
) -> Reply:
    """Choose a new password after the mailbox was proved."""
    return await _reply(
        scope, caller, await actions.reset_password(scope, caller, sign_in_id, given)
    )


async def _reply(scope: Scope, caller: Browser | KnownBrowser, done: Outcome) -> Reply:
    sign_in = await views.sign_in(scope, done.sign_in)
    return await wrapped(
        scope,
        caller,
        done.client,
        lambda _client: sign_in,
        with_tokens=done.sign_in.status == "complete",
    )
