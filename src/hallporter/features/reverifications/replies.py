"""Reverifications as replies show them."""

from collections.abc import Callable

from hallporter.contract.scope import Scope
from hallporter.features import strategies
from hallporter.features.envelope.views import Session
from hallporter.features.reverifications import actions
from hallporter.features.reverifications.actions import Reverification
from hallporter.features.reverifications.views import SessionReverification
from hallporter.features.sign_ins import replies as sign_in_replies
from hallporter.features.sign_ins.views import FactorVerification


async def reverification(
    scope: Scope, done: Reverification
) -> Callable[[Session], SessionReverification]:
    """Return a function that shows a reverification, given its session as it now is."""
    row, subject = done.row, done.subject
    is_second = row.status == "needs_second_factor"
    waiting = None
    if subject.verification is not None:
        waiting = await sign_in_replies.under_way(scope, subject.verification, subject)
    first = await _proved(scope, row.first_factor_strategy, row.updated_at)
    second = await _proved(scope, row.second_factor_strategy, row.updated_at)

    def of(session: Session) -> SessionReverification:
        return SessionReverification(
            level=row.level,
            status=row.status,
            supported_first_factors=actions.first_factors(scope, subject),
            supported_second_factors=actions.second_factors(scope, subject),
            first_factor_verification=first or (None if is_second else waiting),
            second_factor_verification=second or (waiting if is_second else None),
            session=session,
        )

    return of


async def _proved(scope: Scope, strategy: str | None, at: int) -> FactorVerification | None:
    if strategy is None:
        return None
    return await sign_in_replies.verified(scope, strategies.named(strategy), at)
