"""Frontend doors of signing up."""

from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import SignUpId
from hallporter.contract.reply import Reply
from hallporter.contract.scope import Scope
from hallporter.contract.texts import Token, Word
from hallporter.edge.operation import frontend
from hallporter.features.clients.envelope import wrapped
from hallporter.features.external_accounts import signing_up, tokens
from hallporter.features.sign_ups import actions, email_links, tickets, views
from hallporter.features.sign_ups.actions import Outcome
from hallporter.features.sign_ups.asking import AttemptVerification, PrepareVerification
from hallporter.features.sign_ups.given import SignUpFields
from hallporter.features.sign_ups.proofs import FIELDS
from hallporter.features.verifications import strategies


class CreateSignUp(SignUpFields, frozen=True, kw_only=True):
    """What a sign-up may begin with: also a provider, or somebody whom one has proved."""

    strategy: Word | None = None
    transfer: bool | None = None
    token: Token | None = None
    ticket: Token | None = None
    channel: Word | None = None

    @property
    def asked(self) -> PrepareVerification | None:
        """The proof that is to be prepared at once, as clerk-js wants it by WhatsApp."""
        if self.strategy not in FIELDS:
            return None
        return PrepareVerification(
            strategy=self.strategy, redirect_url=self.redirect_url, channel=self.channel
        )


class UpdateSignUp(SignUpFields, frozen=True, kw_only=True):
    """More of what is missing, or a provider that is to prove who signs up."""

    strategy: Word | None = None


@frontend.post("/v1/client/sign_ups", costs="sign_ups", is_paced=True)
async def create_sign_ups(scope: Scope, caller: Browser, given: CreateSignUp) -> Reply:
    """Begin to sign up; everything may be given at once."""
    strategies.refuse_enterprise(given.strategy)
    if given.transfer or (given.strategy or "").startswith(("oauth_", tokens.ONE_TAP)):
        return await _reply(scope, caller, await _elsewhere(scope, caller, given))
    if given.ticket is not None or given.strategy == "ticket":
        done = await tickets.create(scope, caller, given.ticket, given)
        return await _reply(scope, caller, done)
    done = await actions.create_sign_up(scope, caller, given, asked=given.asked)
    return await _reply(scope, caller, done)


@frontend.get("/v1/client/sign_ups/{sign_up_id}", is_paced=True)
async def get_sign_ups(scope: Scope, caller: KnownBrowser, sign_up_id: SignUpId) -> Reply:
    """Return one of the client's own sign-ups: pages that wait for a link ask again and again."""
    done = await email_links.poll(scope, caller, sign_up_id)
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
    if (given.strategy or "").startswith("oauth_"):
        begun = await signing_up.prepare(scope, caller, sign_up_id, given.strategy or "", given)
        return await _reply(scope, caller, begun)
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


async def _elsewhere(scope: Scope, caller: Browser, given: CreateSignUp) -> Outcome:
    strategy = given.strategy or ""
    if given.transfer:
        return await signing_up.transfer(scope, caller, given)
    if not tokens.is_token_strategy(strategy):
        return await signing_up.begin(scope, caller, strategy, given)
    return await signing_up.by_token(scope, caller, strategy, given.token, given)


async def _reply(scope: Scope, caller: Browser, done: Outcome, *, is_echoed: bool = False) -> Reply:
    sign_up = await views.sign_up(scope, done.sign_up)
    return await wrapped(
        scope,
        caller,
        done.client,
        lambda _client: sign_up,
        with_token=done.sign_up.status == "complete",
        sign_up=sign_up if is_echoed else None,
    )
