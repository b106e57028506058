"""Frontend API endpoints of signing up."""

from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import SignUpId
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.edge.operation import frontend
from hallporter.features import strategies
from hallporter.features.envelope.envelope import wrapped
from hallporter.features.oauth_callbacks import collecting
from hallporter.features.oauth_callbacks.collecting import Collect
from hallporter.features.sign_ups import actions, email_links, replies
from hallporter.features.sign_ups.actions import Outcome
from hallporter.features.sign_ups.field_verification import AttemptVerification, PrepareVerification
from hallporter.features.sign_ups.given import CreateSignUp, UpdateSignUp


@frontend.post("/v1/client/sign_ups", costs="sign_ups", is_paced=True)
async def create_sign_ups(scope: Scope, caller: Browser, given: CreateSignUp) -> Reply:
    """Begin to sign up; everything may be given at once."""
    return await _reply(scope, caller, await actions.create_sign_up(scope, caller, given))


@frontend.get("/v1/client/sign_ups/{sign_up_id}", is_paced=True)
async def get_sign_ups(
    scope: Scope, caller: KnownBrowser, sign_up_id: SignUpId, query: Collect
) -> Reply:
    """Return one of the client's own sign-ups: pages that wait for a link ask again and again."""
    done = await collecting.sign_up(scope, caller, sign_up_id, query)
    done = done or await email_links.poll(scope, caller, sign_up_id)
    # A page that waits for a link leaves its card, for a blank one, when its client lacks it.
    return await _reply(scope, caller, done, is_echoed=True)


@frontend.get("/v1/client/sign_ups/{sign_up_id}/enterprise_connections")
async def get_sign_up_enterprise_connections(
    scope: Scope, caller: KnownBrowser, sign_up_id: SignUpId
) -> Reply:
    """Return none: clerk-js asks which connections an address could be signed up through."""
    own = await actions.get_own(scope, caller, sign_up_id)
    return await wrapped(scope, caller, own.client, lambda _client: [])


@frontend.patch("/v1/client/sign_ups/{sign_up_id}", costs="wrong_attempts", is_paced=True)
async def update_sign_ups(
    scope: Scope, caller: KnownBrowser, sign_up_id: SignUpId, given: UpdateSignUp
) -> Reply:
    """Give more of what is missing, or go on at a provider."""
    strategies.refuse_enterprise(given.strategy)
    done = await actions.update_sign_up(scope, caller, sign_up_id, given)
    return await _reply(scope, caller, done)


@frontend.post("/v1/client/sign_ups/{sign_up_id}/prepare_verification", is_paced=True)
async def prepare_sign_ups_verification(
    scope: Scope, caller: KnownBrowser, sign_up_id: SignUpId, given: PrepareVerification
) -> Reply:
    """Send the code or the link that proves the address."""
    done = await actions.prepare_verification(scope, caller, sign_up_id, given)
    return await _reply(scope, caller, done)


@frontend.post(
    "/v1/client/sign_ups/{sign_up_id}/attempt_verification", costs="wrong_attempts", is_paced=True
)
async def attempt_sign_ups_verification(
    scope: Scope, caller: KnownBrowser, sign_up_id: SignUpId, given: AttemptVerification
) -> Reply:
    """Prove the address."""
    done = await actions.attempt_verification(scope, caller, sign_up_id, given)
    return await _reply(scope, caller, done)


async def _reply(scope: Scope, caller: Browser, done: Outcome, *, is_echoed: bool = False) -> Reply:
    sign_up = await replies.sign_up(scope, done.sign_up, done.proofs)
    return await wrapped(
        scope,
        caller,
        done.client,
        lambda _client: sign_up,
        with_token=done.sign_up.status == "complete",
        sign_up=sign_up,
        is_echoed=is_echoed,
    )
