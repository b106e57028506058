"""What is deleted, and when: a few rows at a time, each time found by an index."""

from collections.abc import AsyncGenerator, Awaitable, Callable

from hallporter.contract.ids import InstanceId
from hallporter.contract.instance import Instance
from hallporter.core.batches import MOST, START, Walked
from hallporter.core.clock import DAY
from hallporter.core.database import Database, Reader, Write
from hallporter.features.clients import store as client_store
from hallporter.features.events import store as event_store
from hallporter.features.external_accounts import store as external_account_store
from hallporter.features.messages import store as message_store
from hallporter.features.sessions import store as session_store
from hallporter.features.sign_ins import store as sign_in_store
from hallporter.features.sign_ups import store as sign_up_store
from hallporter.features.verifications import store as verification_store

Delete = Callable[[Reader, InstanceId, int], Awaitable[int]]
DeleteAttempts = Callable[[Write, InstanceId, int], Awaitable[list[client_store.ClientId]]]

# Whatever is kept with one attempt is made within its life.
_LIFE_OF_AN_ATTEMPT = 2 * DAY


async def sweep(db: Database, instance: Instance, now: int) -> AsyncGenerator[int]:
    """Delete what is old at `now`, and yield after each batch how many rows went.

    What refers to other rows goes before them.
    """
    kept = instance.settings.retention
    attempts = now - kept.attempts_days * DAY
    for delete, before in (
        (client_store.delete_expired_handshakes, now),
        (external_account_store.delete_expired_states, now),
        (session_store.delete_expired_refresh_tokens, now),
        (sign_in_store.delete_old_changes, now - _LIFE_OF_AN_ATTEMPT),
        (message_store.delete_old_messages, now - kept.messages_days * DAY),
        (event_store.delete_old_events, now - kept.events_days * DAY),
    ):
        async for gone in _batches(db, instance.id, delete, before):
            yield gone
    for delete_attempts in (sign_in_store.delete_old_sign_ins, sign_up_store.delete_old_sign_ups):
        async for gone in _attempts(db, instance.id, delete_attempts, attempts):
            yield gone
    for delete in (
        verification_store.delete_old_verifications,
        external_account_store.delete_past_verifications,
    ):
        async for gone in _batches(db, instance.id, delete, attempts - _LIFE_OF_AN_ATTEMPT):
            yield gone
    unused = now - kept.clients_days * DAY
    async for gone in _clients(db, instance.id, unused):
        yield gone
    async for gone in _batches(db, instance.id, client_store.delete_unused_dev_browsers, unused):
        yield gone
    # Their clients are unused from then on.
    async for gone in _sessions(db, instance.id, now - kept.sessions_days * DAY):
        yield gone


async def _batches(
    db: Database, instance_id: InstanceId, delete: Delete, before: int
) -> AsyncGenerator[int]:
    gone = MOST
    while gone == MOST:
        gone = await delete(db, instance_id, before)
        yield gone


async def _attempts(
    db: Database, instance_id: InstanceId, delete: DeleteAttempts, before: int
) -> AsyncGenerator[int]:
    gone = MOST
    while gone == MOST:
        async with db.write() as tx:
            clients = await delete(tx, instance_id, before)
            if clients:
                await client_store.forget_gone_attempts(tx, instance_id, clients)
        gone = len(clients)
        yield gone


async def _sessions(db: Database, instance_id: InstanceId, before: int) -> AsyncGenerator[int]:
    walked: Walked | None = START
    while walked is not None:
        async with db.write() as tx:
            found = await session_store.delete_old_sessions(tx, instance_id, before, walked)
            if found is not None and found.client_ids:
                await client_store.forget_gone_sessions(tx, instance_id, found.client_ids)
        walked = found
        yield 0 if walked is None else walked.gone


async def _clients(db: Database, instance_id: InstanceId, before: int) -> AsyncGenerator[int]:
    walked: Walked | None = START
    while walked is not None:
        walked = await client_store.delete_unused_clients(db, instance_id, before, walked)
        yield 0 if walked is None else walked.gone
