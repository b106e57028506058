"""Deliver queued messages, one job each.

A message is sent at least once. If a server dies after a mail server accepted a message and before
that is recorded, it is sent again, with the same Message-ID. A code that was used, replaced or has
expired by then is not sent.
"""

import structlog

from hallporter.contract.ids import InstanceId, MessageId
from hallporter.contract.instance import Instance
from hallporter.core import jobs
from hallporter.core.clock import SECOND, Clock
from hallporter.core.crypto_box import CryptoBox
from hallporter.core.database import Database, Write
from hallporter.core.jobs.kinds import GiveUpError, Kind, Pace, TryAgainError, WriteCallback
from hallporter.core.jobs.rows import JobRow
from hallporter.delivery.failure import NotSentError
from hallporter.features.directory.directory import Directory
from hallporter.features.messages import reading, sending, store
from hallporter.features.messages.actions import DELIVER
from hallporter.features.messages.rows import MessageRow

log = structlog.get_logger()

_ADOPT_EVERY = 5 * SECOND


class Delivery:
    """Sends messages, each when its job is due."""

    def __init__(self, db: Database, box: CryptoBox, clock: Clock, directory: Directory) -> None:
        self._db = db
        self._box = box
        self._clock = clock
        self._directory = directory

    def kinds(self) -> list[Kind]:
        """Return the kinds of jobs that this does."""
        return [
            Kind(DELIVER, self._deliver, _give_up),
            Kind("adopt messages", self._adopt, pace=Pace(every=_ADOPT_EVERY)),
        ]

    async def _deliver(self, job: JobRow) -> WriteCallback | None:
        instance_id, id = InstanceId(job.instance_id), MessageId(job.subject_id)
        row = await store.message_to_send(self._db, instance_id, id, self._clock.now())
        facts = None if row is None else reading.facts_of(self._box, row)
        if row is None or facts is None:
            return None
        instance = await self._directory.find(instance_id)
        if instance is None:
            raise TryAgainError("its instance is not served")
        if not row.is_wanted:
            log.info("message dropped", message_id=id, slug=row.slug)
            return lambda tx: store.set_dropped(tx, instance_id, id)
        message = await reading.rendered(instance, row, facts)
        if sending.stays(instance, row):
            _tell_developers(row, instance, message.subject or message.text)
            return self._sent(row, row.facts_encrypted)
        try:
            await sending.send(self._box, instance, row, facts, message)
        except NotSentError as error:
            raise (GiveUpError if error.is_permanent else TryAgainError)(str(error)) from error
        # The facts are deleted once the message was sent.
        return self._sent(row, None)

    def _sent(self, row: MessageRow, facts_encrypted: str | None) -> WriteCallback:
        now = self._clock.now()
        return lambda tx: store.set_sent(tx, row.instance_id, row.id, now, facts_encrypted)

    async def _adopt(self, _: JobRow) -> WriteCallback:
        """Give jobs to what the release before has queued: also while it still runs beside."""
        now = self._clock.now()

        async def note(tx: Write) -> None:
            for row in await store.take_queued_before(tx, now):
                jobs.add(tx, DELIVER, instance_id=row.instance_id, subject_id=row.id, now=now)

        return note


async def _give_up(tx: Write, job: JobRow) -> None:
    await store.set_failed(tx, InstanceId(job.instance_id), MessageId(job.subject_id))


def _tell_developers(row: MessageRow, instance: Instance, words: str) -> None:
    """Log a message that stays in the inbox, which is the message itself, kept.

    The log of an instance that others reach must not hold their codes.
    """
    shown = {"to": row.recipient, "subject": words} if instance.is_local else {}
    event = "mail" if row.channel == "email" else row.channel
    log.info(event, message_id=row.id, instance=instance.slug, **shown)
