"""Fill an instance in bulk: users, and clients with three sessions each, as if all had signed in.

PostgreSQL makes the rows itself, with constraints and indexes set aside and put back after, so that
a million clients take about a minute. Client number `i` holds the rotating token
`rotating_token(i)`.
"""

import asyncio
import hashlib
import json
from string import Template
from typing import Any

import asyncpg

from hallporter.contract.ids import ClientId
from hallporter.core.clock import DAY

SESSIONS_PER_CLIENT = 3
# Claims such as services ask for, each kind of shortcode among them.
TEMPLATE = "shop"
_CLAIMS = {
    "aud": "shop",
    "name": "{{user.full_name || 'Somebody'}}",
    "email": "{{user.primary_email_address}}",
    "email_verified": "{{user.email_verified}}",
    "greeting": "Hello {{user.first_name}}",
    "plan": "{{user.public_metadata.plan || 'free'}}",
    "metadata": "{{user.public_metadata}}",
}
_TABLES = ("users", "identifications", "credentials", "clients", "sessions")


def id_of(prefix: str, index: int) -> str:
    """Return the id of the `index`th object of a kind: as long as a real one, and as sorted."""
    digest = hashlib.sha256(f"{prefix}{index}".encode()).hexdigest()
    return f"{prefix}_{index:011d}{digest[:16]}"


def client_id(index: int) -> ClientId:
    """Return the id of client number `index`."""
    return ClientId(id_of("client", index))


def session_id(index: int, number: int = 0) -> str:
    """Return the id of the `number`th session of client `index`."""
    return id_of("sess", index * SESSIONS_PER_CLIENT + number)


def user_id(index: int) -> str:
    """Return the id of user number `index`."""
    return id_of("user", index)


def address(index: int) -> str:
    """Return the email address of user number `index`."""
    return f"guest{index}@example.com"


def rotating_token(index: int) -> str:
    """Return the secret in the client token of client number `index`."""
    return f"bench-{index}"


async def fill(dsn: str, instance_id: str, clients: int, password_hash: str, now: int) -> None:
    """Make `clients` clients, and as many users, in an instance that has none."""
    first, second = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    try:
        for connection in (first, second):
            await connection.execute(_FAST)
        put_back = await _set_aside(first)
        given = {
            "instance_id": instance_id,
            "clients": clients,
            "now": now,
            "password_hash": password_hash,
        }
        await asyncio.gather(
            _run(
                first, [_filled(sql, given) for sql in (_USERS, _ADDRESSES, _CREDENTIALS, _CLIENTS)]
            ),
            _run(second, [_filled(_SESSIONS, given)]),
        )
        await asyncio.gather(_run(first, put_back[::2]), _run(second, put_back[1::2]))
        await _run(first, ["vacuum analyze"])
    finally:
        await first.close()
        await second.close()


async def bytes_per_row(dsn: str) -> dict[str, float]:
    """Return what a row takes on disk with its indexes, by table."""
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "select relname, pg_total_relation_size(oid) / reltuples as bytes from pg_class"
            " where relname = any($1) and relkind = 'r' and reltuples > 0",
            list(_TABLES),
        )
    finally:
        await connection.close()
    return {row["relname"]: round(row["bytes"]) for row in rows}


async def furnish(dsn: str, instance_id: str, now: int) -> None:
    """Give an instance what rows need beside guests; once or again, it comes to the same.

    That is a JWT template with claims of each kind, and sign-up without a code: a sign-up is then
    one request.
    """
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            "insert into jwt_templates (id, instance_id, name, claims, lifetime,"
            " allowed_clock_skew, signing_algorithm, created_at, updated_at)"
            " values ($1, $2, $3, $4, 60, 5, 'RS256', $5, $5)"
            " on conflict (instance_id, name) do nothing",
            id_of("jtmp", 0),
            instance_id,
            TEMPLATE,
            json.dumps(_CLAIMS),
            now,
        )
        await connection.execute(
            "update instances set revision = revision + 1,"
            " settings = jsonb_set(settings, '{attributes,email_address,verify_at_sign_up}',"
            " 'false') where id = $1",
            instance_id,
        )
    finally:
        await connection.close()


# An id sorts by when it was made, as a KSUID does; its rest is as good as random.
_ID = """
    '{prefix}_' || lpad(({i})::text, 11, '0')
    || left(encode(sha256(('{prefix}' || {i})::bytea), 'hex'), 16)
"""
_FAST = """
    set synchronous_commit = off;
    set maintenance_work_mem = '256MB';
"""


def _id(prefix: str, index: str = "i") -> str:
    return _ID.format(prefix=prefix, i=index)


_USERS = f"""
    insert into users (
        id, instance_id, first_name, primary_email_address_id, created_at, updated_at
    )
    select {_id("user")}, $instance_id, 'Guest ' || i, {_id("idn")}, $now - i, $now - i
    from generate_series(0::bigint, $clients - 1) i
"""
_ADDRESSES = f"""
    insert into identifications (
        id, instance_id, user_id, type, identifier, canonical, status, strategy, created_at,
        updated_at
    )
    select
        {_id("idn")}, $instance_id, {_id("user")}, 'email_address', 'guest' || i || '@example.com',
        'guest' || i || '@example.com', 'verified', 'admin', $now - i, $now - i
    from generate_series(0::bigint, $clients - 1) i
"""
_CREDENTIALS = f"""
    insert into credentials (user_id, instance_id, password_hash, password_updated_at, updated_at)
    select {_id("user")}, $instance_id, $password_hash, $now, $now
    from generate_series(0::bigint, $clients - 1) i
"""
_CLIENTS = f"""
    insert into clients (
        id, instance_id, token_hash, last_active_session_id, created_at, updated_at
    )
    select
        {_id("client")}, $instance_id, encode(sha256(('bench-' || i)::bytea), 'hex'),
        {_id("sess", f"{SESSIONS_PER_CLIENT} * i")}, $now - i, $now - i
    from generate_series(0::bigint, $clients - 1) i
"""
# Three different guests at one desk.
_SESSIONS = f"""
    insert into sessions (
        id, instance_id, client_id, user_id, status, last_active_at, expire_at, abandon_at,
        created_at, updated_at
    )
    select
        {_id("sess", f"({SESSIONS_PER_CLIENT} * i + which)")}, $instance_id, {_id("client")},
        {_id("user", "((i + which * 7919) % $clients)")}, 'active', $now - i, $now + {7 * DAY},
        $now + {30 * DAY}, $now - i, $now - i
    from
        generate_series(0::bigint, $clients - 1) i,
        generate_series(0, {SESSIONS_PER_CLIENT - 1}) which
"""


def _filled(sql: str, given: dict[str, int | str]) -> str:
    return Template(sql).substitute({name: repr(value) for name, value in given.items()})


async def _run(connection: Any, statements: list[str]) -> None:
    for statement in statements:
        await connection.execute(statement, timeout=600)


async def _set_aside(connection: Any) -> list[str]:
    """Drop foreign keys and plain indexes of the filled tables; return what puts them back."""
    put_back: list[str] = []
    names = list(_TABLES)
    for index in await connection.fetch(
        "select indexname, indexdef from pg_indexes where tablename = any($1)"
        " and indexname not like '%\\_pkey'",
        names,
    ):
        await connection.execute(f"drop index {index['indexname']}")
        put_back.append(index["indexdef"])
    for key in await connection.fetch(
        "select conname, conrelid::regclass::text as table_name, pg_get_constraintdef(oid) as def"
        " from pg_constraint where contype = 'f' and conrelid::regclass::text = any($1)",
        names,
    ):
        await connection.execute(
            f"alter table {key['table_name']} drop constraint {key['conname']}"
        )
        # Enforced from now on; what was copied is right by construction.
        added = f"add constraint {key['conname']} {key['def']} not valid"
        put_back.append(f"alter table {key['table_name']} {added}")
    return put_back
