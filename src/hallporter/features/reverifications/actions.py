"""Proving oneself again: start at a level, prove its factors, and the session counts as fresh."""

import msgspec
from msgspec.structs import replace

from hallporter.contract import errors
from hallporter.contract.callers import KnownBrowser
from hallporter.contract.ids import SessionId, UserId
from hallporter.contract.scope import Scope
from hallporter.core.clock import HOUR
from hallporter.core.database import Write
from hallporter.features.reverifications import store
from hallporter.features.reverifications.rows import Level, ReverificationRow, Status
from hallporter.features.sessions import actions as sessions
from hallporter.features.sessions import store as session_store
from hallporter.features.sessions.rows import OwnSessionRow
from hallporter.features.sign_ins import subjects
from hallporter.features.users import actions as users
from hallporter.features.verifications import limits, sending, strategies
from hallporter.features.verifications.codes import SentCode
from hallporter.features.verifications.strategies import FIRST_FACTORS
from hallporter.features.verifications.strategy import Factor, Proof, Strategy, Subject

_LIFETIME = HOUR
# What proves that it is the user who sits there; a visit to a provider or a reset is no such proof.
_FIRST = ("password", "email_code", "phone_code", "passkey")


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """How much is to be proved."""

    level: Level


class Reverification(msgspec.Struct, frozen=True):
    """A reverification as it now is, and whom it is about."""

    row: ReverificationRow
    subject: Subject


def first_factors(scope: Scope, subject: Subject) -> list[Factor]:
    """Return what the user may prove first; who has nothing else is mailed a code."""
    offered = strategies.first_factors(scope.instance.settings, subject)
    proofs = [each for each in offered if each.strategy in _FIRST]
    return proofs or FIRST_FACTORS["email_code"].factors(subject)


def second_factors(scope: Scope, subject: Subject) -> list[Factor]:
    """Return what the user may prove second; backup codes alone are no factor."""
    if not subject.has_second_factor:
        return []
    return strategies.second_factors(scope.instance.settings, subject)


async def start(
    scope: Scope, browser: KnownBrowser, session_id: SessionId, level: Level
) -> Reverification:
    """Begin anew; who has no second factor is asked for the first."""
    session = await _own_session(scope, browser, session_id)
    subject = await subjects.of_user(scope, session.user_id)
    users.refuse_locked(scope, subject.user)
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
    scope: Scope, browser: KnownBrowser, session_id: SessionId, proof: Proof, needed: Status
) -> Reverification:
    """Send what the chosen strategy sends; a new code kills the old one."""
    user_id, row, subject = await _under_way(scope, browser, session_id, needed)
    sent = _strategy(scope, needed, proof.strategy, subject).prepare(scope, subject, proof)
    client_id = browser.credential.client_id
    await limits.spend(scope, sent, regarding=session_id, user_id=user_id, client_id=client_id)
    prepared = _prepared(row, sent, scope.now)
    async with scope.db.write() as tx:
        await _update(tx, prepared, was=needed)
        await sending.send(tx, scope, sent, regarding=session_id, owner=session_id)
    return Reverification(prepared, _with(subject, sent))


async def attempt(
    scope: Scope, browser: KnownBrowser, session_id: SessionId, proof: Proof, needed: Status
) -> Reverification:
    """Judge a proof; a right one makes the session fresh, a wrong one counts as in a sign-in."""
    user_id, row, subject = await _under_way(scope, browser, session_id, needed)
    strategy = _strategy(scope, needed, proof.strategy, subject)
    claim = await strategy.attempt(scope, subject, proof)
    async with scope.db.write() as tx:
        wrong = await claim(tx)
        if wrong is None:
            await users.refuse_kept_out(tx, scope, user_id, signs_in=False)
            proved = _proved(row, proof.strategy, scope.now)
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
        wrong = await users.note_failure(tx, scope, user_id, wrong)
    # Recorded first, then told: a failed attempt must survive its error.
    raise wrong


async def _under_way(
    scope: Scope, browser: KnownBrowser, session_id: SessionId, needed: Status
) -> tuple[UserId, ReverificationRow, Subject]:
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
    users.refuse_locked(scope, subject.user)
    return session.user_id, row, subject


async def _own_session(scope: Scope, browser: KnownBrowser, session_id: SessionId) -> OwnSessionRow:
    session = await sessions.own_session(scope, browser, session_id)
    if session.acted_by() is not None:
        raise errors.session.in_place_of_user()
    return session


def _strategy(scope: Scope, needed: Status, name: str, subject: Subject) -> Strategy:
    if needed == "needs_second_factor":
        return strategies.second_factor(name)
    strategies.refuse_enterprise(name)
    if name not in [each.strategy for each in first_factors(scope, subject)]:
        raise errors.verification.strategy_invalid(param="strategy")
    return FIRST_FACTORS[name]


def _prepared(row: ReverificationRow, sent: SentCode, now: int) -> ReverificationRow:
    if row.status == "needs_second_factor":
        return replace(row, second_factor_verification_id=sent.verification.id, updated_at=now)
    return replace(row, first_factor_verification_id=sent.verification.id, updated_at=now)


def _proved(row: ReverificationRow, strategy: str, now: int) -> ReverificationRow:
    if row.status == "needs_second_factor":
        return replace(row, second_factor_strategy=strategy, status="complete", updated_at=now)
    status: Status = "needs_second_factor" if row.level == "multi_factor" else "complete"
    return replace(row, first_factor_strategy=strategy, status=status, updated_at=now)


def _with(subject: Subject, sent: SentCode) -> Subject:
    return Subject(subject.user, subject.credentials, sent.verification)


async def _update(tx: Write, row: ReverificationRow, *, was: Status) -> None:
    if not await store.update_reverification(tx, row, was=was):
        raise errors.session.reverification_step_invalid(status="changed by another request")
