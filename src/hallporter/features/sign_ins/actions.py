"""Signing in: identify, prove, and become a session."""

from msgspec.structs import replace

from hallporter.contract import errors, ids
from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import ClientId, SignInId
from hallporter.contract.scope import Scope
from hallporter.core.clock import DAY
from hallporter.core.database import Write
from hallporter.features import strategies
from hallporter.features.browsers import actions as browser_actions
from hallporter.features.browsers.rows import OpenClientRow
from hallporter.features.clients import actions as client_actions
from hallporter.features.clients.actions import ComingClient, HeldClient
from hallporter.features.clients.rows import ClientRow
from hallporter.features.credentials import password as credential_password
from hallporter.features.sessions import identity
from hallporter.features.sessions import store as session_store
from hallporter.features.sessions.rows import SessionRow
from hallporter.features.sign_ins import (
    hidden_steps,
    hiding,
    impersonating,
    machine,
    steps,
    store,
    subjects,
)
from hallporter.features.sign_ins.given import CreateSignIn, ResetPassword
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.sign_ins.steps import Outcome, Step
from hallporter.features.strategies.strategy import (
    Attempt,
    Change,
    GivenProof,
    Known,
    Strategy,
    Subject,
)
from hallporter.features.users import actions as user_actions
from hallporter.features.verifications import limits
from hallporter.features.verifications.claims import Claim, Verdict
from hallporter.features.verifications.prepared import Prepared, ProofRequest

_ABANDONED_AFTER = DAY


async def create_sign_in(scope: Scope, browser: Browser, given: CreateSignIn) -> Outcome:
    """Begin a sign-in, which replaces the client's earlier one; a password is tried at once."""
    by_itself = strategies.that_names_itself(given)
    strategy = strategies.to_begin_with(given.strategy, given.password)
    if strategy is not None:
        strategy.refuse_unfit(scope, browser)
    found = await browser_actions.open_client(scope, browser) if browser.credential else None
    client = client_actions.held_or_coming(scope, browser, found)
    row = _new_row(scope, client.id)
    attempt = Attempt(Subject(), given, _proof_request(row), browser, found)
    if by_itself is not None:
        return await _begin_by_itself(scope, by_itself, row, client, attempt)
    if found is not None:
        await refuse_second_session(scope, found)
    if given.identifier is None and given.strategy is None:
        # Given and empty: by this the components know a browser that has no wallet.
        raise errors.form.nil(param="identifier")
    if given.identifier:
        subject = await subjects.of_identifier(scope, given.identifier)
        return await _begin_named(
            scope,
            strategy,
            replace(row, identifier=given.identifier, status="needs_first_factor"),
            client,
            replace(attempt, subject=subject),
        )
    if strategy is None or strategy.needs_name:
        return await _begin(scope, row, client, attempt, None)
    strategy = strategies.first_factor(strategy.name, scope.instance)
    row = replace(row, status="needs_first_factor")
    prepared = await _prepared(scope, row, strategy, attempt)
    return await _begin(scope, row, client, attempt, prepared)


async def _begin_by_itself(
    scope: Scope,
    strategy: Strategy,
    row: SignInRow,
    client: HeldClient | ComingClient,
    attempt: Attempt,
) -> Outcome:
    """Begin with a proof that identifies its user, or by sending the user to a provider."""
    known = await strategy.known(scope, attempt)
    if isinstance(known, Known) and known.actor_token is not None:
        row, held = await impersonating.accept(
            scope, row, client, attempt.client, known, known.actor_token
        )
        return Outcome(row, held)
    await refuse_second_session(scope, attempt.client)
    if not isinstance(known, Known):
        return await _begin(scope, row, client, attempt, known)
    subject = await subjects.of_user(scope, known.user_id)
    await refuse_signed_in(scope, attempt.client, subject)
    user_actions.refuse_locked(scope, subject.user)
    row = replace(row, status="needs_first_factor", user_id=known.user_id)
    proved_by = strategies.named(known.strategy)
    step = Step(row, client, subject, proved_by, known.change, is_new=True)
    return await steps.record(scope, step, known.claim)


async def _begin_named(
    scope: Scope,
    strategy: Strategy | None,
    row: SignInRow,
    client: HeldClient | ComingClient,
    attempt: Attempt,
) -> Outcome:
    """Begin for the user that an identifier names, with a proof or by sending a code."""
    subject, hides = attempt.subject, scope.instance.settings.enumeration_protection
    claim = prepared = None
    if strategy is not None and strategy.comes_with_name and attempt.proof.password is not None:
        strategy = strategies.first_factor(strategy.name, scope.instance)
        claim = await _judged(scope, strategy, attempt, hides=hides)
    if subject.user is None and not hides:
        raise errors.form.identifier_not_found(param="identifier")
    if attempt.client is not None:
        await refuse_signed_in(scope, attempt.client, subject)
    row = replace(
        row,
        identification_id=subject.identification_id,
        user_id=None if subject.user is None else subject.user.id,
    )
    if strategy is not None and claim is not None:
        return await steps.record(scope, Step(row, client, subject, strategy, is_new=True), claim)
    if strategy is not None and not strategy.comes_with_name:
        strategy = strategies.first_factor(strategy.name, scope.instance)
        prepared = await _prepared(scope, row, strategy, attempt)
    return await _begin(scope, row, client, attempt, prepared)


async def _begin(
    scope: Scope,
    row: SignInRow,
    client: HeldClient | ComingClient,
    attempt: Attempt,
    prepared: Prepared | None,
) -> Outcome:
    subject = attempt.subject
    if not hiding.hides(scope, row):
        user_actions.refuse_locked(scope, subject.user)
    async with scope.db.write() as tx:
        held = await client_actions.take_up(tx, client, scope.instance.id, row.id)
        if prepared is not None:
            await prepared.send(tx, scope, attempt.request)
            row = _waiting(row, prepared)
            subject = replace(subject, verification=prepared.verification)
        await store.insert_sign_in(tx, row)
    return Outcome(row, held, subject)


async def get_own(scope: Scope, browser: Browser, id: SignInId) -> Outcome:
    """Return a sign-in of the browser's own client; raises 404 for any other."""
    client = await identity.current_client(scope, browser)
    if client is None:
        raise errors.sign_in.not_found()
    row = await store.sign_in_of_client(scope.db, scope.instance.id, id, client.id)
    if row is None:
        raise errors.sign_in.not_found()
    return Outcome(row, HeldClient(client.id, client.token_hash))


async def prepare_factor(
    scope: Scope, browser: KnownBrowser, id: SignInId, given: GivenProof, *, step: str
) -> Outcome:
    """Send what the chosen strategy sends; a new code kills the old one."""
    _refuse_unfit(scope, browser, given.strategy, step)
    own = await get_own(scope, browser, id)
    machine.refuse_closed(own.sign_in, step, scope.now)
    subject = await subjects.of_sign_in(scope, own.sign_in)
    await steps.refuse_void(scope, own.sign_in, subject)
    attempt = Attempt(subject, given, _proof_request(own.sign_in), browser)
    strategy = _strategy(scope, own.sign_in, given.strategy)
    prepared = await _prepared(scope, own.sign_in, strategy, attempt)
    row = replace(_waiting(own.sign_in, prepared), updated_at=scope.now)
    async with scope.db.write() as tx:
        await prepared.send(tx, scope, attempt.request)
        await steps.update(tx, row, was=own.sign_in.status)
    return Outcome(row, own.client, replace(subject, verification=prepared.verification))


async def attempt_factor(
    scope: Scope, browser: KnownBrowser, id: SignInId, given: GivenProof, *, step: str
) -> Outcome:
    """Judge a proof of the first or second factor.

    A passkey identifies its user. If the sign-in had no user, it belongs to that user from then on.
    """
    _refuse_unfit(scope, browser, given.strategy, step)
    own = await get_own(scope, browser, id)
    row = own.sign_in
    machine.refuse_closed(row, step, scope.now)
    strategy = _strategy(scope, row, given.strategy)
    attempt = Attempt(Subject(), given, _proof_request(row), browser)
    if not strategy.needs_name and row.user_id is None and row.identifier is None:
        user_id = await strategy.owner(scope, attempt)
        subject = await subjects.of_user(scope, user_id, row.awaited_verification_id)
        await refuse_signed_in(scope, own.client, subject)
        claim = await _judged(scope, strategy, replace(attempt, subject=subject), hides=False)
        return await prove_begun(scope, own, subject, claim, given.strategy)
    subject = await subjects.of_sign_in(scope, row)
    await steps.refuse_void(scope, row, subject)
    attempt = replace(attempt, subject=subject)
    claim = await _judged(scope, strategy, attempt, hides=hiding.hides(scope, row))
    return await steps.record(scope, Step(row, own.client, subject, strategy), claim)


async def reset_password(
    scope: Scope, browser: KnownBrowser, id: SignInId, given: ResetPassword
) -> Outcome:
    """Set the new password of a user who proved their mailbox or number, and go on signing in.

    It is stored once the sign-in is complete. Access to the mailbox alone must not change the
    password of a user who has a second factor.
    """
    own = await get_own(scope, browser, id)
    machine.refuse_closed(own.sign_in, "reset_password", scope.now)
    subject = await subjects.of_sign_in(scope, own.sign_in)
    user = subject.user
    if user is None:
        raise errors.sign_in.not_found()
    await steps.refuse_void(scope, own.sign_in, subject)
    first = steps.first_of(own.sign_in)
    if not first.is_held(subject):
        raise errors.verification.failed()
    owner = [each.canonical for each in user.identification_rows()]
    password_hash = await credential_password.hash_new(scope, given.password, owner=owner)
    row = replace(own.sign_in, new_password_required=False)
    change = Change(password_hash=password_hash, ends_sessions=given.sign_out_of_other_sessions)
    step = Step(row, own.client, subject, first, change)
    async with scope.db.write() as tx:
        return await steps.advance(tx, scope, step, row)


async def prove_begun(
    scope: Scope,
    own: Outcome,
    subject: Subject,
    claim: Claim,
    strategy: str,
    change: Change | None = None,
) -> Outcome:
    """Judge the proof of a pending sign-in whose user is known only now."""
    row = replace(own.sign_in, user_id=None if subject.user is None else subject.user.id)

    async def identified(tx: Write) -> Verdict:
        await store.identify_sign_in(tx, row)
        return await claim(tx)

    step = Step(row, own.client, subject, strategies.named(strategy), change)
    return await steps.record(scope, step, identified)


async def _prepared(scope: Scope, row: SignInRow, strategy: Strategy, attempt: Attempt) -> Prepared:
    """Make what a strategy sends, or asks to be signed; raises 429 when it was asked too often."""
    if strategy.names_itself:
        prepared = await strategy.prepare(scope, attempt)
    elif hiding.hides(scope, row):
        prepared = await hidden_steps.prepare(scope, row, strategy, attempt)
    else:
        user_actions.refuse_locked(scope, attempt.subject.user)
        prepared = await strategy.prepare(scope, attempt)
    await limits.spend(
        scope, prepared, regarding=row.id, user_id=row.user_id, client_id=row.client_id
    )
    return prepared


async def _judged(scope: Scope, strategy: Strategy, attempt: Attempt, *, hides: bool) -> Claim:
    """Judge what is slow to judge, before the write."""
    if hides:
        return await strategy.attempt_hidden(scope, attempt)
    if attempt.subject.is_kept_out:
        user_actions.refuse_locked(scope, attempt.subject.user)
    return await strategy.attempt(scope, attempt)


def _refuse_unfit(scope: Scope, browser: Browser, strategy: str, step: str) -> None:
    """Raise if this browser may not use the first factor, even in a sign-in that has begun."""
    if step in machine.OPENS["needs_first_factor"]:
        strategies.named(strategy).refuse_unfit(scope, browser)


def _strategy(scope: Scope, row: SignInRow, name: str) -> Strategy:
    match row.status:
        case "needs_client_trust":
            return strategies.client_trust(name)
        case "needs_second_factor":
            return strategies.second_factor(name)
        case _:
            return strategies.first_factor(name, scope.instance)


def _waiting(row: SignInRow, prepared: Prepared) -> SignInRow:
    if row.asks_for_second:
        return replace(row, second_factor_verification_id=prepared.verification_id)
    return replace(row, first_factor_verification_id=prepared.verification_id)


def _proof_request(row: SignInRow) -> ProofRequest:
    return ProofRequest(row.id, row.client_id, row.client_id, row.id, "sign_in")


def _new_row(scope: Scope, client_id: ClientId) -> SignInRow:
    """Return a new sign-in without a user."""
    return SignInRow(
        id=ids.SIGN_IN.new(scope.now),
        instance_id=scope.instance.id,
        client_id=client_id,
        status="needs_identifier",
        identifier=None,
        identification_id=None,
        user_id=None,
        first_factor_verification_id=None,
        first_factor_strategy=None,
        second_factor_verification_id=None,
        second_factor_strategy=None,
        new_password_required=False,
        created_session_id=None,
        abandon_at=scope.now + _ABANDONED_AFTER,
        created_at=scope.now,
        updated_at=scope.now,
        first_factor_proved_at=None,
    )


async def refuse_second_session(scope: Scope, client: ClientRow | HeldClient | None) -> None:
    """Raise when the client may have no further session.

    It has one and the instance allows one, or one in a user's place.
    """
    if isinstance(client, OpenClientRow):
        browser_actions.refuse_beside_impersonation(client)
    if client is None or not scope.instance.settings.single_session_mode:
        return
    if await _live_sessions(scope, client):
        raise errors.session.exists()


async def refuse_signed_in(
    scope: Scope, client: ClientRow | HeldClient | None, subject: Subject
) -> None:
    """Raise when this user is signed in on this client already; the error names the session."""
    if client is None or subject.user is None:
        return
    for each in await _live_sessions(scope, client):
        if each.user_id == subject.user.id:
            raise errors.sign_in.already_signed_in(param="identifier", session_id=each.id)


async def _live_sessions(scope: Scope, client: ClientRow | HeldClient) -> list[SessionRow]:
    if isinstance(client, OpenClientRow):
        return [each.session for each in client.sessions]
    return await session_store.live_sessions_of_client(
        scope.db, scope.instance.id, client.id, scope.now
    )
