"""Queued messages leave: retried with back-off, never two at once, whatever is killed meanwhile.

A message leaves at least once: a server that dies between the moment a mail server took a message
and the note that it did sends it again, under the same Message-ID. What is pointless by then is
not sent at all: a code that was used, was replaced or has expired.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import structlog

from hallporter.contract.ids import InstanceId
from hallporter.contract.instance import Instance
from hallporter.core.clock import HOUR, MINUTE, SECOND, Clock
from hallporter.core.crypto_box import CryptoBox
from hallporter.core.database import Database, Write
from hallporter.core.database_errors import UNREACHABLE
from hallporter.core.waiting import set_or_after
from hallporter.delivery.failure import NotSentError
from hallporter.features.instances.directory import Directory
from hallporter.features.messages import reading, sending, store
from hallporter.features.messages.actions import WRITTEN
from hallporter.features.messages.rows import ClaimedMessageRow, MessageRow

log = structlog.get_logger()

# What this process writes is announced to it; what others left, or is due again, is looked for.
_LOOK_EVERY_SECONDS = 1.0
_AT_ONCE = 50
# So that one instance's dead mail server does not keep the others' codes waiting.
_AT_ONCE_OF_AN_INSTANCE = 10
# Longer than an attempt may take, or another server would send the same one meanwhile.
_HOLD = 45 * SECOND
_ATTEMPT_SECONDS = 30
_NOTE_AGAIN_AFTER_SECONDS = (0.2, 1, 2, 4, 4)
_DRAIN_SECONDS = 10
_MAX_ATTEMPTS = 24
_FIRST_RETRY = MINUTE // 4
_LONGEST_RETRY = HOUR


class Postman:
    """Delivers the messages of every instance, round by round."""

    def __init__(self, db: Database, box: CryptoBox, clock: Clock, directory: Directory) -> None:
        self._db = db
        self._box = box
        self._clock = clock
        self._directory = directory
        self._wake = db.heard(WRITTEN)
        self._under_way: dict[asyncio.Task[None], InstanceId] = {}

    async def deliver_due(self) -> None:
        """Begin to deliver what is due; when nothing is, return once something may be."""
        self._wake.clear()
        if not await self._start_due():
            await set_or_after(self._wake, _LOOK_EVERY_SECONDS)

    async def drain(self) -> None:
        """Wait for what is under way, though not for ever."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_DRAIN_SECONDS)

    async def _start_due(self) -> bool:
        """Begin to deliver what is due; tell whether there may be more that can begin now."""
        limit = min(_AT_ONCE - len(self._under_way), _AT_ONCE_OF_AN_INSTANCE)
        if limit == 0:
            return False
        due = await store.claim_queued(
            self._db, self._clock.now(), _HOLD, limit=limit, but_of=self._busy()
        )
        for row in due:
            task = asyncio.create_task(self._attempt(row))
            self._under_way[task] = row.instance_id
            task.add_done_callback(self._ended)
        return len(due) == limit

    def _busy(self) -> list[InstanceId]:
        under_way = Counter(self._under_way.values())
        return [id for id, count in under_way.items() if count >= _AT_ONCE_OF_AN_INSTANCE]

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if len(self._under_way) >= _AT_ONCE or self._busy():
            # There is room for those that had to wait.
            self._wake.set()
        del self._under_way[task]
        if not task.cancelled() and (bug := task.exception()) is not None:
            # It stays claimed for a while, and then is tried again.
            log.error("message not delivered", exc_info=bug)

    async def _attempt(self, row: ClaimedMessageRow) -> None:
        if row.attempts > _MAX_ATTEMPTS:
            # Whoever claimed it before did not get as far as to say what is wrong with it.
            await self._note(lambda tx: store.set_failed(tx, row.instance_id, row.id))
            return
        instance, facts = await self._instance_of(row), reading.facts_of(self._box, row)
        if instance is None or facts is None:
            return
        if not row.is_wanted:
            log.info("message dropped", message_id=row.id, slug=row.slug)
            await self._note(lambda tx: store.set_dropped(tx, row.instance_id, row.id))
            return
        message = await reading.rendered(instance, row, facts)
        if sending.stays(instance, row):
            _tell_developers(row, instance, message.subject or message.text)
            await self._note_sent(row, row.facts_encrypted)
            return
        try:
            async with asyncio.timeout(_ATTEMPT_SECONDS):
                await sending.send(self._box, instance, row, facts, message)
        except NotSentError as failed:
            await self._retry(row, failed)
        except TimeoutError:
            await self._retry(row, NotSentError("no answer in time", is_permanent=False))
        else:
            # What it told has left; no copy stays here.
            await self._note_sent(row, None)

    async def _instance_of(self, row: MessageRow) -> Instance | None:
        if self._directory.by_id(row.instance_id) is None:
            # Another process has just made it.
            await self._directory.refresh()
        return self._directory.by_id(row.instance_id)

    async def _note_sent(self, row: MessageRow, facts_encrypted: str | None) -> None:
        now = self._clock.now()
        await self._note(
            lambda tx: store.set_sent(tx, row.instance_id, row.id, now, facts_encrypted)
        )

    async def _retry(self, row: MessageRow, failed: NotSentError) -> None:
        log.warning(
            "message not sent", message_id=row.id, attempts=row.attempts, reason=str(failed)
        )
        if row.attempts >= _MAX_ATTEMPTS or failed.is_permanent:
            await self._note(lambda tx: store.set_failed(tx, row.instance_id, row.id))
            return
        at = self._clock.now() + min(_FIRST_RETRY * 2 ** (row.attempts - 1), _LONGEST_RETRY)
        await self._note(lambda tx: store.set_next_attempt(tx, row.instance_id, row.id, at))

    async def _note(self, note: Callable[[Write], Awaitable[None]]) -> None:
        """Write down what became of a message, for as long as it is claimed.

        It may have left: without the note it would leave again.
        """
        for pause in _NOTE_AGAIN_AFTER_SECONDS:
            try:
                async with self._db.write() as tx:
                    await note(tx)
                return
            except UNREACHABLE as unreachable:
                log.warning("message not noted", reason=type(unreachable).__name__)
                await asyncio.sleep(pause)


def _tell_developers(row: MessageRow, instance: Instance, words: str) -> None:
    """Log a message that stays in the inbox, which is the message itself, kept.

    The log of an instance that others reach must not hold their codes.
    """
    shown = {"to": row.recipient, "subject": words} if instance.is_local else {}
    event = "mail" if row.channel == "email" else row.channel
    log.info(event, message_id=row.id, instance=instance.slug, **shown)
