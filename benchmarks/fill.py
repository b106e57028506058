"""Fill an instance in bulk: users, and clients with three sessions each, as if all had signed in.

Rows are copied with constraints and indexes set aside and put back after, so that a million clients
take a minute or two. Client number `i` holds the rotating token `rotating_token(i)`.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
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
_CHUNK = 50_000
_TABLES = ("users", "identifications", "credentials", "clients", "sessions")
Row = tuple[Any, ...]


def id_of(prefix: str, index: int) -> str:
    """Return the id of the `index`th object of a kind: as long as a real one."""
    digest = hashlib.sha256(f"{prefix}{index}".encode()).hexdigest()
    return f"{prefix}_{digest[:27]}"


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
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("set synchronous_commit = off")
        put_back = await _set_aside(connection)
        facts = (instance_id, now)
        await _copy(connection, "users", _USERS, clients, lambda i: _user(i, *facts))
        await _copy(
            connection, "identifications", _IDENTIFICATIONS, clients, lambda i: _address(i, *facts)
        )
        await _copy(
            connection,
            "credentials",
            _CREDENTIALS,
            clients,
            lambda i: (user_id(i), instance_id, password_hash, now, now),
        )
        await _copy(connection, "clients", _CLIENTS, clients, lambda i: _client(i, *facts))
        await _copy(
            connection,
            "sessions",
            _SESSIONS,
            clients * SESSIONS_PER_CLIENT,
            lambda n: _session(n, clients, *facts),
        )
        for statement in put_back:
            await connection.execute(statement, timeout=600)
        await connection.execute("vacuum analyze", timeout=600)
    finally:
        await connection.close()


async def furnish(dsn: str, instance_id: str, now: int) -> None:
    """Give an instance what rows need beside guests; once or again, it comes to the same.

    That is a JWT template with claims of each kind, and sign-up without a code: a sign-up is then
    one request.
    """
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            "insert into jwt_templates values ($1, $2, $3, $4, 60, 5, 'RS256', null, $5, $5)"
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


_USERS = [
    "id",
    "instance_id",
    "first_name",
    "primary_email_address_id",
    "created_at",
    "updated_at",
]
_IDENTIFICATIONS = [
    "id",
    "instance_id",
    "user_id",
    "type",
    "identifier",
    "canonical",
    "status",
    "strategy",
    "created_at",
    "updated_at",
]
_CREDENTIALS = ["user_id", "instance_id", "password_hash", "password_updated_at", "updated_at"]
_CLIENTS = [
    "id",
    "instance_id",
    "token_hash",
    "last_active_session_id",
    "created_at",
    "updated_at",
]
_SESSIONS = [
    "id",
    "instance_id",
    "client_id",
    "user_id",
    "status",
    "last_active_at",
    "expire_at",
    "abandon_at",
    "created_at",
    "updated_at",
]


def _user(index: int, instance_id: str, now: int) -> Row:
    at = now - index
    return (user_id(index), instance_id, f"Guest {index}", id_of("idn", index), at, at)


def _address(index: int, instance_id: str, now: int) -> Row:
    mail, at = address(index), now - index
    return (
        id_of("idn", index),
        instance_id,
        user_id(index),
        "email_address",
        mail,
        mail,
        "verified",
        "admin",
        at,
        at,
    )


def _client(index: int, instance_id: str, now: int) -> Row:
    token_hash = hashlib.sha256(rotating_token(index).encode()).hexdigest()
    at = now - index
    return (client_id(index), instance_id, token_hash, session_id(index), at, at)


def _session(number: int, clients: int, instance_id: str, now: int) -> Row:
    index, which = divmod(number, SESSIONS_PER_CLIENT)
    at = now - index
    # Three different guests at one desk.
    owner = user_id((index + which * 7919) % clients)
    return (
        session_id(index, which),
        instance_id,
        client_id(index),
        owner,
        "active",
        at,
        now + 7 * DAY,
        now + 30 * DAY,
        at,
        at,
    )


async def _copy(
    connection: Any, table: str, columns: list[str], count: int, row: Callable[[int], Row]
) -> None:
    for first in range(0, count, _CHUNK):
        last = min(first + _CHUNK, count)
        rows: Iterator[Row] = (row(index) for index in range(first, last))
        await connection.copy_records_to_table(table, records=rows, columns=columns)


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
