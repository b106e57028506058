"""What happens to sessions."""

from collections.abc import Iterable, Sequence

from hallporter.contract.events import Event
from hallporter.contract.ids import ClientId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.events import outbox
from hallporter.features.sessions.rows import SessionRow, SettledSessionRow, StoredStatus

# A replaced session counts as ended by its user.
_ENDS: dict[StoredStatus, Event] = {
    "ended": Event.SESSION_ENDED,
    "replaced": Event.SESSION_ENDED,
    "removed": Event.SESSION_REMOVED,
    "revoked": Event.SESSION_REVOKED,
}


def started(tx: Write, scope: Scope, row: SessionRow) -> None:
    """Write down that a session began: that it is pending, where it waits for tasks first."""
    event = Event.SESSION_PENDING if row.status == "pending" else Event.SESSION_CREATED
    outbox.add(tx, scope, event, row.id, user_id=row.user_id)


def settled(tx: Write, scope: Scope, rows: Iterable[SettledSessionRow]) -> None:
    """Write down that pending sessions became active: those that wait for nothing any more."""
    for row in rows:
        if row.status == "active":
            outbox.add(tx, scope, Event.SESSION_CREATED, row.id, user_id=row.user_id)


def ended(tx: Write, scope: Scope, rows: Sequence[SettledSessionRow]) -> list[ClientId]:
    """Write down that sessions ended; return the client of each."""
    for row in rows:
        outbox.add(tx, scope, _ENDS[row.status], row.id, user_id=row.user_id)
    return [row.client_id for row in rows]
