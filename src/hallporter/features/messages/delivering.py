"""Queued mail leaves: retried with back-off, never twice at once, whatever is killed meanwhile."""

import asyncio

import structlog

from hallporter.contract.ids import InstanceId
from hallporter.contract.instance import Instance
from hallporter.core.clock import HOUR, MINUTE, Clock
from hallporter.core.crypto_box import CryptoBox
from hallporter.core.database import UNREACHABLE, Database
from hallporter.delivery.mail import Mail, MailError, send
from hallporter.features.instances.directory import Directory
from hallporter.features.messages import store
from hallporter.features.messages.rows import MessageRow

log = structlog.get_logger()

_POLL_SECONDS = 0.1
_MAX_ATTEMPTS = 8
_FIRST_RETRY = MINUTE // 4
_LONGEST_RETRY = HOUR


class Postman:
    """Delivers the messages of every instance until cancelled."""

    def __init__(self, db: Database, box: CryptoBox, clock: Clock, directory: Directory) -> None:
        self._db = db
        self._box = box
        self._clock = clock
        self._directory = directory

    async def keep_delivering(self) -> None:
        """Deliver until cancelled; an unreachable database is retried, never fatal."""
        while True:
            try:
                delivered = await self.deliver_due()
            except UNREACHABLE as unreachable:
                log.warning("mail waits", reason=type(unreachable).__name__)
                delivered = 0
            if not delivered:
                await asyncio.sleep(_POLL_SECONDS)

    async def deliver_due(self) -> int:
        """Deliver what is due now and return how many messages that were."""
        due = await store.claim_queued(self._db, self._clock.now(), _FIRST_RETRY)
        for row in due:
            instance = self._directory.by_id(InstanceId(row.instance_id))
            if instance is not None:
                await self._deliver(row, instance)
        return len(due)

    async def _deliver(self, row: MessageRow, instance: Instance) -> None:
        settings = instance.settings.mail
        body = self._box.decrypt(row.body_encrypted or "").decode()
        if settings.transport == "inbox":
            # The inbox is the message itself, kept. Beside it, whoever develops reads the log;
            # the log of an instance that others reach must not hold their codes.
            shown = {"to": row.to_address, "subject": row.subject} if instance.is_local else {}
            log.info("mail", message_id=row.id, instance=instance.slug, **shown)
            await self._settle(row, body_encrypted=row.body_encrypted)
            return
        password = self._box.decrypt(settings.password).decode() if settings.password else ""
        mail = Mail(to=row.to_address, subject=row.subject, text=body, message_id=row.id)
        try:
            await send(settings, password, mail)
        except MailError as failed:
            await self._retry(row, failed)
        else:
            # The code has left; no copy of it stays here.
            await self._settle(row, body_encrypted=None)

    async def _settle(self, row: MessageRow, *, body_encrypted: str | None) -> None:
        async with self._db.write() as tx:
            await store.set_sent(tx, row.instance_id, row.id, self._clock.now(), body_encrypted)

    async def _retry(self, row: MessageRow, failed: MailError) -> None:
        log.warning("mail not sent", message_id=row.id, attempts=row.attempts, reason=str(failed))
        async with self._db.write() as tx:
            if row.attempts >= _MAX_ATTEMPTS or failed.is_permanent:
                await store.set_failed(tx, row.instance_id, row.id)
                return
            wait = min(_FIRST_RETRY * 2**row.attempts, _LONGEST_RETRY)
            await store.set_next_attempt(tx, row.instance_id, row.id, self._clock.now() + wait)
