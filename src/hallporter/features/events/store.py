"""Every statement that touches events, and what is left of users who were deleted."""

from collections.abc import Sequence

from hallporter.contract.ids import IdentificationId, InstanceId, MessageId, UserId
from hallporter.core.batches import MOST, delete_oldest
from hallporter.core.columns import columns
from hallporter.core.database import Reader, Write
from hallporter.features.events.rows import EventRow, RecipientRow

# The last statement of what caused them: what they are told from is read as it will be found, in
# the same round trip.
INSERT_EVENTS = f"""
    insert into events ({columns(EventRow)})
    select e.id, $1, e.type, e.object_id, e.user_id,
        case
            when e.object is not null then e.object::json
            when $7 and e.type like 'user.%' then (
                select row_to_json(d) from user_details d
                where d.instance_id = $1 and d.id = e.object_id
            )
            when $7 and e.type like 'session.%' then (
                select json_build_object('session', s, 'user', d)
                from sessions s join user_details d on d.id = s.user_id
                where s.instance_id = $1 and s.id = e.object_id
            )
            when $7 and e.type like 'waitlistEntry.%' then (
                select row_to_json(w) from waitlist_entries w
                where w.instance_id = $1 and w.id = e.object_id
            )
        end,
        $8, $9, $10, $11, $12, $13
    from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
        as e (id, type, object_id, user_id, object)
"""
DELETE_OLD_EVENTS = delete_oldest("events", "id", "created_at")
INSERT_ERASURE = """
    insert into erasures (user_id, instance_id, recipients, created_at)
    select $2, $1, coalesce(array_agg(canonical) || array_agg(identifier), '{}'), $3
    from identifications where instance_id = $1 and user_id = $2
        and type in ('email_address', 'phone_number')
    on conflict (user_id) do nothing
"""
INSERT_FORMER_RECIPIENT = """
    insert into former_recipients (instance_id, user_id, recipient, created_at)
    select distinct $1, i.user_id, given.spelling, $3::bigint
    from identifications i, unnest(array[i.canonical, i.identifier]) as given (spelling)
    where i.instance_id = $1 and i.id = $2 and i.type in ('email_address', 'phone_number')
    on conflict (instance_id, user_id, recipient) do update set created_at = excluded.created_at
"""
DELETE_OLD_FORMER_RECIPIENTS = """
    with gone as (
        delete from former_recipients
        where instance_id = $1 and (user_id, recipient) in (
            select (each).user_id, (each).recipient from unnest(array(
                select f from former_recipients f where f.instance_id = $1 and f.created_at <= $2
                order by f.created_at limit $3 for update skip locked
            )) as each
        )
        returning 1
    )
    select count(*) from gone
"""
RECIPIENTS = """
    select recipient, max(until) as until from (
        select unnest(recipients) as recipient, created_at as until
        from erasures where instance_id = $1 and user_id = $2
        union all
        select recipient, created_at as until
        from former_recipients where instance_id = $1 and user_id = $2
    ) each
    group by recipient
"""
DELETE_ERASURE = """
    with former as (
        delete from former_recipients where instance_id = $1 and user_id = $2
    )
    delete from erasures where instance_id = $1 and user_id = $2
"""
# Who, what and when stay: an id that nobody can look up any more. Who signed up or in as the user
# was a visitor until then: from where is told of the user as well.
ERASE_USER = """
    with erased as (
        update events set
            object = case when user_id = $2 then null else object end,
            ip = case when cause_id = $2 or cause = 'visitor' then null else ip end,
            user_agent = case
                when cause_id = $2 or cause = 'visitor' then '' else user_agent
            end
        where instance_id = $1 and id in (
            select id from events
            where instance_id = $1 and user_id = $2 and (
                object is not null
                or cause = 'visitor' and (ip is not null or user_agent <> '')
            )
            union
            select id from events
            where instance_id = $1 and cause_id = $2 and (ip is not null or user_agent <> '')
            limit $3
        )
        returning 1
    )
    select count(*) from erased
"""
# Whoever asked for a message and was nobody yet is whom it went to.
ERASE_CAUSES_OF_MESSAGES = """
    update events set ip = null, user_agent = ''
    where instance_id = $1 and object_id = any($2) and type in ('email.created', 'sms.created')
        and cause = 'visitor' and (ip is not null or user_agent <> '')
"""


async def insert_events(tx: Write, rows: Sequence[EventRow], *, keeps_objects: bool) -> None:
    """Store the events of one request; with `keeps_objects`, also the objects as they are now."""
    first = rows[0]
    await tx.execute(
        INSERT_EVENTS,
        first.instance_id,
        [row.id for row in rows],
        [str(row.type) for row in rows],
        [row.object_id for row in rows],
        [row.user_id for row in rows],
        [None if row.object is None else bytes(row.object).decode() for row in rows],
        keeps_objects,
        first.cause,
        first.cause_id,
        first.cause_session_id,
        first.ip,
        first.user_agent,
        first.created_at,
    )


async def delete_old_events(db: Reader, instance_id: InstanceId, before: int) -> int:
    """Delete some of what happened by `before`; return how many."""
    return await db.value(DELETE_OLD_EVENTS, instance_id, before, MOST)


async def insert_erasure(tx: Write, instance_id: InstanceId, user_id: UserId, now: int) -> None:
    """Note where mail and SMS to a user went, while the user is there."""
    await tx.execute(INSERT_ERASURE, instance_id, user_id, now)


async def insert_former_recipient(
    tx: Write, instance_id: InstanceId, id: IdentificationId, now: int
) -> None:
    """Note where mail or SMS to a user went, while the identification is there."""
    await tx.execute(INSERT_FORMER_RECIPIENT, instance_id, id, now)


async def delete_old_former_recipients(db: Reader, instance_id: InstanceId, before: int) -> int:
    """Delete some of what users had until `before`; return how many."""
    return await db.value(DELETE_OLD_FORMER_RECIPIENTS, instance_id, before, MOST)


async def recipients(db: Reader, instance_id: InstanceId, user_id: UserId) -> list[RecipientRow]:
    """Return where mail and SMS to a user who was deleted went."""
    return await db.many(RecipientRow, RECIPIENTS, instance_id, user_id)


async def delete_erasure(tx: Write, instance_id: InstanceId, user_id: UserId) -> None:
    await tx.execute(DELETE_ERASURE, instance_id, user_id)


async def erase_user(db: Reader, instance_id: InstanceId, user_id: UserId) -> int:
    """Erase personal data and addresses from some events of a user; return how many."""
    return await db.value(ERASE_USER, instance_id, user_id, MOST)


async def erase_causes_of_messages(
    tx: Write, instance_id: InstanceId, ids: list[MessageId]
) -> None:
    """Erase from where visitors caused these messages."""
    await tx.execute(ERASE_CAUSES_OF_MESSAGES, instance_id, ids)
