"""Proving oneself again: start at a level, prove its factors, and the session counts as fresh."""

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.callers import KnownBrowser
from hallporter.contract.ids import SessionId
from hallporter.contract.scope import Scope
from hallporter.core.clock import HOUR
from hallporter.core.database import Write
from hallporter.features import strategies
from hallporter.features.reverifications import store
from hallporter.features.reverifications.rows import Level, ReverificationRow, Status
from hallporter.features.sessions import actions as session_actions
from hallporter.features.sessions import store as session_store
from hallporter.features.sessions.rows import OwnSessionRow
from hallporter.features.sign_ins import subjects
from hallporter.features.strategies.strategy import Attempt, GivenProof, Proof, Strategy, Subject
from hallporter.features.users import actions as user_actions
from hallporter.features.users import store as user_store
from hallporter.features.verifications import limits
from hallporter.features.verifications.factors import Factor
from hallporter.features.verifications.prepared import Prepared, ProofRequest

_LIFETIME = HOUR


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """How much is to be proved."""

    level: Level


class Reverification(msgspec.Struct, frozen=True):
    """A reverification in its current state, and its user."""

    row: ReverificationRow
    subject: Subject


def first_factors(scope: Scope, subject: Subject) -> list[Factor]:
    """Return what the user may prove first; who has nothing else is mailed a code."""
    return strategies.offered(_first(scope, subject), subject)


def _first(scope: Scope, subject: Subject) -> list[Strategy]:
    """Return the strategies that prove that it is the user who sits there."""
    known = strategies.of_instance(scope.instance).first.values()
    fit = [each for each in known if each.proves_presence and each.offered(subject)]
    return fit or [strategies.EMAIL_CODE]


def second_factors(scope: Scope, subject: Subject) -> list[Factor]:
    """Return what the user may prove second; backup codes alone are no factor."""
    if not subject.has_second_factor:
        return []
    return strategies.offered(strategies.of_instance(scope.instance).second, subject)


async def start(
    scope: Scope, browser: KnownBrowser, session_id: SessionId, level: Level
) -> Reverification:
    """Begin anew; who has no second factor is asked for the first."""
    session = await _own_session(scope, browser, session_id)
    subject = await subjects.of_user(scope, session.user_id)
    user_actions.refuse_locked(scope, subject.user)
    reached: Level = level if subject.has_second_factor else "first_factor"
    row = ReverificationRow(
        session_id=session_id,
        instance_id=scope.instance.id,
        level=reached,
        status="needs_second_factor" if reached == "second_factor" else "needs_first_factor",
        first_factor_verification_id=None,
        first_factor_strategy=None,
        second_factor_verification_id=None,
        second_factor_strategy=None,
        expire_at=scope.now + _LIFETIME,
        created_at=scope.now,
        updated_at=scope.now,
    )
    async with scope.db.write() as tx:
        await store.begin_reverification(tx, row)
    return Reverification(row, subject)


async def prepare(
    scope: Scope, browser: KnownBrowser, session_id: SessionId, given: GivenProof, needed: Status
) -> Reverification:
    """Send what the chosen strategy sends; a new code kills the old one."""
    row, subject = await _under_way(scope, browser, session_id, needed)
    attempt = _attempt(browser, session_id, subject, given)
    strategy = _strategy(scope, needed, given.strategy, subject)
    prepared = await strategy.prepare(scope, attempt)
    user_id = None if subject.user is None else subject.user.id
    client_id = browser.credential.client_id
    await limits.spend(scope, prepared, regarding=session_id, user_id=user_id, client_id=client_id)
    row = _waiting(row, prepared, scope.now)
    async with scope.db.write() as tx:
        await _update(tx, row, was=needed)
        await prepared.send(tx, scope, attempt.request)
    return Reverification(row, replace(subject, verification=prepared.verification))


async def attempt(
    scope: Scope, browser: KnownBrowser, session_id: SessionId, given: GivenProof, needed: Status
) -> Reverification:
    """Judge a proof; a right one makes the session fresh, a wrong one counts as in a sign-in."""
    row, subject = await _under_way(scope, browser, session_id, needed)
    user_id = None if subject.user is None else subject.user.id
    strategy = _strategy(scope, needed, given.strategy, subject)
    claim = await strategy.attempt(scope, _attempt(browser, session_id, subject, given))
    async with scope.db.write() as tx:
        if user_id is not None:
            # Users are locked before their credentials, which a code is spent in.
            await user_store.lock_user(tx, scope.instance.id, user_id)
        wrong = await claim(tx)
        if wrong is None:
            await user_actions.refuse_kept_out(tx, scope, user_id)
            proved = _proved(row, given.strategy, scope.now)
            await _update(tx, proved, was=needed)
            await session_store.note_factors(
                tx,
                scope.instance.id,
                session_id,
                scope.now,
                first=needed == "needs_first_factor",
                second=needed == "needs_second_factor",
            )
            return Reverification(proved, subject)
        if user_id is not None:
            wrong = await user_actions.note_failure(tx, scope, user_id, wrong)
    # The failed attempt is recorded before its error is raised.
    raise wrong


def _attempt(
    browser: KnownBrowser, session_id: SessionId, subject: Subject, proof: Proof
) -> Attempt:
    client_id = browser.credential.client_id
    request = ProofRequest(session_id, client_id, owner=session_id, regarding=session_id)
    return Attempt(subject, proof, request, browser)


async def _under_way(
    scope: Scope, browser: KnownBrowser, session_id: SessionId, needed: Status
) -> tuple[ReverificationRow, Subject]:
    session = await _own_session(scope, browser, session_id)
    row = await store.reverification(scope.db, scope.instance.id, session_id)
    if row is None or row.expire_at <= scope.now:
        raise errors.session.reverification_not_started()
    if row.status != needed:
        raise errors.session.reverification_step_invalid(status=row.status)
    under_way = (
        row.second_factor_verification_id
        if needed == "needs_second_factor"
        else row.first_factor_verification_id
    )
    subject = await subjects.of_user(scope, session.user_id, under_way)
    user_actions.refuse_locked(scope, subject.user)
    return row, subject


async def _own_session(scope: Scope, browser: KnownBrowser, session_id: SessionId) -> OwnSessionRow:
    session = await session_actions.own_session(scope, browser, session_id)
    if session.acted_by() is not None:
        raise errors.session.in_place_of_user()
    return session


def _strategy(scope: Scope, needed: Status, name: str, subject: Subject) -> Strategy:
    if needed == "needs_second_factor":
        return strategies.second_factor(name)
    strategies.refuse_enterprise(name)
    for each in _first(scope, subject):
        if each.name == name and each.offered(subject):
            return each
    raise errors.verification.strategy_invalid(param="strategy")


def _waiting(row: ReverificationRow, prepared: Prepared, now: int) -> ReverificationRow:
    if row.status == "needs_second_factor":
        return replace(row, second_factor_verification_id=prepared.verification_id, updated_at=now)
    return replace(row, first_factor_verification_id=prepared.verification_id, updated_at=now)


def _proved(row: ReverificationRow, strategy: str, now: int) -> ReverificationRow:
    if row.status == "needs_second_factor":
        return replace(row, second_factor_strategy=strategy, status="complete", updated_at=now)
    status: Status = "needs_second_factor" if row.level == "multi_factor" else "complete"
    return replace(row, first_factor_strategy=strategy, status=status, updated_at=now)


async def _update(tx: Write, row: ReverificationRow, *, was: Status) -> None:
    if not await store.update_reverification(tx, row, was=was):
        raise errors.session.reverification_step_invalid(status="changed by another request")
