"""Some days after a user was deleted, nothing personal of them is left."""

from hallporter.contract.ids import InstanceId, UserId
from hallporter.core.database import Database, Write
from hallporter.core.jobs.kinds import Kind, Pace, WriteCallback
from hallporter.core.jobs.rows import JobRow
from hallporter.features.events import store as event_store
from hallporter.features.events.users import ERASE, ERASED_AFTER
from hallporter.features.messages import store as message_store
from hallporter.features.sign_ups import store as sign_up_store


class Erasing:
    """Erases what is left of users who were deleted."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def kinds(self) -> list[Kind]:
        """Return the kinds of jobs that this does."""
        return [Kind(ERASE, self._erase, pace=Pace(longest_wait=ERASED_AFTER))]

    async def _erase(self, job: JobRow) -> WriteCallback:
        instance_id, user_id = InstanceId(job.instance_id), UserId(job.subject_id)
        while await event_store.erase_user(self._db, instance_id, user_id):
            pass
        left = await event_store.erasure(self._db, instance_id, user_id)
        if left is not None:
            # Another user may have the address by now: newer messages are theirs.
            while await message_store.forget_recipients(
                self._db, instance_id, left.recipients, left.created_at
            ):
                pass
        await sign_up_store.delete_of_user(self._db, instance_id, user_id)

        async def note(tx: Write) -> None:
            await event_store.delete_erasure(tx, instance_id, user_id)

        return note
