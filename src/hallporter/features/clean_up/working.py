"""Clean-up as jobs: every hour one for each instance, one at a time in each process."""

import asyncio
import time
from contextlib import aclosing

import structlog

from hallporter.contract.ids import InstanceId
from hallporter.core import jobs
from hallporter.core.clock import HOUR, MINUTE, Clock
from hallporter.core.database import Database, Write
from hallporter.core.jobs.kinds import Kind, Pace, WriteCallback
from hallporter.core.jobs.rows import JobRow
from hallporter.features.clean_up import sweeping
from hallporter.features.directory.directory import Directory

log = structlog.get_logger()

_OF_ALL, _OF_ONE = "clean up", "clean up instance"
# After so long the rest waits for its next turn, and whatever else there is to do goes before.
_TURN_SECONDS = 20
# So that a database with much to forget has time for everybody else.
_PAUSE_SECONDS = 0.02


class CleanUp:
    """Deletes what is old, of every instance."""

    def __init__(self, db: Database, clock: Clock, directory: Directory) -> None:
        self._db = db
        self._clock = clock
        self._directory = directory

    def kinds(self) -> list[Kind]:
        """Return the kinds of jobs that this does."""
        return [
            Kind(_OF_ALL, self._begin, pace=Pace(every=HOUR)),
            Kind(_OF_ONE, self._sweep, pace=Pace(longest_attempt=MINUTE, at_once=1)),
        ]

    async def _begin(self, _: JobRow) -> WriteCallback:
        instances = self._directory.all()

        async def note(tx: Write) -> None:
            for instance in instances:
                self._add(tx, instance.id)

        return note

    def _add(self, tx: Write, instance_id: str) -> None:
        now = self._clock.now()
        # The server's own work, and so all in one line.
        jobs.add(tx, _OF_ONE, instance_id="", subject_id=instance_id, now=now)

    async def _sweep(self, job: JobRow) -> WriteCallback | None:
        instance = await self._directory.find(InstanceId(job.subject_id))
        if instance is None:
            return None
        until, gone = time.monotonic() + _TURN_SECONDS, 0
        now = self._clock.now() + instance.ahead_by
        async with aclosing(sweeping.sweep(self._db, instance, now)) as batches:
            async for some in batches:
                gone += some
                if gone and time.monotonic() > until:
                    return self._rest(job)
                if some:
                    await asyncio.sleep(_PAUSE_SECONDS)
        if gone:
            log.info("cleaned up", instance=instance.slug, rows=gone)
        return None

    def _rest(self, job: JobRow) -> WriteCallback:
        async def note(tx: Write) -> None:
            self._add(tx, job.subject_id)

        return note
