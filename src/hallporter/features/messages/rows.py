"""How messages are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import InstanceId, MessageId


class MessageRow(msgspec.Struct, frozen=True):
    """A row of `messages`. The body holds codes: it is encrypted, and gone once SMTP took it."""

    id: MessageId
    instance_id: InstanceId
    slug: str
    to_address: str
    subject: str
    body_encrypted: str | None
    status: Literal["queued", "sent", "failed"]
    attempts: int
    next_attempt_at: int
    created_at: int
    sent_at: int | None
