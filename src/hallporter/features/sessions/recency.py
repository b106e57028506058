"""What counts as fresh: the one rule behind every change of how an account is protected."""

from hallporter.contract import errors
from hallporter.contract.callers import InSession
from hallporter.contract.scope import Scope
from hallporter.core.clock import MINUTE
from hallporter.features.sessions import store
from hallporter.features.sessions.rows import RecencyRow

# Clerk, "Sensitive actions that require reverification": the strongest factor, ten minutes.
_FRESH = 10 * MINUTE


async def in_person(_scope: Scope, caller: InSession) -> None:
    """Raise if the session is impersonated."""
    if caller.has_actor:
        raise errors.session.in_place_of_user()


async def recent(scope: Scope, caller: InSession) -> None:
    """Raise unless the caller proved their strongest factor in this session of late.

    Whoever has begun to prove themselves anew brings that to an end first, as at Clerk's.
    Passes everybody where the instance asks for no reverification.
    """
    if not scope.instance.settings.reverification:
        return
    row = await store.recency(scope.db, scope.instance.id, caller.session_id, scope.now)
    if row is None or not _is_fresh(row, scope.now):
        raise errors.session.reverification_required()


async def refuse_stale(scope: Scope, caller: InSession) -> None:
    """Raise like an endpoint that requires `Recent`, where that depends on the body."""
    await in_person(scope, caller)
    await recent(scope, caller)


def _is_fresh(row: RecencyRow, now: int) -> bool:
    if row.is_reverifying:
        return False
    at = row.second_factor_verified_at if row.has_second_factor else row.first_factor_verified_at
    return at is not None and now - at <= _FRESH
