"""Frontend doors of signing in."""

from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import SignInId
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features.clients.envelope import wrapped
from hallporter.features.external_accounts import signing_in, tokens
from hallporter.features.sign_ins import (
    actions,
    email_links,
    known_clients,
    owners,
    tickets,
    trusted_devices,
    views,
)
from hallporter.features.sign_ins.actions import Outcome
from hallporter.features.sign_ins.given import CreateSignIn, ResetPassword
from hallporter.features.verifications.strategies import passkey
from hallporter.features.verifications.strategy import Proof


@frontend.post(
    "/v1/client/sign_ins",
    costs="wrong_attempts",
    own_user=known_clients.user_of_new,
    is_paced=True,
)
async def create_sign_in(scope: Scope, caller: Browser, given: CreateSignIn) -> Reply:
    """Begin to sign in; everything may be given at once."""
    if given.transfer or (given.strategy or "").startswith(("oauth_", tokens.ONE_TAP)):
        return await _reply(scope, caller, await _elsewhere(scope, caller, given))
    if given.strategy == trusted_devices.STRATEGY:
        return await _reply(scope, caller, await trusted_devices.begin(scope, caller, given))
    if given.ticket is not None or given.strategy == "ticket":
        return await _reply(scope, caller, await tickets.accept(scope, caller, given.ticket))
    return await _reply(scope, caller, await actions.create_sign_in(scope, caller, given))


@frontend.get("/v1/client/sign_ins/{sign_in_id}", is_paced=True)
async def get_sign_in(scope: Scope, caller: KnownBrowser, sign_in_id: SignInId) -> Reply:
    """Return one of the client's own sign-ins: pages that wait for a link ask again and again."""
    return await _reply(scope, caller, await email_links.poll(scope, caller, sign_in_id))


@frontend.post("/v1/client/sign_ins/{sign_in_id}/prepare_first_factor", is_paced=True)
async def prepare_sign_in_factor_one(
    scope: Scope, caller: KnownBrowser, sign_in_id: SignInId, given: Proof
) -> Reply:
    """Send the code of a first factor, or the browser to a provider."""
    if given.strategy.startswith("oauth_"):
        begun = await signing_in.prepare(scope, caller, sign_in_id, given.strategy, given)
        return await _reply(scope, caller, begun)
    if given.strategy == trusted_devices.STRATEGY:
        asked = await trusted_devices.prepare(scope, caller, sign_in_id, given)
        return await _reply(scope, caller, asked)
    done = await actions.prepare_factor(
        scope, caller, sign_in_id, given, step="prepare_first_factor"
    )
    return await _reply(scope, caller, done)


@frontend.post(
    "/v1/client/sign_ins/{sign_in_id}/attempt_first_factor",
    costs="wrong_attempts",
    own_user=known_clients.user_of_begun,
    is_paced=True,
)
async def attempt_sign_in_factor_one(
    scope: Scope, caller: KnownBrowser, sign_in_id: SignInId, given: Proof
) -> Reply:
    """Prove the first factor."""
    if given.strategy == passkey.Passkey.name:
        found = await owners.attempt(scope, caller, sign_in_id, given)
        return await _reply(scope, caller, found)
    if given.strategy == trusted_devices.STRATEGY:
        found = await trusted_devices.attempt(scope, caller, sign_in_id, given)
        return await _reply(scope, caller, found)
    done = await actions.attempt_factor(
        scope, caller, sign_in_id, given, step="attempt_first_factor"
    )
    return await _reply(scope, caller, done)


@frontend.post("/v1/client/sign_ins/{sign_in_id}/prepare_second_factor", is_paced=True)
async def prepare_sign_in_factor_two(
    scope: Scope, caller: KnownBrowser, sign_in_id: SignInId, given: Proof
) -> Reply:
    """Send the code of a second factor."""
    done = await actions.prepare_factor(
        scope, caller, sign_in_id, given, step="prepare_second_factor"
    )
    return await _reply(scope, caller, done)


@frontend.post(
    "/v1/client/sign_ins/{sign_in_id}/attempt_second_factor",
    costs="wrong_attempts",
    own_user=known_clients.user_of_begun,
    is_paced=True,
)
async def attempt_sign_in_factor_two(
    scope: Scope, caller: KnownBrowser, sign_in_id: SignInId, given: Proof
) -> Reply:
    """Prove the second factor."""
    done = await actions.attempt_factor(
        scope, caller, sign_in_id, given, step="attempt_second_factor"
    )
    return await _reply(scope, caller, done)


@frontend.post("/v1/client/sign_ins/{sign_in_id}/reset_password", is_paced=True)
async def reset_password(
    scope: Scope, caller: KnownBrowser, sign_in_id: SignInId, given: ResetPassword
) -> Reply:
    """Choose a new password after the mailbox was proved."""
    return await _reply(
        scope, caller, await actions.reset_password(scope, caller, sign_in_id, given)
    )


async def _elsewhere(scope: Scope, caller: Browser, given: CreateSignIn) -> Outcome:
    strategy = given.strategy or ""
    if given.transfer:
        return await signing_in.transfer(scope, caller)
    if not tokens.is_token_strategy(strategy):
        return await signing_in.begin(scope, caller, strategy, given)
    return await signing_in.by_token(scope, caller, strategy, given.token)


async def _reply(scope: Scope, caller: Browser, done: Outcome) -> Reply:
    sign_in = await views.sign_in(scope, done.sign_in, done.subject)
    return await wrapped(
        scope,
        caller,
        done.client,
        lambda _client: sign_in,
        with_token=done.sign_in.status == "complete",
        opened=done.opened,
    )
