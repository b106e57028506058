"""Reverifications as the outside sees them."""

from hallporter.contract.objects import WireObject
from hallporter.contract.scope import Scope
from hallporter.features.reverifications.rows import ReverificationRow
from hallporter.features.sessions.views import Session
from hallporter.features.sign_ins.views import FactorVerification, under_way, verified
from hallporter.features.verifications.strategy import Factor, Subject


class SessionReverification(WireObject, frozen=True, tag="session_reverification"):
    """Where the proof stands, and the session that it is about."""

    level: str
    status: str
    supported_first_factors: list[Factor]
    supported_second_factors: list[Factor]
    first_factor_verification: FactorVerification | None
    second_factor_verification: FactorVerification | None
    session: Session


def reverification(
    row: ReverificationRow,
    subject: Subject,
    session: Session,
    scope: Scope,
    *,
    first_factors: list[Factor],
    second_factors: list[Factor],
) -> SessionReverification:
    """Return the reverification that `row` stores."""
    is_second = row.status == "needs_second_factor"
    waiting = (
        None if subject.verification is None else under_way(scope, subject.verification, subject)
    )
    return SessionReverification(
        level=row.level,
        status=row.status,
        supported_first_factors=first_factors,
        supported_second_factors=second_factors,
        first_factor_verification=_factor(row, row.first_factor_strategy)
        or (None if is_second else waiting),
        second_factor_verification=_factor(row, row.second_factor_strategy)
        or (waiting if is_second else None),
        session=session,
    )


def _factor(row: ReverificationRow, strategy: str | None) -> FactorVerification | None:
    return None if strategy is None else verified(strategy, row.updated_at)
