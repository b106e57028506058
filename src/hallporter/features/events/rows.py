"""How events are stored."""

import msgspec

from hallporter.contract import causes
from hallporter.contract.events import Event
from hallporter.contract.ids import EventId, InstanceId, UserId


class EventRow(msgspec.Struct, frozen=True):
    """A row of `events`."""

    id: EventId
    instance_id: InstanceId
    type: Event
    object_id: str
    user_id: UserId | None
    """Whose personal data `object` holds: it goes when they are deleted."""
    object: msgspec.Raw | None
    """The rows that it is told from as they were when it committed, where that is kept; of what is
    deleted, what is told of it beside its id."""
    cause: causes.Kind
    cause_id: str
    cause_session_id: str
    ip: str | None
    user_agent: str
    created_at: int


class RecipientRow(msgspec.Struct, frozen=True):
    """Where mail and SMS to a user who was deleted went, and until when."""

    recipient: str
    until: int
