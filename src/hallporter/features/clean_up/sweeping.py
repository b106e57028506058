"""What is deleted, and when: a few rows at a time, each time found by an index."""

from collections.abc import AsyncGenerator, Awaitable, Callable

from hallporter.contract.ids import ClientId, InstanceId
from hallporter.contract.instance import Instance
from hallporter.core.batches import MOST, START, Walked
from hallporter.core.clock import DAY
from hallporter.core.database import Database, Write
from hallporter.features.actor_tokens import store as actor_token_store
from hallporter.features.agent_tasks import store as agent_task_store
from hallporter.features.browsers import store as browser_store
from hallporter.features.clients import store as client_store
from hallporter.features.events import store as event_store
from hallporter.features.messages import store as message_store
from hallporter.features.sessions import store as session_store
from hallporter.features.sign_in_tokens import store as sign_in_token_store
from hallporter.features.sign_ins import store as sign_in_store
from hallporter.features.sign_ups import store as sign_up_store
from hallporter.features.verifications import store as verification_store
from hallporter.features.visits import store as visit_store

Delete = Callable[[Database, InstanceId, int], Awaitable[int]]
DeleteAttempts = Callable[[Write, InstanceId, int], Awaitable[list[ClientId]]]
DeleteBehind = Callable[[Database, InstanceId, int, Walked], Awaitable[Walked | None]]

# Whatever is kept with one attempt is made within its life.
_LIFE_OF_AN_ATTEMPT = 2 * DAY


async def sweep(db: Database, instance: Instance, now: int) -> AsyncGenerator[int]:
    """Delete what is old at `now`, and yield after each batch how many rows went.

    What refers to other rows goes before them.
    """
    kept = instance.settings.retention
    # A message is of real time, whatever a test has done to the instance's clock.
    messages = now - instance.ahead_by - kept.messages_days * DAY
    attempts = now - kept.attempts_days * DAY
    # Whatever went there, or was begun with it, is deleted by then.
    former = min(messages, attempts - instance.ahead_by - _LIFE_OF_AN_ATTEMPT)
    for delete, before in (
        (browser_store.delete_expired_handshakes, now),
        (visit_store.delete_expired_states, now),
        (session_store.delete_expired_refresh_tokens, now),
        (sign_in_store.delete_old_changes, now - _LIFE_OF_AN_ATTEMPT),
        (_messages, messages),
        (event_store.delete_old_former_recipients, former),
        (event_store.delete_old_events, now - kept.events_days * DAY),
        (sign_in_token_store.delete_old_sign_in_tokens, attempts),
        (actor_token_store.delete_old_actor_tokens, attempts),
        (agent_task_store.delete_old_agent_tasks, attempts),
        (_attempts(sign_in_store.delete_old_sign_ins), attempts),
        (_attempts(sign_up_store.delete_old_sign_ups), attempts),
        (verification_store.delete_old_verifications, attempts - _LIFE_OF_AN_ATTEMPT),
        (visit_store.delete_past_verifications, attempts - _LIFE_OF_AN_ATTEMPT),
    ):
        async for gone in _batches(db, instance.id, delete, before):
            yield gone
    unused = now - kept.clients_days * DAY
    async for gone in _walk(db, instance.id, client_store.delete_unused_clients, unused):
        yield gone
    async for gone in _batches(db, instance.id, client_store.delete_unused_dev_browsers, unused):
        yield gone
    # Their clients are unused from then on.
    async for gone in _walk(db, instance.id, _sessions, now - kept.sessions_days * DAY):
        yield gone


async def _batches(
    db: Database, instance_id: InstanceId, delete: Delete, before: int
) -> AsyncGenerator[int]:
    gone = MOST
    while gone == MOST:
        gone = await delete(db, instance_id, before)
        yield gone


async def _walk(
    db: Database, instance_id: InstanceId, delete: DeleteBehind, before: int
) -> AsyncGenerator[int]:
    walked: Walked | None = START
    while walked is not None:
        walked = await delete(db, instance_id, before, walked)
        yield 0 if walked is None else walked.gone


def _attempts(delete: DeleteAttempts) -> Delete:
    """Return what deletes attempts and takes them from their clients."""

    async def delete_whole(db: Database, instance_id: InstanceId, before: int) -> int:
        async with db.write() as tx:
            clients = await delete(tx, instance_id, before)
            if clients:
                await client_store.forget_gone_attempts(tx, instance_id, clients)
        return len(clients)

    return delete_whole


async def _messages(db: Database, instance_id: InstanceId, before: int) -> int:
    """Delete messages, and from where visitors caused them: no recipient tells whose that is."""
    async with db.write() as tx:
        gone = await message_store.delete_old_messages(tx, instance_id, before)
        if gone:
            await event_store.erase_causes_of_messages(tx, instance_id, gone)
    return len(gone)


async def _sessions(
    db: Database, instance_id: InstanceId, before: int, after: Walked
) -> Walked | None:
    async with db.write() as tx:
        walked = await session_store.delete_old_sessions(tx, instance_id, before, after)
        if walked is not None and walked.client_ids:
            await client_store.forget_gone_sessions(tx, instance_id, walked.client_ids)
    return walked
