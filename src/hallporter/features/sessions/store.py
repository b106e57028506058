"""Every statement that touches sessions."""

from hallporter.contract.ids import ClientId, InstanceId, SessionId, UserId
from hallporter.core.batches import MOST, Walked, delete_oldest
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Where, Write
from hallporter.features.sessions.rows import (
    OwnSessionRow,
    RecencyRow,
    RefreshTokenRow,
    SessionRow,
    SettledSessionRow,
    WalkedSessionsRow,
)

SESSION_BY_ID = f"select {columns(SessionRow)} from sessions where instance_id = $1 and id = $2"
# The hot path: the session, the client and the client's current token judged in one round trip.
SESSION_BY_CREDENTIAL = f"""
    select {columns(SessionRow, "s")},
        c.last_active_session_id is not distinct from s.id as is_last_active
    from sessions s join clients c on c.id = s.client_id
    where s.instance_id = $1 and s.id = $2 and c.id = $3 and c.token_hash = $4
"""
LIVE_SESSIONS_OF_CLIENT = f"""
    select {columns(SessionRow)} from sessions
    where instance_id = $1 and client_id = $2
        and status in ('active', 'pending') and expire_at > $3 and abandon_at > $3
    order by created_at, id
"""
# An impersonated session does not make the device known to the user. A revoked session makes the
# device unknown again: sessions before it no longer count.
IS_KNOWN_ON_CLIENT = """
    select exists (
        select from sessions s
        where s.instance_id = $1 and s.client_id = $2 and s.user_id = $3
            and s.status <> 'revoked' and s.actor = 'null' and s.id is distinct from $4
            and not exists (
                select from sessions r
                where r.instance_id = $1 and r.client_id = $2 and r.user_id = $3
                    and r.status = 'revoked' and r.created_at >= s.created_at
            )
    )
"""
IS_BANNED = "select banned from users where instance_id = $1 and id = $2"
# The user's own list is not paged. Nobody has 200 devices.
LIVE_SESSIONS_OF_USER = f"""
    select {columns(SessionRow)} from sessions
    where instance_id = $1 and user_id = $2
        and status in ('active', 'pending') and expire_at > $3 and abandon_at > $3
    order by last_active_at desc, id limit 200
"""
LIST_SESSIONS = (
    f"select {columns(SessionRow)} from sessions "
    "where {where} order by created_at desc, id desc limit {limit} offset {offset}"
)
COUNT_SESSIONS = "select count(*) from sessions where {where}"
# Time ends a session without anybody writing it down.
STATUS_AT = """
    (case
        when status not in ('active', 'pending') then status
        when expire_at <= {now} then 'expired'
        when abandon_at <= {now} then 'abandoned'
        else status
    end)
"""


# The tasks of a user before a session of theirs is active. Both conditions stand in several
# statements; `instance` and `user` are the parameters or columns that hold the two ids there.
def _owes_password(instance: str, user: str) -> str:
    return f"""exists (
        select from credentials c where c.instance_id = {instance} and c.user_id = {user}
            and c.password_compromised_at is not null
    )"""


def _has_second_factor(instance: str, user: str) -> str:
    return f"""(exists (
        select from credentials c where c.instance_id = {instance} and c.user_id = {user}
            and c.totp_secret_encrypted is not null
    ) or exists (
        select from identifications i where i.instance_id = {instance} and i.user_id = {user}
            and i.reserved_for_second_factor and i.status = 'verified'
    ))"""


# An impersonated session has no tasks. Beside a session that a person impersonates, no session
# starts. Beside a session of any actor, no impersonated session starts.
INSERT_SESSION = f"""
    with owed as (
        select case when $6::jsonb <> 'null' then array[]::text[] else array_remove(array[
            case when {_owes_password("$2", "$4")} then 'reset-password' end,
            case when $18 and not {_has_second_factor("$2", "$4")}
                then 'setup-mfa' end,
            case when $19 then 'choose-organization' end
        ], null) end as tasks
    )
    insert into sessions (
        id, instance_id, client_id, user_id, status, actor, last_active_organization_id,
        first_factor_verified_at, second_factor_verified_at, refresh_token_hash, ip_address,
        user_agent, last_active_at, expire_at, abandon_at, created_at, updated_at, tasks
    )
    select
        $1, $2, $3, $4,
        case when (select cardinality(tasks) from owed) > 0 then 'pending' else $5 end,
        $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, (select tasks from owed)
    where not exists (
        select from sessions a
        where a.instance_id = $2 and a.client_id = $3 and a.actor <> 'null'
            and a.status in ('active', 'pending') and a.expire_at > $16 and a.abandon_at > $16
            and ($20 or a.actor ->> 'type' is distinct from 'agent')
    )
    returning {columns(SessionRow)}
"""
SETTLE_TASKS = f"""
    with left_over as (
        select p.id, array(
            select task from unnest(p.tasks) with ordinality as t (task, number)
            where case task
                when 'reset-password'
                    then {_owes_password("$1", "p.user_id")}
                when 'setup-mfa'
                    then not {_has_second_factor("$1", "p.user_id")}
                else true
            end
            order by number
        ) as tasks
        from sessions p where p.instance_id = $1 and p.user_id = $2 and p.status = 'pending'
    )
    update sessions s set
        tasks = left_over.tasks, updated_at = $3,
        status = case when cardinality(left_over.tasks) = 0 then 'active' else 'pending' end
    from left_over where s.instance_id = $1 and s.id = left_over.id and s.tasks <> left_over.tasks
    returning {columns(SettledSessionRow, "s")}
"""
TOUCH_SESSION = """
    update sessions set
        last_active_at = $3, updated_at = $3, abandon_at = $4, ip_address = $5, user_agent = $6
    where instance_id = $1 and id = $2
"""
END_SESSIONS = f"""
    update sessions set status = $3, updated_at = $4, refresh_token_hash = null
    where instance_id = $1 and id = any($2) and status in ('active', 'pending')
    returning {columns(SettledSessionRow)}
"""
END_SESSIONS_OF_CLIENT = f"""
    update sessions set status = $3, updated_at = $4, refresh_token_hash = null
    where instance_id = $1 and client_id = $2 and status in ('active', 'pending')
        and id is distinct from $5 and ($6::text is null or user_id = $6)
    returning {columns(SettledSessionRow)}
"""
END_SESSIONS_OF_USER = f"""
    update sessions set status = $3, updated_at = $4, refresh_token_hash = null
    where instance_id = $1 and user_id = $2 and status in ('active', 'pending')
        and id is distinct from $5
    returning {columns(SettledSessionRow)}
"""
NOTE_FACTORS = """
    update sessions set
        first_factor_verified_at = case when $4 then $3 else first_factor_verified_at end,
        second_factor_verified_at = case when $5 then $3 else second_factor_verified_at end,
        updated_at = $3
    where instance_id = $1 and id = $2
"""
RECENCY = f"""
    select
        s.first_factor_verified_at,
        s.second_factor_verified_at,
        {_has_second_factor("$1", "s.user_id")} as has_second_factor,
        exists (
            select from session_reverifications v
            where v.instance_id = $1 and v.session_id = s.id
                and v.status <> 'complete' and v.expire_at > $3
        ) as is_reverifying
    from sessions s where s.instance_id = $1 and s.id = $2
"""
# An app that sends its visitors round and round must not fill the table: the newest twenty stay.
# Of what has expired some go each time: as many handshakes as are made, and none waits for another.
INSERT_REFRESH_TOKEN = f"""
    with expired as (
        delete from refresh_tokens where instance_id = $1 and handle = any(array(
            select handle from refresh_tokens where instance_id = $1 and expire_at <= $3
            order by expire_at limit 100 for update skip locked
        ))
    ), crowded_out as (
        delete from refresh_tokens where instance_id = $1 and handle in (
            select handle from refresh_tokens where instance_id = $1 and session_id = $2
            order by created_at desc, handle offset 19
        )
    )
    {insert_into("refresh_tokens", RefreshTokenRow, after=3)}
"""
REFRESH_TOKEN_BY_HANDLE = f"""
    select {columns(RefreshTokenRow)} from refresh_tokens
    where instance_id = $1 and session_id = $2 and handle = $3
"""
# Spent and replaced in one statement: of those who show it at once, one wins.
SPEND_REFRESH_TOKEN = """
    update refresh_tokens r set
        token_hash = $5, previous_token_hash = r.token_hash, spent_at = $7, successor_key = $6
    from sessions s
    where r.instance_id = $1 and r.session_id = $2 and r.handle = $3 and r.token_hash = $4
        and s.id = r.session_id and s.instance_id = $1
        and s.status in ('active', 'pending') and s.expire_at > $7 and s.abandon_at > $7
"""
DELETE_REFRESH_TOKEN = "delete from refresh_tokens where instance_id = $1 and handle = $2"
TAKE_OLD_REFRESH_TOKEN = """
    update sessions set refresh_token_hash = null
    where instance_id = $1 and id = $2 and refresh_token_hash = $3
        and status in ('active', 'pending') and expire_at > $4 and abandon_at > $4
"""
DELETE_EXPIRED_REFRESH_TOKENS = delete_oldest("refresh_tokens", "handle", "expire_at")
# Walked by the index of all sessions: one of those that ended would have to follow every touch.
DELETE_OLD_SESSIONS = """
    with walked as materialized (
        select id, created_at from sessions
        where instance_id = $1 and created_at <= $2 and (created_at, id) > ($3, $4)
        order by created_at, id limit $5
    ), gone as (
        delete from sessions where instance_id = $1 and id in (
            select s.id from sessions s join walked on walked.id = s.id
            where s.instance_id = $1
                and case
                    when s.status in ('active', 'pending') then least(s.expire_at, s.abandon_at)
                    else s.updated_at
                end <= $2
            for update of s skip locked
        )
        returning client_id
    )
    select (select count(*) from gone) as gone, created_at as at, id,
        (select coalesce(array_agg(distinct client_id), '{}') from gone) as client_ids
    from walked order by created_at desc, id desc limit 1
"""


async def session_by_id(db: Reader, instance_id: InstanceId, id: SessionId) -> SessionRow | None:
    return await db.one(SessionRow, SESSION_BY_ID, instance_id, id)


async def session_by_credential(
    db: Reader, instance_id: InstanceId, id: SessionId, client_id: ClientId, token_hash: str
) -> OwnSessionRow | None:
    return await db.one(
        OwnSessionRow, SESSION_BY_CREDENTIAL, instance_id, id, client_id, token_hash
    )


async def live_sessions_of_client(
    db: Reader, instance_id: InstanceId, client_id: ClientId, now: int
) -> list[SessionRow]:
    return await db.many(SessionRow, LIVE_SESSIONS_OF_CLIENT, instance_id, client_id, now)


async def is_known_on_client(
    db: Reader,
    instance_id: InstanceId,
    client_id: ClientId,
    user_id: UserId,
    *,
    but: SessionId | None,
) -> bool:
    """Tell whether a user has signed in on a client, with no session revoked there since."""
    return await db.value(IS_KNOWN_ON_CLIENT, instance_id, client_id, user_id, but)


async def is_banned(db: Reader, instance_id: InstanceId, user_id: UserId) -> bool | None:
    """Tell whether a user is banned; None for a stranger."""
    return await db.value(IS_BANNED, instance_id, user_id)


async def live_sessions_of_user(
    db: Reader, instance_id: InstanceId, user_id: UserId, now: int
) -> list[SessionRow]:
    """Return a user's live sessions on every client, the last used first."""
    return await db.many(SessionRow, LIVE_SESSIONS_OF_USER, instance_id, user_id, now)


async def list_sessions(db: Reader, where: Where, *, limit: int, offset: int) -> list[SessionRow]:
    """Return a page of the sessions that `where` describes, newest first."""
    sql = LIST_SESSIONS.format(where=where.sql, limit=where.bind(limit), offset=where.bind(offset))
    return await db.many(SessionRow, sql, *where.args)


async def count_sessions(db: Reader, where: Where) -> int:
    return await db.value(COUNT_SESSIONS.format(where=where.sql), *where.args)


async def insert_session(
    tx: Write,
    row: SessionRow,
    *,
    requires_mfa: bool,
    requires_organization: bool,
) -> SessionRow | None:
    """Store a session and return it: pending, if its user has tasks to do first.

    Returns None and stores nothing where an impersonated session on the client forbids it.
    """
    return await tx.one(
        SessionRow,
        INSERT_SESSION,
        row.id,
        row.instance_id,
        row.client_id,
        row.user_id,
        row.status,
        row.actor,
        row.last_active_organization_id,
        row.first_factor_verified_at,
        row.second_factor_verified_at,
        row.refresh_token_hash,
        row.ip_address,
        row.user_agent,
        row.last_active_at,
        row.expire_at,
        row.abandon_at,
        row.created_at,
        row.updated_at,
        requires_mfa,
        requires_organization,
        row.is_impersonation,
    )


async def settle_tasks(
    tx: Write, instance_id: InstanceId, user_id: UserId, now: int
) -> list[SettledSessionRow]:
    """Remove finished tasks from a user's pending sessions; without any left, they become active.

    Call it after clients are locked in the same write. Returns the sessions that changed.
    """
    return await tx.many(SettledSessionRow, SETTLE_TASKS, instance_id, user_id, now)


async def touch_session(tx: Write, row: SessionRow, ip: str | None, user_agent: str) -> None:
    """Store when a session was used last, and from where."""
    await tx.execute(
        TOUCH_SESSION,
        row.instance_id,
        row.id,
        row.last_active_at,
        row.abandon_at,
        ip,
        user_agent,
    )


async def end_sessions(
    tx: Write, instance_id: InstanceId, ids: list[SessionId], status: str, now: int
) -> list[SettledSessionRow]:
    """End the live ones among `ids` and return them."""
    return await tx.many(SettledSessionRow, END_SESSIONS, instance_id, ids, status, now)


async def end_sessions_of_client(
    tx: Write,
    instance_id: InstanceId,
    client_id: ClientId,
    status: str,
    now: int,
    *,
    but: SessionId | None = None,
    of: UserId | None = None,
) -> list[SettledSessionRow]:
    """End the live sessions of a client, except `but`, and return them.

    All of them, or those of one user.
    """
    return await tx.many(
        SettledSessionRow, END_SESSIONS_OF_CLIENT, instance_id, client_id, status, now, but, of
    )


async def end_sessions_of_user(
    tx: Write,
    instance_id: InstanceId,
    user_id: UserId,
    status: str,
    now: int,
    *,
    but: SessionId | None,
) -> list[SettledSessionRow]:
    """End every live session of a user except `but` and return them."""
    return await tx.many(
        SettledSessionRow, END_SESSIONS_OF_USER, instance_id, user_id, status, now, but
    )


async def note_factors(
    tx: Write, instance_id: InstanceId, id: SessionId, now: int, *, first: bool, second: bool
) -> None:
    """Note which factors a session's user has proved now."""
    await tx.execute(NOTE_FACTORS, instance_id, id, now, first, second)


async def recency(
    db: Reader, instance_id: InstanceId, id: SessionId, now: int
) -> RecencyRow | None:
    return await db.one(RecencyRow, RECENCY, instance_id, id, now)


async def insert_refresh_token(tx: Write, row: RefreshTokenRow) -> None:
    """Store a handshake's refresh token; what has expired goes, and all but a session's newest."""
    await tx.insert(INSERT_REFRESH_TOKEN, row, row.instance_id, row.session_id, row.created_at)


async def refresh_token_by_handle(
    db: Reader, instance_id: InstanceId, session_id: SessionId, handle: str
) -> RefreshTokenRow | None:
    return await db.one(RefreshTokenRow, REFRESH_TOKEN_BY_HANDLE, instance_id, session_id, handle)


async def spend_refresh_token(
    tx: Write,
    instance_id: InstanceId,
    session_id: SessionId,
    handle: str,
    now: int,
    *,
    shown_hash: str,
    new_hash: str,
    successor_key: str,
) -> bool:
    """Replace a token by its successor; False unless it is the current one, of a live session."""
    touched = await tx.execute(
        SPEND_REFRESH_TOKEN,
        instance_id,
        session_id,
        handle,
        shown_hash,
        new_hash,
        successor_key,
        now,
    )
    return touched == 1


async def delete_refresh_token(tx: Write, instance_id: InstanceId, handle: str) -> None:
    await tx.execute(DELETE_REFRESH_TOKEN, instance_id, handle)


async def take_old_refresh_token(
    tx: Write, instance_id: InstanceId, id: SessionId, shown_hash: str, now: int
) -> bool:
    """Spend a refresh token of the release before, which kept one per session."""
    return await tx.execute(TAKE_OLD_REFRESH_TOKEN, instance_id, id, shown_hash, now) == 1


async def delete_expired_refresh_tokens(db: Reader, instance_id: InstanceId, now: int) -> int:
    """Delete some refresh tokens that are too old; return how many."""
    return await db.value(DELETE_EXPIRED_REFRESH_TOKENS, instance_id, now, MOST)


async def delete_old_sessions(
    tx: Write, instance_id: InstanceId, before: int, after: Walked
) -> WalkedSessionsRow | None:
    """Look at some sessions behind the last one and delete those that ended by `before`.

    None when there are no more.
    """
    return await tx.one(
        WalkedSessionsRow, DELETE_OLD_SESSIONS, instance_id, before, after.at, after.id, MOST
    )
