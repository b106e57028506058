"""Queue messages in the transaction that causes them; they are sent after it commits.

A message is a kind and its facts. Its text is rendered when it is delivered, so no code is in the
database in the clear.
"""

from typing import Literal

import msgspec

from hallporter.contract import ids
from hallporter.contract.events import Event
from hallporter.contract.ids import VerificationId
from hallporter.contract.scope import Scope
from hallporter.core import jobs
from hallporter.core.clock import MINUTE
from hallporter.core.database import Write
from hallporter.core.secret import Secret
from hallporter.features.events import outbox
from hallporter.features.messages import store
from hallporter.features.messages.kinds import (
    KINDS,
    CodeSlug,
    Fact,
    LinkSlug,
    NoticeSlug,
    Slug,
)
from hallporter.features.messages.rows import Channel, Facts, MessageRow

# Announced when a message was written, so that an open inbox can show it.
WRITTEN = "messages"
# The kind of job that sends one.
DELIVER = "deliver message"
# How long a code or link is worth anything when no verification says so.
_LIFETIME = 10 * MINUTE


class Carried(msgspec.Struct, frozen=True):
    """The proof that a message carries, and when it expires (ms of the instance's time)."""

    verification_id: VerificationId
    expire_at: int


async def send_code(
    tx: Write,
    scope: Scope,
    address: str,
    code: Secret,
    *,
    slug: CodeSlug = "verification_code",
    carried: Carried | None = None,
    regarding: str | None = None,
) -> None:
    """Queue the mail that carries a code.

    It is not sent any more once what is `carried` is spent or expired, nor once there is a newer
    message `regarding` the same sign-in, sign-up or address.
    """
    facts: dict[str, Fact] = {"otp_code": code.reveal()}
    await _queue(tx, scope, "email", slug, address, facts, carried, regarding)


async def send_sms_code(
    tx: Write,
    scope: Scope,
    phone_number: str,
    code: Secret,
    *,
    channel: Literal["sms", "whatsapp"] = "sms",
    slug: CodeSlug = "verification_code",
    carried: Carried | None = None,
    regarding: str | None = None,
) -> None:
    """Queue the SMS that carries a code to a number in E.164; the rest as `send_code`."""
    facts: dict[str, Fact] = {"otp_code": code.reveal()}
    await _queue(tx, scope, channel, slug, phone_number, facts, carried, regarding)


async def send_link(
    tx: Write,
    scope: Scope,
    address: str,
    url: Secret,
    *,
    slug: LinkSlug,
    carried: Carried | None = None,
    regarding: str | None = None,
) -> None:
    """Queue the mail that carries a link which proves the address; the rest as `send_code`."""
    facts: dict[str, Fact] = {"magic_link": url.reveal()}
    await _queue(tx, scope, "email", slug, address, facts, carried, regarding)


async def send_notice(
    tx: Write, scope: Scope, slug: NoticeSlug, address: str, **facts: Fact
) -> None:
    """Queue a notice by mail; `facts` are those of its kind.

    Time, address and device come from the request.
    """
    await _queue(tx, scope, "email", slug, address, facts, None, None)


async def _queue(
    tx: Write,
    scope: Scope,
    channel: Channel,
    slug: Slug,
    recipient: str,
    given: dict[str, Fact],
    carried: Carried | None,
    regarding: str | None,
) -> None:
    _refuse_wrong(slug, given)
    # The text uses the instance's time. The message is sent in real time, even if a test moved the
    # clock.
    posted_at = scope.real_now
    facts = Facts(
        given=given,
        at=scope.now,
        ip=scope.request.ip or "",
        user_agent=scope.request.user_agent,
    )
    id = ids.MESSAGE.new(posted_at)
    await store.insert_message(
        tx,
        MessageRow(
            id=id,
            instance_id=scope.instance.id,
            channel=channel,
            slug=slug,
            recipient=recipient,
            facts_encrypted=scope.box.encrypt(msgspec.json.encode(facts)),
            verification_id=None if carried is None else carried.verification_id,
            regarding=regarding,
            expire_at=_expiry(scope, slug, carried),
            status="queued",
            created_at=posted_at,
            sent_at=None,
        ),
    )
    jobs.add(tx, DELIVER, instance_id=scope.instance.id, subject_id=id, now=posted_at)
    outbox.add(tx, scope, Event.EMAIL_CREATED if channel == "email" else Event.SMS_CREATED, id)
    tx.announce(WRITTEN)


def _expiry(scope: Scope, slug: Slug, carried: Carried | None) -> int | None:
    if carried is not None:
        return scope.real_now + carried.expire_at - scope.now
    return scope.real_now + _LIFETIME if KINDS[slug].expires else None


def _refuse_wrong(slug: Slug, given: dict[str, Fact]) -> None:
    kind = KINDS[slug]
    wrong = (given.keys() ^ kind.facts) - kind.optional
    if wrong:
        raise TypeError(f"{slug} is told too much or too little: {', '.join(sorted(wrong))}")
