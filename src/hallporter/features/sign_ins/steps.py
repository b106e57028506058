"""A step of a sign-in: its proof is spent, and the sign-in waits for the next or is a session."""

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.api_error import ApiError
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features import strategies
from hallporter.features.browsers.rows import Opened, OpenSession
from hallporter.features.clients import actions as client_actions
from hallporter.features.clients.actions import ComingClient, HeldClient
from hallporter.features.credentials import store as credential_store
from hallporter.features.events import users as user_events
from hallporter.features.sessions import actions as session_actions
from hallporter.features.sessions.actions import NewSession
from hallporter.features.sign_ins import (
    changes,
    client_trust,
    hiding,
    machine,
    new_devices,
    store,
)
from hallporter.features.sign_ins.rows import SignInRow
from hallporter.features.strategies.strategy import Change, Strategy, Subject
from hallporter.features.users import actions as user_actions
from hallporter.features.users import store as user_store
from hallporter.features.verifications.claims import Claim


class Outcome(msgspec.Struct, frozen=True):
    """A sign-in as it now is, and the client it happens on."""

    sign_in: SignInRow
    client: HeldClient
    subject: Subject | None = None
    """The user and their factors, if unchanged since they were read."""
    opened: Opened | None = None
    """All that is on the client, where this request made the client."""


class Step(msgspec.Struct, frozen=True):
    """A sign-in on its client, and the strategy that proves what it waits for."""

    row: SignInRow
    client: HeldClient | ComingClient
    subject: Subject
    strategy: Strategy
    change: Change | None = None
    """What is made of the user when the sign-in is complete."""
    is_new: bool = False


async def record(scope: Scope, step: Step, claim: Claim) -> Outcome:
    """Spend a proof; a right one moves the sign-in on, a wrong one counts."""
    row, name = step.row, step.strategy.name
    async with scope.db.write() as tx:
        if row.asks_for_second and row.user_id is not None:
            # Users are locked before their credentials, which a code is spent in.
            await user_store.lock_user(tx, scope.instance.id, row.user_id)
        wrong = await claim(tx)
        if wrong is None:
            if row.asks_for_second:
                row = replace(row, second_factor_strategy=name)
            else:
                resets = step.strategy.resets_password
                row = replace(
                    row,
                    first_factor_strategy=name,
                    first_factor_proved_at=max(scope.now, _void_at(step.subject) or 0),
                    new_password_required=resets,
                )
            return await advance(tx, scope, step, row)
        wrong = await _noted(tx, scope, step, wrong)
    # The failed attempt is recorded before its error is raised.
    raise wrong


async def advance(tx: Write, scope: Scope, step: Step, row: SignInRow) -> Outcome:
    """Store the sign-in's progress; if nothing is missing, start the session."""
    settings, subject = scope.instance.settings, step.subject
    first = step.strategy if row.second_factor_strategy is None else first_of(row)
    is_both = subject.has_second_factor and first.satisfies_second(settings)
    facts = machine.facts_of(
        row,
        needs_second_factor=subject.has_second_factor and not is_both,
        needs_client_trust=settings.client_trust
        and first.needs_client_trust
        and await client_trust.is_due(tx, scope, row, subject),
    )
    row = machine.settled(row, facts, scope.now)
    known = subject if step.is_new and first.leaves_user else None
    if row.status != "complete" or row.user_id is None:
        await user_actions.refuse_kept_out(tx, scope, row.user_id)
        await _refuse_void_meanwhile(tx, scope, step, row)
        held = await client_actions.take_up(tx, step.client, scope.instance.id, row.id)
        await _write(tx, step, row)
        if step.change is not None:
            await changes.keep(tx, scope, row.id, step.change)
        return Outcome(row, held, known)
    if not await user_store.signed_in(tx, scope.instance.id, row.user_id, scope.now):
        await user_actions.refuse_kept_out(tx, scope, row.user_id)
    await _refuse_void_meanwhile(tx, scope, step, row)
    user_events.changed(tx, scope, row.user_id)
    if step.change is not None or row.second_factor_strategy is not None:
        await _change(tx, scope, step, row, row.user_id)
    if settings.session.tell_of_new_devices:
        await new_devices.tell(tx, scope, row, subject, first.words)
    new = NewSession(
        user_id=row.user_id,
        strategy=first.last_used,
        first_factor_verified_at=scope.now,
        second_factor_verified_at=scope.now if facts.has_second_factor or is_both else None,
    )
    started = await session_actions.start(tx, scope, step.client, new)
    row = replace(row, created_session_id=started.session.id)
    await _write(tx, step, row)
    if started.client.made is None or known is None or known.user is None:
        return Outcome(row, started.client, known)
    seen = [OpenSession(started.session, revision=None)]
    user = known.user.signed_in_at(scope.now)
    return Outcome(row, started.client, known, Opened(started.client.made, seen, user))


async def refuse_void(scope: Scope, row: SignInRow, subject: Subject) -> None:
    """Raise when what has proved the first factor is none any more; the sign-in is over then."""
    if await end_void(scope, row, subject):
        # A ban ends it so as well, and is what they are told.
        user_actions.refuse_locked(scope, subject.user)
        raise errors.sign_in.not_allowed_now(status="abandoned")


async def end_void(
    scope: Scope, row: SignInRow, subject: Subject, *, opened_at: int | None = None
) -> bool:
    """End a sign-in whose first factor was proved before its user's proofs were void.

    Whoever changes a password, takes a way in away or signs out everywhere also means those who
    were half-way in. `opened_at` is when a link was opened that is to prove it now. False when the
    sign-in goes on.
    """
    void_at, proved_at = _void_at(subject), row.proved_at or opened_at
    if void_at is None or proved_at is None or void_at <= proved_at:
        return False
    async with scope.db.write() as tx:
        await store.abandon_sign_in(tx, scope.instance.id, row.id, scope.now)
    return True


async def _refuse_void_meanwhile(tx: Write, scope: Scope, step: Step, row: SignInRow) -> None:
    """Raise when that became so since the user was read. The user is locked, as by who does it."""
    if row.user_id is None:
        return
    now = await credential_store.proofs_void_at(tx, scope.instance.id, row.user_id)
    if now != _void_at(step.subject):
        raise errors.sign_in.not_allowed_now(status="abandoned")


def _void_at(subject: Subject) -> int | None:
    """Return since when proofs of a user count, as they were read."""
    return None if subject.credentials is None else subject.credentials.proofs_void_at


async def _change(tx: Write, scope: Scope, step: Step, row: SignInRow, user_id: UserId) -> None:
    """Make what was to be changed of the user, now or since the first factor was proved."""
    change = step.change
    if change is None:
        change = await changes.kept(tx, scope, row.id)
    if change is not None:
        await changes.make(tx, scope, user_id, change)


def first_of(row: SignInRow) -> Strategy:
    """Return the strategy that has proved the first factor."""
    return strategies.named(row.first_factor_strategy or "")


async def _write(tx: Write, step: Step, row: SignInRow) -> None:
    if step.is_new:
        await store.insert_sign_in(tx, row)
    else:
        await update(tx, row, was=step.row.status)


async def update(tx: Write, row: SignInRow, *, was: str) -> None:
    """Store a sign-in whose status `was` read; raises when another request changed it first."""
    if not await store.update_sign_in(tx, row, was=was):
        raise errors.sign_in.not_allowed_now(status="changed by another request")


async def _noted(tx: Write, scope: Scope, step: Step, wrong: ApiError) -> ApiError:
    if step.subject.user is None:
        return wrong
    error = await user_actions.note_failure(tx, scope, step.subject.user.id, wrong)
    # Only accounts are locked: who hears of a lock has found one.
    return wrong if hiding.hides(scope, step.row) else error
