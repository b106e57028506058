"""Every statement that reads clients with what is open on them, or is of their way elsewhere."""

from collections.abc import AsyncGenerator
from typing import Any

from hallporter.contract.ids import ClientId, InstanceId, SessionId
from hallporter.core.batches import MOST, delete_oldest
from hallporter.core.columns import Joined, columns, insert_into
from hallporter.core.database import Reader, Write, patiently
from hallporter.features.browsers.rows import (
    ActingSessionRow,
    ClientWithSessionsRow,
    HandshakeRow,
    LinkedClientRow,
    OpenClientRow,
    OpenSession,
    SatelliteClientRow,
)
from hallporter.features.clients.rows import ClientRow
from hallporter.features.sessions.rows import SessionRow
from hallporter.features.users.rows import RevisionRow

_BATCH = 500


# Parts of several statements. `now` is the parameter that holds the time, such as `$3`.
def _is_live(session: str, now: str) -> str:
    return (
        f"{session}.status in ('active', 'pending')"
        f" and {session}.expire_at > {now} and {session}.abandon_at > {now}"
    )


def _sessions(now: str) -> str:
    return f"""coalesce((
        select json_agg(s order by s.created_at, s.id) from sessions s
        where s.client_id = c.id and {_is_live("s", now)}
    ), '[]') as sessions"""


# A row per session, and one without where there is none.
_ROW = Joined(ClientRow, RevisionRow, SessionRow)
_REVISION = len(ClientRow.__struct_fields__)
_SESSION = _REVISION + 1
_OPEN_CLIENT = f"""
    select {_ROW.columns("c", "r", "s")}
    from clients c
    left join sessions s on s.client_id = c.id and {_is_live("s", "{now}")}
    left join user_revisions r on r.user_id = s.user_id
    where c.instance_id = $1 and c.id = $2{{and_more}}
    order by s.created_at, s.id
"""
OPEN_CLIENT_BY_CREDENTIAL = _OPEN_CLIENT.format(now="$4", and_more=" and c.token_hash = $3")
OPEN_CLIENT_BY_ID = _OPEN_CLIENT.format(now="$3", and_more="")
CLIENT_WITH_SESSIONS = f"""
    select {columns(ClientRow, "c")}, {_sessions("$3")}
    from clients c where c.instance_id = $1 and c.id = $2
"""
CLIENT_OF_LIVE_SESSION = f"""
    select {columns(ClientRow, "c")}, {_sessions("$3")}
    from clients c join sessions of on of.client_id = c.id
    where of.instance_id = $1 and of.id = $2 and {_is_live("of", "$3")}
"""
ACTING_SESSION = f"""
    select s.id, s.user_id, s.status, s.actor <> 'null' as has_actor
    from sessions s join clients c on c.id = s.client_id
    where c.instance_id = $1 and c.id = $2 and c.token_hash = $3 and {_is_live("s", "$4")}
        and ($5::text is null or s.id = $5)
    order by (s.id = c.last_active_session_id) desc nulls last, s.last_active_at desc limit 1
"""
# The page is found in the index alone; only its own clients are then read.
CLIENTS_PAGE = f"""
    with page as materialized (
        select id, created_at from clients where instance_id = $1
        order by created_at desc, id desc limit $3 offset $4
    )
    select {columns(ClientRow, "c")}, {_sessions("$2")}
    from page join clients c on c.id = page.id
    order by page.created_at desc, page.id desc
"""
CLIENTS_AFTER = f"""
    with page as materialized (
        select id, created_at from clients
        where instance_id = $1 and (created_at, id) < ($3, $4)
        order by created_at desc, id desc limit $5
    )
    select {columns(ClientRow, "c")}, {_sessions("$2")}
    from page join clients c on c.id = page.id
    order by page.created_at desc, page.id desc
"""
CLIENT_COUNT = "select count(*) from clients where instance_id = $1"
SATELLITE_CLIENTS = """
    select s.client_id, c.token_hash as client_token_hash from satellite_clients s
    join clients c on c.id = s.client_id
    where s.instance_id = $1 and s.token_hash = any($2) and s.domain = $3
"""
# A browser has one token per satellite: linked anew, it has a new one.
LINK_SATELLITE = f"""
    {insert_into("satellite_clients", SatelliteClientRow)}
    on conflict (client_id, domain) do update set
        token_hash = excluded.token_hash, created_at = excluded.created_at
"""
# Each insert deletes a few expired rows, without waiting for locks. Anybody may begin handshakes,
# so no single request should have to delete very many.
INSERT_HANDSHAKE = f"""
    with expired as (
        delete from handshakes where instance_id = $1 and nonce_hash = any(array(
            select nonce_hash from handshakes where instance_id = $1 and expire_at <= $2
            order by expire_at limit 100 for update skip locked
        ))
    )
    {insert_into("handshakes", HandshakeRow, after=2)}
"""
# Read and deleted in one statement, so a nonce works once, also for parallel requests.
TAKE_HANDSHAKE = f"""
    delete from handshakes where instance_id = $1 and nonce_hash = $2
    returning {columns(HandshakeRow)}
"""
DELETE_EXPIRED_HANDSHAKES = delete_oldest("handshakes", "nonce_hash", "expire_at")


async def open_client_by_credential(
    db: Reader, instance_id: InstanceId, id: ClientId, token_hash: str, now: int
) -> OpenClientRow | None:
    return _open_client(
        await db.many(_ROW, OPEN_CLIENT_BY_CREDENTIAL, instance_id, id, token_hash, now)
    )


async def open_client_by_id(
    db: Reader, instance_id: InstanceId, id: ClientId, now: int
) -> OpenClientRow | None:
    return _open_client(await db.many(_ROW, OPEN_CLIENT_BY_ID, instance_id, id, now))


def _open_client(rows: list[tuple[Any, ...]]) -> OpenClientRow | None:
    if not rows:
        return None
    sessions = [
        OpenSession(SessionRow(*row[_SESSION:]), row[_REVISION])
        for row in rows
        if row[_SESSION] is not None
    ]
    return OpenClientRow(*rows[0][:_REVISION], sessions=sessions)


async def client_with_sessions(
    db: Reader, instance_id: InstanceId, id: ClientId, now: int
) -> ClientWithSessionsRow | None:
    return await db.one(ClientWithSessionsRow, CLIENT_WITH_SESSIONS, instance_id, id, now)


async def acting_session(
    db: Reader,
    instance_id: InstanceId,
    id: ClientId,
    token_hash: str,
    now: int,
    *,
    named: str | None,
) -> ActingSessionRow | None:
    """Return the live session `named`, or the last active one, of a client under its token."""
    return await db.one(ActingSessionRow, ACTING_SESSION, instance_id, id, token_hash, now, named)


async def client_of_live_session(
    db: Reader, instance_id: InstanceId, session_id: SessionId, now: int
) -> ClientWithSessionsRow | None:
    return await db.one(ClientWithSessionsRow, CLIENT_OF_LIVE_SESSION, instance_id, session_id, now)


async def clients_page(
    db: Reader, instance_id: InstanceId, now: int, *, limit: int, offset: int
) -> list[ClientWithSessionsRow]:
    """Return a page of clients, newest first."""
    return await db.many(ClientWithSessionsRow, CLIENTS_PAGE, instance_id, now, limit, offset)


async def all_clients(
    db: Reader, instance_id: InstanceId, now: int, *, offset: int
) -> AsyncGenerator[list[ClientWithSessionsRow]]:
    """Yield every client after the first `offset` in batches, newest first.

    A cursor would keep a connection and old row versions for as long as the caller reads. A later
    batch that takes too long is tried again, because half a list is of no use.
    """
    rows = await clients_page(db, instance_id, now, limit=_BATCH, offset=offset)
    while rows:
        yield rows
        last = rows[-1]
        rows = await patiently(
            lambda last=last: db.many(
                ClientWithSessionsRow,
                CLIENTS_AFTER,
                instance_id,
                now,
                last.created_at,
                last.id,
                _BATCH,
            )
        )


async def client_count(db: Reader, instance_id: InstanceId) -> int:
    return await db.value(CLIENT_COUNT, instance_id)


async def satellite_clients(
    db: Reader, instance_id: InstanceId, token_hashes: list[str], domain: str
) -> list[LinkedClientRow]:
    return await db.many(LinkedClientRow, SATELLITE_CLIENTS, instance_id, token_hashes, domain)


async def link_satellite(tx: Write, row: SatelliteClientRow) -> None:
    await tx.insert(LINK_SATELLITE, row)


async def insert_handshake(tx: Write, row: HandshakeRow, now: int) -> None:
    await tx.insert(INSERT_HANDSHAKE, row, row.instance_id, now)


async def take_handshake(
    tx: Write, instance_id: InstanceId, nonce_hash: str
) -> HandshakeRow | None:
    return await tx.one(HandshakeRow, TAKE_HANDSHAKE, instance_id, nonce_hash)


async def delete_expired_handshakes(db: Reader, instance_id: InstanceId, now: int) -> int:
    """Delete some expired handshakes; return how many."""
    return await db.value(DELETE_EXPIRED_HANDSHAKES, instance_id, now, MOST)
