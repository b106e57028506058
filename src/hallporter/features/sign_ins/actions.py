"""Signing in: identify, prove, and become a session."""

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors, ids
from hallporter.contract.callers import Browser, KnownBrowser
from hallporter.contract.ids import SignInId
from hallporter.contract.problem import ApiError
from hallporter.contract.scope import Scope
from hallporter.core.clock import DAY
from hallporter.core.database import Write
from hallporter.features.clients import actions as clients
from hallporter.features.clients.actions import ComingClient, HeldClient
from hallporter.features.clients.rows import ClientRow, OpenClientRow, SessionWithUser
from hallporter.features.credentials import password as passwords
from hallporter.features.external_accounts import tokens
from hallporter.features.passkeys import ceremony
from hallporter.features.sessions import actions as sessions
from hallporter.features.sessions import identity
from hallporter.features.sessions import store as session_store
from hallporter.features.sessions.actions import Changed, NewSession
from hallporter.features.sessions.rows import SessionRow
from hallporter.features.sign_ins import (
    asking,
    changes,
    client_trust,
    hidden_steps,
    hiding,
    machine,
    new_devices,
    store,
    subjects,
)
from hallporter.features.sign_ins.changes import Change
from hallporter.features.sign_ins.given import CreateSignIn, ResetPassword
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.users import actions as users
from hallporter.features.verifications import strategies
from hallporter.features.verifications.strategy import Claim, Proof, Subject, Verdict

_ABANDONED_AFTER = DAY
_RESETS = "reset_password_"
# First factors that leave what is shown of a user as it is.
_CHANGE_NOTHING = ("password", "ticket")


class Outcome(msgspec.Struct, frozen=True):
    """A sign-in as it now is, and the client it happens on."""

    sign_in: SignInRow
    client: HeldClient
    subject: Subject | None = None
    """Whom it is about, where nothing of that has changed since it was read."""
    opened: OpenClientRow | None = None
    """All that is on the client, where this request made the client."""


async def create_sign_in(scope: Scope, browser: Browser, given: CreateSignIn) -> Outcome:
    """Begin a sign-in, which replaces the client's earlier one; a password is tried at once."""
    strategies.refuse_enterprise(given.strategy)
    client = await identity.open_client(scope, browser)
    await refuse_second_session(scope, client)
    row = new_row(scope)
    if given.identifier is None and given.strategy is None:
        # Given and empty: by this the components know a browser that has no wallet.
        raise errors.form.nil(param="identifier")
    if not given.identifier:
        asked = await asking.of_anybody(scope, row, given)
        row = row if asked is None else replace(row, status="needs_first_factor")
        return await _begin(scope, browser, client, row, Subject(), asked)
    identification_id, subject = await subjects.of_identifier(scope, given.identifier)
    claim = await _attempted_at_once(scope, subject, given)
    if subject.user is None and not scope.instance.settings.enumeration_protection:
        raise errors.form.identifier_not_found(param="identifier")
    await refuse_signed_in(scope, client, subject)
    row = replace(
        row,
        client_id=row.client_id if client is None else client.id,
        identifier=given.identifier,
        identification_id=identification_id,
        user_id=None if subject.user is None else subject.user.id,
        status="needs_first_factor",
    )
    if claim is not None:
        return await _attempt(scope, browser, client, row, subject, claim, "password", is_new=True)
    sent = await asking.at_once(scope, row, subject, given)
    return await _begin(scope, browser, client, row, subject, sent)


async def _attempted_at_once(scope: Scope, subject: Subject, given: CreateSignIn) -> Claim | None:
    if given.password is None or given.strategy not in (None, "password"):
        return None
    proof = Proof(strategy="password", password=given.password)
    if scope.instance.settings.enumeration_protection:
        return await hidden_steps.attempt(scope, subject, proof)
    users.refuse_locked(scope, subject.user)
    strategy = strategies.first_factor("password", scope.instance.settings)
    return await strategy.attempt(scope, subject, proof)


async def _begin(
    scope: Scope,
    browser: Browser,
    client: ClientRow | None,
    row: SignInRow,
    subject: Subject,
    sent: asking.Sent | None = None,
) -> Outcome:
    if not hiding.hides(scope, row):
        users.refuse_locked(scope, subject.user)
    to_act_for = clients.held_or_coming(scope, browser, client)
    row = replace(row, client_id=to_act_for.id)
    async with scope.db.write() as tx:
        held = await clients.take_up(tx, to_act_for, scope.instance.id, row.id)
        if sent is not None:
            row = await asking.send(tx, scope, row, sent)
            subject = replace(subject, verification=sent.verification)
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
    scope: Scope, browser: KnownBrowser, id: SignInId, proof: Proof, *, step: str
) -> Outcome:
    """Send what the chosen strategy sends."""
    own = await get_own(scope, browser, id)
    machine.refuse_closed(own.sign_in, step, scope.now)
    subject = await subjects.of_sign_in(scope, own.sign_in)
    strategy = _strategy(scope, own.sign_in, proof.strategy)
    sent = await asking.made(strategy, scope, own.sign_in, subject, proof)
    async with scope.db.write() as tx:
        row = await asking.send(tx, scope, replace(own.sign_in, updated_at=scope.now), sent)
        await _update(tx, row, was=own.sign_in.status)
    return Outcome(row, own.client)


async def attempt_factor(
    scope: Scope, browser: KnownBrowser, id: SignInId, proof: Proof, *, step: str
) -> Outcome:
    """Judge a proof of the first or second factor."""
    own = await get_own(scope, browser, id)
    machine.refuse_closed(own.sign_in, step, scope.now)
    subject = await subjects.of_sign_in(scope, own.sign_in)
    if hiding.hides(scope, own.sign_in):
        claim = await hidden_steps.attempt(scope, subject, proof)
    else:
        users.refuse_locked(scope, subject.user)
        claim = await _strategy(scope, own.sign_in, proof.strategy).attempt(scope, subject, proof)
    return await _attempt(
        scope, browser, own.client, own.sign_in, subject, claim, proof.strategy, is_new=False
    )


async def reset_password(
    scope: Scope, browser: KnownBrowser, id: SignInId, given: ResetPassword
) -> Outcome:
    """Choose the new password of an account whose mailbox was proved, and go on signing in.

    It holds once the sign-in is complete: a mailbox alone changes nothing of who has more.
    """
    own = await get_own(scope, browser, id)
    machine.refuse_closed(own.sign_in, "reset_password", scope.now)
    subject = await subjects.of_sign_in(scope, own.sign_in)
    user = subject.user
    if user is None:
        raise errors.sign_in.not_found()
    owner = [each.canonical for each in user.identification_rows()]
    password_hash = await passwords.hash_new(scope, given.password, owner=owner)
    row = replace(own.sign_in, new_password_required=False)
    change = Change(password_hash=password_hash, ends_sessions=given.sign_out_of_other_sessions)
    async with scope.db.write() as tx:
        return await _advance(tx, scope, own.client, row, subject, change, is_new=False)


async def attempt_new(
    scope: Scope,
    browser: Browser,
    client: ClientRow | None,
    subject: Subject,
    claim: Claim,
    strategy: str,
    change: Change | None = None,
) -> Outcome:
    """Begin a sign-in of a known user and judge its first factor at once.

    `change` is made of the user when the sign-in is complete.
    """
    row = replace(
        new_row(scope),
        status="needs_first_factor",
        user_id=None if subject.user is None else subject.user.id,
    )
    return await _attempt(
        scope, browser, client, row, subject, claim, strategy, change, is_new=True
    )


async def attempt_begun(
    scope: Scope,
    browser: Browser,
    own: Outcome,
    subject: Subject,
    claim: Claim,
    strategy: str,
    change: Change | None = None,
) -> Outcome:
    """Judge the first factor of a sign-in under way whose user is known only now."""
    row = replace(own.sign_in, user_id=None if subject.user is None else subject.user.id)

    async def identified(tx: Write) -> Verdict:
        await store.identify_sign_in(tx, row)
        return await claim(tx)

    return await _attempt(
        scope, browser, own.client, row, subject, identified, strategy, change, is_new=False
    )


async def _attempt(
    scope: Scope,
    browser: Browser,
    client: ClientRow | HeldClient | None,
    row: SignInRow,
    subject: Subject,
    claim: Claim,
    strategy: str,
    change: Change | None = None,
    *,
    is_new: bool,
) -> Outcome:
    async with scope.db.write() as tx:
        wrong = await claim(tx)
        if wrong is not None:
            wrong = await _noted(tx, scope, row, subject, wrong)
        else:
            to_act_for = _to_act_for(scope, browser, client)
            proved = _proved(replace(row, client_id=to_act_for.id), strategy)
            return await _advance(tx, scope, to_act_for, proved, subject, change, is_new=is_new)
    # Recorded first, then told: a failed attempt must survive its error.
    raise wrong


def _to_act_for(
    scope: Scope, browser: Browser, client: ClientRow | HeldClient | None
) -> HeldClient | ComingClient:
    if isinstance(client, HeldClient):
        return client
    return clients.held_or_coming(scope, browser, client)


def _proved(row: SignInRow, strategy: str) -> SignInRow:
    if row.asks_for_second:
        return replace(row, second_factor_strategy=strategy)
    return replace(
        row, first_factor_strategy=strategy, new_password_required=strategy.startswith(_RESETS)
    )


async def _advance(
    tx: Write,
    scope: Scope,
    client: HeldClient | ComingClient,
    row: SignInRow,
    subject: Subject,
    change: Change | None,
    *,
    is_new: bool,
) -> Outcome:
    """Store where the sign-in stands now; at the last gate, start the session."""
    was = row.status
    is_both = (
        row.first_factor_strategy == ceremony.STRATEGY
        and scope.instance.settings.passkey.satisfies_second_factor
    )
    facts = machine.facts_of(
        row,
        needs_second_factor=subject.has_second_factor and not is_both,
        needs_client_trust=await client_trust.is_due(tx, scope, row, subject),
    )
    row = machine.settled(row, facts, scope.now)
    await users.refuse_kept_out(tx, scope, row.user_id, signs_in=row.status == "complete")
    known = subject if is_new and row.first_factor_strategy in _CHANGE_NOTHING else None
    opened = None
    if row.status == "complete" and row.user_id is not None:
        change = change or await changes.kept(tx, scope, row)
        if change is not None:
            await changes.make(tx, scope, row.user_id, change)
        await new_devices.tell(tx, scope, row, subject)
        started = await sessions.start(
            tx,
            scope,
            client,
            NewSession(
                user_id=row.user_id,
                strategy=_last_used(row.first_factor_strategy or ""),
                first_factor_verified_at=scope.now,
                second_factor_verified_at=scope.now
                if facts.has_second_factor or (is_both and subject.has_second_factor)
                else None,
            ),
        )
        row, held = replace(row, created_session_id=started.session.id), started.client
        opened = _opened(scope, started, known)
    else:
        held = await clients.take_up(tx, client, scope.instance.id, row.id)
    if is_new:
        await store.insert_sign_in(tx, row)
    else:
        await _update(tx, row, was=was)
    if change is not None and row.status != "complete":
        await changes.keep(tx, scope, row.id, change)
    return Outcome(row, held, known, opened)


def _last_used(strategy: str) -> str:
    """Return what the components mark as used last: for an id token its provider's button."""
    return tokens.provider_strategy(strategy) if tokens.is_token_strategy(strategy) else strategy


def _opened(scope: Scope, started: Changed, subject: Subject | None) -> OpenClientRow | None:
    if started.client.made is None or subject is None or subject.user is None:
        return None
    user = users.signed_in(subject.user, scope.now)
    return OpenClientRow.of(started.client.made, [SessionWithUser(started.session, user)])


async def _update(tx: Write, row: SignInRow, *, was: str) -> None:
    if not await store.update_sign_in(tx, row, was=was):
        raise errors.sign_in.not_allowed_now(status="changed by another request")


async def _noted(
    tx: Write, scope: Scope, row: SignInRow, subject: Subject, wrong: ApiError
) -> ApiError:
    if subject.user is None:
        return wrong
    told = await users.note_failure(tx, scope, subject.user.id, wrong)
    # Only accounts are locked: who hears of a lock has found one.
    return wrong if hiding.hides(scope, row) else told


def _strategy(scope: Scope, row: SignInRow, name: str) -> strategies.Strategy:
    match row.status:
        case "needs_client_trust":
            return strategies.client_trust(name)
        case "needs_second_factor":
            return strategies.second_factor(name)
        case _:
            return strategies.first_factor(name, scope.instance.settings)


def new_row(scope: Scope) -> SignInRow:
    """Return a sign-in of nobody yet; its client is filled in when it is held."""
    return SignInRow(
        id=ids.SIGN_IN.new(scope.now),
        instance_id=scope.instance.id,
        client_id=ids.ClientId(""),
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
    )


async def refuse_second_session(scope: Scope, client: ClientRow | None) -> None:
    """Raise when the client may have no further session.

    It has one and the instance allows one, or one in a user's place.
    """
    if isinstance(client, OpenClientRow):
        sessions.refuse_beside_impersonation(client)
    if client is None or not scope.instance.settings.single_session_mode:
        return
    if await _live_sessions(scope, client):
        raise errors.session.exists()


async def refuse_signed_in(scope: Scope, client: ClientRow | None, subject: Subject) -> None:
    """Raise when this user is signed in on this client already; the error names the session."""
    if client is None or subject.user is None:
        return
    for each in await _live_sessions(scope, client):
        if each.user_id == subject.user.id:
            raise errors.sign_in.already_signed_in(param="identifier", session_id=each.id)


async def _live_sessions(scope: Scope, client: ClientRow) -> list[SessionRow]:
    if isinstance(client, OpenClientRow):
        return [each.session for each in client.open_sessions()]
    return await session_store.live_sessions_of_client(
        scope.db, scope.instance.id, client.id, scope.now
    )
