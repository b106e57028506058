"""Writing down what happens, in the transaction that makes it happen."""

from collections.abc import Sequence

import msgspec

from hallporter.contract import ids
from hallporter.contract.events import Event
from hallporter.contract.ids import UserId
from hallporter.contract.scope import Scope
from hallporter.core.database import Write
from hallporter.features.events import store
from hallporter.features.events.rows import EventRow

# If one of these events is written for an object, the first is not needed.
_COVERED_BY = {Event.USER_UPDATED: {Event.USER_CREATED, Event.USER_DELETED}}


def add(
    tx: Write,
    scope: Scope,
    event: Event,
    object_id: str,
    *,
    user_id: UserId | None = None,
    beside: dict[str, str | None] | None = None,
) -> None:
    """Write `event` together with this write, once even if it is added several times.

    `user_id` is the user whose personal data the object holds. `beside` is what is kept of a
    deleted object besides its id.
    """
    request = scope.request
    row = EventRow(
        id=ids.EVENT.new(scope.now),
        instance_id=scope.instance.id,
        type=event,
        object_id=object_id,
        user_id=user_id,
        object=None if beside is None else msgspec.Raw(msgspec.json.encode(beside)),
        cause=request.cause.kind,
        cause_id=request.cause.id,
        cause_session_id=request.cause.session_id,
        ip=request.ip,
        user_agent=request.user_agent,
        created_at=scope.now,
    )
    is_kept = scope.instance.settings.events.objects
    tx.at_commit(_store_whole if is_kept else _store, row)


async def _store(tx: Write, rows: Sequence[EventRow]) -> None:
    await store.insert_events(tx, _each_once(rows), keeps_objects=False)


async def _store_whole(tx: Write, rows: Sequence[EventRow]) -> None:
    await store.insert_events(tx, _each_once(rows), keeps_objects=True)


def _each_once(rows: Sequence[EventRow]) -> list[EventRow]:
    found = {(row.type, row.object_id): row for row in rows}
    return [
        row
        for (type, object_id), row in found.items()
        if not any((other, object_id) in found for other in _COVERED_BY.get(type, ()))
    ]
