"""Every statement that touches clients, dev browsers and handshakes."""

from hallporter.contract.ids import ClientId, InstanceId, SessionId, UserId
from hallporter.core.batches import MOST, Walked, delete_oldest
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.clients.rows import ClientRow, DevBrowserClientRow, DevBrowserRow

CLIENT_BY_CREDENTIAL = f"""
    select {columns(ClientRow)} from clients where instance_id = $1 and id = $2 and token_hash = $3
"""
CLIENT_BY_ID = f"select {columns(ClientRow)} from clients where instance_id = $1 and id = $2"
INSERT_CLIENT = insert_into("clients", ClientRow)
# The token that was shown must still be the current one, or this browser has been overtaken.
ROTATE_TOKEN = """
    update clients set
        token_hash = $4, previous_token_hash = token_hash, rotated_at = $5, updated_at = $5
    where instance_id = $1 and id = $2 and token_hash = $3
"""
# Clients are locked before their sessions, several in one order: no two writes wait for each other.
LOCK_CLIENTS = """
    select id from clients where instance_id = $1 and id = any($2) order by id for update
"""
LOCK_CLIENTS_OF_USER = """
    select c.id from clients c
    where c.instance_id = $1 and c.id in (
        select s.client_id from sessions s
        where s.instance_id = $1 and s.user_id = $2 and s.status in ('active', 'pending')
    )
    order by c.id for update
"""
SESSION_STARTED = """
    update clients set
        token_hash = $4, previous_token_hash = token_hash, rotated_at = $7, updated_at = $7,
        last_active_session_id = $5, last_authentication_strategy = $6,
        sign_in_id = null, sign_up_id = null
    where instance_id = $1 and id = $2 and token_hash = $3
"""
SET_SIGN_IN = "update clients set sign_in_id = $3 where instance_id = $1 and id = $2"
SET_SIGN_UP = "update clients set sign_up_id = $3 where instance_id = $1 and id = $2"
FORGET_SIGN_INS_OF_USER = """
    update clients c set sign_in_id = null
    from sign_ins s
    where s.instance_id = $1 and s.user_id = $2
        and c.instance_id = $1 and c.id = s.client_id and c.sign_in_id = s.id
"""
SELECT_SESSION = """
    update clients set last_active_session_id = $3, updated_at = $4
    where instance_id = $1 and id = $2 and last_active_session_id is distinct from $3
"""
SESSIONS_CHANGED = """
    update clients set
        updated_at = $3,
        last_active_session_id = (
            select s.id from sessions s
            where s.client_id = clients.id and s.status in ('active', 'pending')
                and s.expire_at > $3 and s.abandon_at > $3
            order by s.last_active_at desc, s.id desc limit 1
        )
    where instance_id = $1 and id = any($2)
"""

DEV_BROWSER_CLIENT = """
    select d.id, d.client_id, c.token_hash as client_token_hash from dev_browsers d
    left join clients c on c.id = d.client_id
    where d.instance_id = $1 and d.token_hash = $2
"""
INSERT_DEV_BROWSER = insert_into("dev_browsers", DevBrowserRow)
LINK_DEV_BROWSER = """
    update dev_browsers set client_id = $3 where instance_id = $1 and token_hash = $2
"""
DELETE_UNUSED_DEV_BROWSERS = delete_oldest(
    "dev_browsers", "id", "created_at", but="client_id is null"
)
# Those that a write has in its hands are about to be given others, and so were those that changed
# since `gone` was read: what came with the change is not seen here. In one order, see LOCK_CLIENTS.
FORGET_GONE_ATTEMPTS = """
    with gone as materialized (
        select c.id, c.sign_in_id, c.sign_up_id,
            (select s.id from sign_ins s where s.instance_id = $1 and s.id = c.sign_in_id)
                as sign_in_left,
            (select s.id from sign_ups s where s.instance_id = $1 and s.id = c.sign_up_id)
                as sign_up_left
        from clients c
        where c.instance_id = $1 and c.id = any($2)
            and (c.sign_in_id is not null or c.sign_up_id is not null)
    )
    update clients c set sign_in_id = gone.sign_in_left, sign_up_id = gone.sign_up_left
    from gone
    where c.instance_id = $1 and c.id = gone.id and c.id in (
        select clients.id from clients join gone on gone.id = clients.id
        where clients.instance_id = $1
            and clients.sign_in_id is not distinct from gone.sign_in_id
            and clients.sign_up_id is not distinct from gone.sign_up_id
        order by clients.id for update of clients skip locked
    )
"""
FORGET_GONE_SESSIONS = """
    with gone as materialized (
        select id, last_active_session_id from clients
        where instance_id = $1 and id = any($2)
            and not exists (select from sessions s where s.client_id = clients.id)
    )
    update clients c set last_authentication_strategy = null, last_active_session_id = null
    where c.instance_id = $1 and c.id in (
        select clients.id from clients join gone on gone.id = clients.id
        where clients.instance_id = $1
            and clients.last_active_session_id is not distinct from gone.last_active_session_id
        order by clients.id for update of clients skip locked
    )
"""
# A client is kept while it has a session, a sign-in, a sign-up, or an active trusted device. The
# conditions on its own row are evaluated again if the row was changed meanwhile.
DELETE_UNUSED_CLIENTS = """
    with walked as materialized (
        select id, created_at, sign_in_id, sign_up_id from clients
        where instance_id = $1 and last_authentication_strategy is null
            and created_at <= $2 and (created_at, id) > ($3, $4)
        order by created_at, id limit $5
    ), gone as (
        delete from clients where instance_id = $1 and id in (
            select c.id from clients c join walked on walked.id = c.id
            where c.instance_id = $1 and c.last_authentication_strategy is null
                and greatest(c.created_at, c.rotated_at) <= $2
                and c.sign_in_id is not distinct from walked.sign_in_id
                and c.sign_up_id is not distinct from walked.sign_up_id
                and not exists (select from sessions s where s.client_id = c.id)
                and not exists (select from sign_ins s where s.client_id = c.id)
                and not exists (select from sign_ups s where s.client_id = c.id)
                and not exists (
                    select from trusted_devices d where d.client_id = c.id and d.status = 'active'
                )
            for update of c skip locked
        )
        returning 1
    )
    select (select count(*) from gone) as gone, created_at as at, id
    from walked order by created_at desc, id desc limit 1
"""


async def client_by_credential(
    db: Reader, instance_id: InstanceId, id: ClientId, token_hash: str
) -> ClientRow | None:
    return await db.one(ClientRow, CLIENT_BY_CREDENTIAL, instance_id, id, token_hash)


async def client_by_id(db: Reader, instance_id: InstanceId, id: ClientId) -> ClientRow | None:
    return await db.one(ClientRow, CLIENT_BY_ID, instance_id, id)


async def insert_client(tx: Write, row: ClientRow) -> None:
    await tx.insert(INSERT_CLIENT, row)


async def rotate_token(
    tx: Write, instance_id: InstanceId, id: ClientId, shown_hash: str, new_hash: str, now: int
) -> bool:
    """Replace the client's token; False when the shown one is not current any more."""
    return await tx.execute(ROTATE_TOKEN, instance_id, id, shown_hash, new_hash, now) == 1


async def lock_clients(tx: Write, instance_id: InstanceId, ids: list[ClientId]) -> None:
    await tx.column(LOCK_CLIENTS, instance_id, ids)


async def lock_clients_of_user(tx: Write, instance_id: InstanceId, user_id: UserId) -> None:
    await tx.column(LOCK_CLIENTS_OF_USER, instance_id, user_id)


async def session_started(
    tx: Write,
    instance_id: InstanceId,
    id: ClientId,
    shown_hash: str,
    new_hash: str,
    session_id: SessionId,
    strategy: str,
    now: int,
) -> bool:
    """Rotate the client's token to a session; False when the shown one is not current any more."""
    touched = await tx.execute(
        SESSION_STARTED, instance_id, id, shown_hash, new_hash, session_id, strategy, now
    )
    return touched == 1


async def set_sign_in(
    tx: Write, instance_id: InstanceId, id: ClientId, sign_in_id: str | None
) -> None:
    await tx.execute(SET_SIGN_IN, instance_id, id, sign_in_id)


async def set_sign_up(
    tx: Write, instance_id: InstanceId, id: ClientId, sign_up_id: str | None
) -> None:
    await tx.execute(SET_SIGN_UP, instance_id, id, sign_up_id)


async def forget_sign_ins_of_user(tx: Write, instance_id: InstanceId, user_id: UserId) -> None:
    """Take a user's sign-ins under way from their clients."""
    await tx.execute(FORGET_SIGN_INS_OF_USER, instance_id, user_id)


async def select_session(
    tx: Write, instance_id: InstanceId, id: ClientId, session_id: SessionId, now: int
) -> None:
    await tx.execute(SELECT_SESSION, instance_id, id, session_id, now)


async def sessions_changed(
    tx: Write, instance_id: InstanceId, ids: list[ClientId], now: int
) -> None:
    """Note that sessions of these clients ended, and choose their last active one anew."""
    await tx.execute(SESSIONS_CHANGED, instance_id, ids, now)


async def dev_browser_client(
    db: Reader, instance_id: InstanceId, token_hash: str
) -> DevBrowserClientRow | None:
    return await db.one(DevBrowserClientRow, DEV_BROWSER_CLIENT, instance_id, token_hash)


async def insert_dev_browser(tx: Write, row: DevBrowserRow) -> None:
    await tx.insert(INSERT_DEV_BROWSER, row)


async def link_dev_browser(
    tx: Write, instance_id: InstanceId, token_hash: str, client_id: ClientId
) -> None:
    await tx.execute(LINK_DEV_BROWSER, instance_id, token_hash, client_id)


async def delete_unused_dev_browsers(db: Reader, instance_id: InstanceId, before: int) -> int:
    """Delete some dev browsers from before that stand for no client; return how many."""
    return await db.value(DELETE_UNUSED_DEV_BROWSERS, instance_id, before, MOST)


async def forget_gone_attempts(tx: Write, instance_id: InstanceId, ids: list[ClientId]) -> None:
    """Take from clients the sign-ins and sign-ups that are not there any more."""
    await tx.execute(FORGET_GONE_ATTEMPTS, instance_id, ids)


async def forget_gone_sessions(tx: Write, instance_id: InstanceId, ids: list[ClientId]) -> None:
    """Mark clients whose last session was deleted as clients without one."""
    await tx.execute(FORGET_GONE_SESSIONS, instance_id, ids)


async def delete_unused_clients(
    db: Reader, instance_id: InstanceId, before: int, after: Walked
) -> Walked | None:
    """Delete the unused ones among the next clients that are older than `before`.

    Returns None when there are no more.
    """
    return await db.one(
        Walked, DELETE_UNUSED_CLIENTS, instance_id, before, after.at, after.id, MOST
    )
