"""Frontend API endpoints of signing in."""

from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import SignInId
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features.envelope.envelope import wrapped
from hallporter.features.oauth_callbacks import collecting
from hallporter.features.oauth_callbacks.collecting import Collect
from hallporter.features.sign_ins import actions, email_links, known_clients, replies
from hallporter.features.sign_ins.given import CreateSignIn, ResetPassword
from hallporter.features.sign_ins.steps import Outcome
from hallporter.features.strategies.strategy import GivenProof


@frontend.post(
    "/v1/client/sign_ins",
    costs="wrong_attempts",
    own_user=known_clients.user_of_new,
    is_paced=True,
)
async def create_sign_in(scope: Scope, caller: Browser, given: CreateSignIn) -> Reply:
    """Begin to sign in; everything may be given at once."""
    return await _reply(scope, caller, await actions.create_sign_in(scope, caller, given))


@frontend.get("/v1/client/sign_ins/{sign_in_id}", is_paced=True)
async def get_sign_in(
    scope: Scope, caller: KnownBrowser, sign_in_id: SignInId, query: Collect
) -> Reply:
    """Return one of the client's own sign-ins: pages that wait for a link ask again and again."""
    done = await collecting.sign_in(scope, caller, sign_in_id, query)
    return await _reply(scope, caller, done or await email_links.poll(scope, caller, sign_in_id))


@frontend.post("/v1/client/sign_ins/{sign_in_id}/prepare_first_factor", is_paced=True)
async def prepare_sign_in_factor_one(
    scope: Scope, caller: KnownBrowser, sign_in_id: SignInId, given: GivenProof
) -> Reply:
    """Send the code of a first factor, or the browser to a provider."""
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
    scope: Scope, caller: KnownBrowser, sign_in_id: SignInId, given: GivenProof
) -> Reply:
    """Prove the first factor."""
    done = await actions.attempt_factor(
        scope, caller, sign_in_id, given, step="attempt_first_factor"
    )
    return await _reply(scope, caller, done)


@frontend.post("/v1/client/sign_ins/{sign_in_id}/prepare_second_factor", is_paced=True)
async def prepare_sign_in_factor_two(
    scope: Scope, caller: KnownBrowser, sign_in_id: SignInId, given: GivenProof
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
    scope: Scope, caller: KnownBrowser, sign_in_id: SignInId, given: GivenProof
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


async def _reply(scope: Scope, caller: Browser, done: Outcome) -> Reply:
    sign_in = await replies.sign_in(scope, done.sign_in, done.subject)
    return await wrapped(
        scope,
        caller,
        done.client,
        lambda _client: sign_in,
        with_token=done.sign_in.status == "complete",
        opened=done.opened,
        sign_in=sign_in,
    )
