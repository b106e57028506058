"""What happens to users."""

from hallporter.contract.events import Event
from hallporter.contract.ids import IdentificationId, UserId
from hallporter.contract.scope import Scope
from hallporter.core import jobs
from hallporter.core.clock import DAY
from hallporter.core.database import Write
from hallporter.features.events import outbox, store

# The kind of job that erases what is left of a user, and when: what is on its way by then arrives.
ERASE = "erase user"
ERASED_AFTER = 3 * DAY


def created(tx: Write, scope: Scope, id: UserId) -> None:
    """Write down that a user came to be."""
    outbox.add(tx, scope, Event.USER_CREATED, id, user_id=id)


async def gives_up(tx: Write, scope: Scope, id: IdentificationId) -> None:
    """Note where messages to a user went under an identification that is about to go."""
    await store.insert_former_recipient(tx, scope.instance.id, id, scope.real_now)


def changed(tx: Write, scope: Scope, id: UserId) -> None:
    """Write that a user changed in anything that a User object shows."""
    outbox.add(tx, scope, Event.USER_UPDATED, id, user_id=id)


async def deleted(tx: Write, scope: Scope, id: UserId, external_id: str | None) -> None:
    """Write down that a user is about to be deleted, and have what is left of them erased."""
    outbox.add(tx, scope, Event.USER_DELETED, id, user_id=id, beside={"external_id": external_id})
    await store.insert_erasure(tx, scope.instance.id, id, scope.real_now)
    due_at = scope.real_now + ERASED_AFTER
    jobs.add(tx, ERASE, instance_id=scope.instance.id, subject_id=id, now=due_at)
