"""Some days after a user was deleted, nothing personal of them is left."""

from hallporter.contract.ids import InstanceId, UserId
from hallporter.core.database import Database, Write
from hallporter.core.jobs.kinds import Kind, Pace, WriteCallback
from hallporter.core.jobs.rows import JobRow
from hallporter.features.clients import store as client_store
from hallporter.features.events import store as event_store
from hallporter.features.events.rows import RecipientRow
from hallporter.features.events.users import ERASE, ERASED_AFTER
from hallporter.features.messages import store as message_store
from hallporter.features.sign_ins import store as sign_in_store
from hallporter.features.sign_ups import store as sign_up_store
from hallporter.features.visits import store as visit_store


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
        recipients = await event_store.recipients(self._db, instance_id, user_id)
        for forget in (self._messages, self._sign_ups, self._sign_ins):
            while await forget(instance_id, recipients):
                pass
        await sign_up_store.delete_of_user(self._db, instance_id, user_id)

        async def note(tx: Write) -> None:
            await event_store.delete_erasure(tx, instance_id, user_id)

        return note

    async def _messages(self, instance_id: InstanceId, recipients: list[RecipientRow]) -> int:
        async with self._db.write() as tx:
            ids = await message_store.forget_recipients(tx, instance_id, *_arrays(recipients))
            await event_store.erase_causes_of_messages(tx, instance_id, ids)
        return len(ids)

    async def _sign_ups(self, instance_id: InstanceId, recipients: list[RecipientRow]) -> int:
        async with self._db.write() as tx:
            gone = await sign_up_store.delete_of_recipients(tx, instance_id, *_arrays(recipients))
            visits = [each.external_verification_id for each in gone]
            await visit_store.delete_verifications(
                tx, instance_id, [each for each in visits if each is not None]
            )
            clients = [each.client_id for each in gone]
            await client_store.forget_gone_attempts(tx, instance_id, clients)
        return len(gone)

    async def _sign_ins(self, instance_id: InstanceId, recipients: list[RecipientRow]) -> int:
        async with self._db.write() as tx:
            clients = await sign_in_store.delete_of_nobody(tx, instance_id, *_arrays(recipients))
            await client_store.forget_gone_attempts(tx, instance_id, clients)
        return len(clients)


def _arrays(recipients: list[RecipientRow]) -> tuple[list[str], list[int]]:
    """Return the recipients, and until when each was the user's: newer messages are another's."""
    return [each.recipient for each in recipients], [each.until for each in recipients]
