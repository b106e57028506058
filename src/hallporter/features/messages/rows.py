"""How messages are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import InstanceId, MessageId, VerificationId
from hallporter.features.messages.kinds import Fact

Channel = Literal["email", "sms", "whatsapp"]


class MessageRow(msgspec.Struct, frozen=True):
    """A row of `messages`.

    Its facts hold codes and links. They are encrypted, and deleted once the message was sent.
    """

    id: MessageId
    instance_id: InstanceId
    channel: Channel
    slug: str
    recipient: str
    facts_encrypted: str | None
    verification_id: VerificationId | None
    regarding: str | None
    expire_at: int | None
    status: Literal["queued", "sent", "failed", "dropped"]
    created_at: int
    sent_at: int | None


class DueMessageRow(MessageRow, frozen=True):
    """A message to deliver now, and whether it is still worth anything to who would read it."""

    is_wanted: bool


class Facts(msgspec.Struct, frozen=True):
    """What `facts_encrypted` holds: what was given, and the request that caused the message."""

    given: dict[str, Fact]
    at: int
    ip: str
    """Empty if nobody knows it."""
    user_agent: str


class QueuedBeforeRow(msgspec.Struct, frozen=True):
    """A message that a server of the release before has queued."""

    id: MessageId
    instance_id: InstanceId
