"""Every statement that touches users."""

from collections.abc import Sequence

import asyncpg

from hallporter.contract.ids import InstanceId, ProfileImageId, UserId
from hallporter.core.columns import Joined, columns, insert_into
from hallporter.core.database import Reader, Where, Write
from hallporter.features.identifications.rows import IdentificationType
from hallporter.features.users.rows import (
    ProfileImageRow,
    RevisionRow,
    UserDetailsRow,
    UserRow,
)

# Conditions of lists of users `u`: `$1` is the instance, `{}` the value. `<type>` is a type of
# identifier, put in below.
_IDENTIFIED = """
    u.id in (
        select user_id from identifications
        where instance_id = $1 and type = '<type>' and canonical = any({})
    )
"""
_SEARCHED = """
    exists (
        select from identifications i
        where i.user_id = u.id and i.type = '<type>' and i.canonical like {}
    )
"""

_SEARCHABLE = ("email_address", "phone_number", "username")

IDENTIFIED = {type: _IDENTIFIED.replace("<type>", type) for type in (*_SEARCHABLE, "web3_wallet")}
INCLUDED = {"id": "u.id = any({})", "external_id": "u.external_id = any({})"}
EXCLUDED = {
    "id": "u.id <> all({})",
    "external_id": "(u.external_id is null or u.external_id <> all({}))",
}
COMPARED = {
    "banned": "u.banned = {}",
    "created_at_before": "u.created_at < {}",
    "created_at_after": "u.created_at > {}",
    "last_active_at_before": "u.last_active_at < {}",
    "last_active_at_after": "u.last_active_at > {}",
    "last_active_at_since": "u.last_active_at >= {}",
    "last_sign_in_at_before": "u.last_sign_in_at < {}",
    "last_sign_in_at_after": "u.last_sign_in_at > {}",
}
SEARCHED = {type: _SEARCHED.replace("<type>", type) for type in _SEARCHABLE}
SEARCHED_NAME = "concat_ws(' ', u.first_name, u.last_name) ilike {}"
# Two scans whatever the words; an `or` across the tables would ask the second for every user.
SEARCHED_ANYWHERE = """
    u.id in (
        select id from users
        where instance_id = $1
            and concat_ws(' ', first_name, last_name, id, external_id) ilike {}
        union all
        select user_id from identifications where instance_id = $1 and canonical like {lower}
    )
"""
# Goes before an order. The owner of an identifier comes before those who only claim it.
_OWNERS_FIRST = """
    exists (
        select from identifications i
        where i.user_id = u.id and i.type = '<type>' and i.canonical = any({})
            and i.status <> 'unverified'
    ) desc
"""
OWNED = {type: _OWNERS_FIRST.replace("<type>", type) for type in IDENTIFIED}
# By order; `{at}` is when the last user of the page before came to be.
STARTING_AFTER = {
    "created_at": "(u.created_at, u.id) > ({at}, {})",
    "-created_at": "(u.created_at, u.id) < ({at}, {})",
}
# What users may be ordered by, in both directions as the indexes have them. A moment that never was
# counts as the earliest, a name that nobody gave as the last.
_NEVER_FIRST = ("asc nulls first", "desc nulls last")
_KEYS = {
    "created_at": ("u.created_at", "asc", "desc"),
    "updated_at": ("u.updated_at", "asc", "desc"),
    "last_active_at": ("u.last_active_at", *_NEVER_FIRST),
    "last_sign_in_at": ("u.last_sign_in_at", *_NEVER_FIRST),
    "first_name": ("lower(u.first_name)", "asc", "desc"),
    "last_name": ("lower(u.last_name)", "asc", "desc"),
}
ORDERS = {
    **{name: f"{key} {ascending}, u.id" for name, (key, ascending, _) in _KEYS.items()},
    **{
        f"-{name}": f"{key} {descending}, u.id desc" for name, (key, _, descending) in _KEYS.items()
    },
}

CREATED_AT_OF_USER = "select created_at from users where instance_id = $1 and id = $2"
USER_BY_ID = f"select {columns(UserRow)} from users where instance_id = $1 and id = $2"
USER_DETAILS = f"""
    select {columns(UserDetailsRow)} from user_details where instance_id = $1 and id = $2
"""
USER_ID_BY_EXTERNAL_ID = "select id from users where instance_id = $1 and external_id = $2"
# What reads a user in order to change it, or what it owns, holds this lock until it has.
LOCK_USER = f"select {columns(UserRow)} from users where instance_id = $1 and id = $2 for update"
USERS_DETAILS = f"""
    select {columns(UserDetailsRow)} from user_details where instance_id = $1 and id = any($2)
    order by array_position($2, id)
"""
# Both as of one moment: what is remembered of a revision must be of that revision.
_AS_REVISED = Joined(RevisionRow, UserDetailsRow)
USERS_AS_REVISED = f"""
    select {_AS_REVISED.columns("r", "d")}
    from user_details d left join user_revisions r on r.user_id = d.id
    where d.instance_id = $1 and d.id = any($2)
"""
# The page is found in an index wherever there is one; only its own users are then read whole.
LIST_USERS = (
    """
    with page as materialized (
        select u.id, row_number() over (order by {order}) as position
        from users u where {where}
        order by {order} limit {limit} offset {offset}
    )
"""
    f"""
    select {columns(UserDetailsRow, "d")}
    from page join user_details d on d.id = page.id order by page.position
"""
)
# The identification that a user is ordered by: the username, or the primary one of its type.
_SHOWN = """
    i.user_id = u.id and i.type = {type}
    and (
        i.type = 'username' or i.is_primary
        or i.id in (u.primary_email_address_id, u.primary_phone_number_id)
    )
"""
# Read in the order of the identifications' index; users without one come last, in both directions,
# and are looked for only where the page reaches them.
LIST_USERS_BY_IDENTIFIER = (
    """
    with named as materialized (
        select u.id, row_number() over (order by {order}) as position
        from identifications i join (
            select u.id, u.primary_email_address_id, u.primary_phone_number_id
            from users u where {where}
        ) u on """
    + _SHOWN
    + """
        where i.instance_id = $1
        order by {order} limit {limit}::bigint + {offset}::bigint
    ), unnamed as materialized (
        select u.id, row_number() over (order by u.created_at desc, u.id desc) as position
        from users u
        where (select count(*) from named) < {limit}::bigint + {offset}::bigint
            and not exists (select from identifications i where """
    + _SHOWN
    + """) and {where}
        order by u.created_at desc, u.id desc limit {limit}::bigint + {offset}::bigint
    ), page as materialized (
        select id, part, position
        from (
            select id, 1 as part, position from named
            union all select id, 2 as part, position from unnamed
        ) both_parts
        order by part, position limit {limit} offset {offset}
    )
"""
    f"""
    select {columns(UserDetailsRow, "d")}
    from page join user_details d on d.id = page.id order by page.part, page.position
"""
)
TYPES_OWNED = """
    select array_agg(type) from identifications
    where instance_id = $1 and type in ('email_address', 'phone_number', 'web3_wallet')
        and canonical = $2 and status <> 'unverified'
"""
COUNT_USERS = "select count(*) from users u where {where}"
INSERT_USER = f"""
    {insert_into("users", UserRow)}
    on conflict (instance_id, external_id) where external_id is not null do nothing
"""
UPDATE_USER = """
    update users set
        external_id = $3, first_name = $4, last_name = $5, locale = $6,
        primary_email_address_id = $7, primary_phone_number_id = $8, public_metadata = $9,
        private_metadata = $10, unsafe_metadata = $11, delete_self_enabled = $12,
        create_organization_enabled = $13, create_organizations_limit = $14,
        bypass_client_trust = $15, legal_accepted_at = $16, created_at = $17, updated_at = $18
    where instance_id = $1 and id = $2
"""
TOUCH_USER = "update users set updated_at = $3 where instance_id = $1 and id = $2"
SET_BANNED = "update users set banned = $3, updated_at = $4 where instance_id = $1 and id = $2"
SET_LOCK = """
    update users set
        failed_attempts = case when $3::bigint is null then 0 else failed_attempts end,
        locked_until = $3,
        updated_at = $4
    where instance_id = $1 and id = $2
"""
DELETE_USER = "delete from users where instance_id = $1 and id = $2"
SIGNED_IN = """
    update users set
        failed_attempts = 0, locked_until = null, last_sign_in_at = $3, last_active_at = $3,
        updated_at = $3
    where instance_id = $1 and id = $2 and not banned
        and (locked_until is null or locked_until <= $3)
"""
# Counts, and locks at the limit, in one statement: of parallel guesses those that come after the
# lock are not counted any more, and their callers know it.
FAILED_ATTEMPT = """
    update users set
        failed_attempts = case when locked_until <= $3 then 1 else failed_attempts + 1 end,
        locked_until = case
            when (case when locked_until <= $3 then 1 else failed_attempts + 1 end) >= $4
                then $5::bigint
        end
    where instance_id = $1 and id = $2 and (locked_until is null or locked_until <= $3)
    returning locked_until is not null
"""

PROFILE_IMAGE = f"""
    select {columns(ProfileImageRow)} from profile_images where instance_id = $1 and id = $2
"""
# The id changes with the picture: nobody's browser shows the old one under the new address.
UPSERT_PROFILE_IMAGE = f"""
    {insert_into("profile_images", ProfileImageRow)}
    on conflict (user_id) do update set
        id = excluded.id, media_type = excluded.media_type, content = excluded.content,
        created_at = excluded.created_at
"""
DELETE_PROFILE_IMAGE = """
    delete from profile_images where instance_id = $1 and user_id = $2 returning id
"""


async def user_by_id(db: Reader, instance_id: InstanceId, id: UserId) -> UserRow | None:
    return await db.one(UserRow, USER_BY_ID, instance_id, id)


async def user_details(db: Reader, instance_id: InstanceId, id: UserId) -> UserDetailsRow | None:
    return await db.one(UserDetailsRow, USER_DETAILS, instance_id, id)


async def users_details(
    db: Reader, instance_id: InstanceId, ids: list[UserId]
) -> list[UserDetailsRow]:
    """Return the users that exist among `ids`, in this order."""
    return await db.many(UserDetailsRow, USERS_DETAILS, instance_id, ids)


async def users_as_revised(
    db: Reader, instance_id: InstanceId, ids: list[UserId]
) -> list[tuple[int | None, UserDetailsRow]]:
    """Return the users that exist among `ids`, each with its revision."""
    rows = await db.many(_AS_REVISED, USERS_AS_REVISED, instance_id, ids)
    return [(revision, UserDetailsRow(*fields)) for revision, *fields in rows]


async def user_id_by_external_id(
    db: Reader, instance_id: InstanceId, external_id: str
) -> UserId | None:
    return await db.value(USER_ID_BY_EXTERNAL_ID, instance_id, external_id)


async def lock_user(tx: Write, instance_id: InstanceId, id: UserId) -> UserRow | None:
    """Lock the user and return them."""
    return await tx.one(UserRow, LOCK_USER, instance_id, id)


async def created_at_of(db: Reader, instance_id: InstanceId, id: str) -> int | None:
    """Return when a user was created, or None if there is no such user."""
    return await db.value(CREATED_AT_OF_USER, instance_id, id)


async def list_users(
    db: Reader, where: Where, *, order: str, limit: int, offset: int, first: Sequence[str] = ()
) -> list[UserDetailsRow]:
    """Return a page of the users that `where` describes; `order` is one of `ORDERS`.

    `first` holds orders that count before that, their values bound.
    """
    sql = LIST_USERS.format(
        order=", ".join([*first, ORDERS[order]]),
        where=where.sql,
        limit=where.bind(limit),
        offset=where.bind(offset),
    )
    return await db.many(UserDetailsRow, sql, *where.args)


async def list_users_by_identifier(
    db: Reader, where: Where, *, type: str, is_descending: bool, limit: int, offset: int
) -> list[UserDetailsRow]:
    """Return a page of the users that `where` describes, by their identifier of one type."""
    sql = LIST_USERS_BY_IDENTIFIER.format(
        type=where.bind(type),
        order="i.canonical desc" if is_descending else "i.canonical",
        where=where.sql,
        limit=where.bind(limit),
        offset=where.bind(offset),
    )
    return await db.many(UserDetailsRow, sql, *where.args)


async def types_owned(db: Reader, instance_id: InstanceId, words: str) -> list[IdentificationType]:
    """Return the types for which `words` is the whole identifier of a user."""
    return await db.value(TYPES_OWNED, instance_id, words) or []


async def count_users(db: Reader, where: Where) -> int:
    return await db.value(COUNT_USERS.format(where=where.sql), *where.args)


async def insert_user(tx: Write, row: UserRow) -> bool:
    """Store `row`; False when another user has its external id."""
    return await tx.insert(INSERT_USER, row) == 1


async def update_user(tx: Write, row: UserRow) -> bool:
    """Store what a user may be changed to; False when another user has the external id."""
    try:
        await tx.execute(
            UPDATE_USER,
            row.instance_id,
            row.id,
            row.external_id,
            row.first_name,
            row.last_name,
            row.locale,
            row.primary_email_address_id,
            row.primary_phone_number_id,
            row.public_metadata,
            row.private_metadata,
            row.unsafe_metadata,
            row.delete_self_enabled,
            row.create_organization_enabled,
            row.create_organizations_limit,
            row.bypass_client_trust,
            row.legal_accepted_at,
            row.created_at,
            row.updated_at,
        )
    except asyncpg.UniqueViolationError:
        return False
    return True


async def touch_user(tx: Write, instance_id: InstanceId, id: UserId, now: int) -> None:
    """Note that something of the user changed."""
    await tx.execute(TOUCH_USER, instance_id, id, now)


async def set_banned(
    tx: Write, instance_id: InstanceId, id: UserId, banned: bool, now: int
) -> bool:
    """Ban a user, or lift the ban; False when there is no such user."""
    return await tx.execute(SET_BANNED, instance_id, id, banned, now) == 1


async def set_lock(
    tx: Write, instance_id: InstanceId, id: UserId, locked_until: int | None, now: int
) -> bool:
    """Lock a user, or unlock; False when there is no such user."""
    return await tx.execute(SET_LOCK, instance_id, id, locked_until, now) == 1


async def delete_user(tx: Write, instance_id: InstanceId, id: UserId) -> None:
    await tx.execute(DELETE_USER, instance_id, id)


async def signed_in(tx: Write, instance_id: InstanceId, id: UserId, now: int) -> bool:
    """Record a completed sign-in; False when the user was banned, locked or deleted meanwhile."""
    return await tx.execute(SIGNED_IN, instance_id, id, now) == 1


async def failed_attempt(
    tx: Write, instance_id: InstanceId, id: UserId, now: int, *, limit: int, locked_until: int
) -> bool | None:
    """Count a wrong attempt; the `limit`th in a row locks the user until `locked_until`.

    True when it was this one, None when the user was locked already.
    """
    return await tx.value(FAILED_ATTEMPT, instance_id, id, now, limit, locked_until)


async def profile_image(
    db: Reader, instance_id: InstanceId, id: ProfileImageId
) -> ProfileImageRow | None:
    return await db.one(ProfileImageRow, PROFILE_IMAGE, instance_id, id)


async def upsert_profile_image(tx: Write, row: ProfileImageRow) -> None:
    await tx.insert(UPSERT_PROFILE_IMAGE, row)


async def delete_profile_image(
    tx: Write, instance_id: InstanceId, user_id: UserId
) -> ProfileImageId | None:
    """Delete a user's picture and return its id, if there was one."""
    return await tx.value(DELETE_PROFILE_IMAGE, instance_id, user_id)
