"""Every SQL statement, prepared against the migrated schema and held against its row."""

import ast
import asyncio
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

import asyncpg
import msgspec
import pytest

from hallporter import migrations
from hallporter.core.columns import Joined
from tests.architecture import code
from tests.architecture.code import Statement
from tests.harness import Harness

# What the placeholders of a list with optional filters stand for while it is prepared.
_FILLED = {
    "where": "instance_id = $1",
    "order": "1",
    "limit": "1",
    "offset": "0",
    "now": "0",
    "type": "''",
}
_KINDS = {
    "text": str,
    "int4": int,
    "int8": int,
    "bool": bool,
    "bytea": bytes,
    "json": msgspec.Raw,
    "jsonb": msgspec.Raw,
    "text[]": list,
    "int8[]": list,
}
_WRITES = re.compile(r"\b(?:insert into|(?<!for )(?<!do )update|delete from) (\w+)")
_SQL = re.compile(r"\b(?:select|insert into|update|delete from)\b")
# Whatever columns there are, in whatever order: the next release may add some.
_ALL = re.compile(
    r"\bselect\s+\*|\breturning\s+\*|\b\w+\.\*|\binsert into \w+\s+(?:values|select)\b"
)
_LIMITED = re.compile(r"\bin \(\s*select [^()]* limit [^()]* for update")
_NAMES = re.compile(r"\b(?:insert into|update|delete from|from|join) (\w+)")

_WIDE_TABLES = """
    create schema wide;
    do $$
    declare
        names text[] := (
            select array_agg(distinct column_name) from information_schema.columns
            where table_schema = 'public'
        );
        given text;
        is_view boolean;
        more text;
    begin
        for given, is_view in
            select relname, relkind = 'v' from pg_class
            where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
            order by relkind
        loop
            select string_agg(format(
                case when is_view then 'null::point as %1$I' else 'add column %1$I point' end, name
            ), ', ') into more
            from unnest(names) as name where name not in (
                select column_name from information_schema.columns
                where table_schema = 'public' and table_name = given
            );
            if is_view then
                execute format(
                    'create view wide.%1$I as select %2$s, own.* from public.%1$I own', given, more
                );
            else
                execute format('create table wide.%1$I (like public.%1$I including all)', given);
                execute format('alter table wide.%1$I %2$s', given, more);
            end if;
        end loop;
    end $$;
    set local search_path = wide;
"""

# One queue serves every instance.
_CROSS_TENANT = {"jobs.BRING_BACK", "jobs.CLAIM", "messages.TAKE_QUEUED_BEFORE"}


# So many migrations are older than rows that are read by name.
BY_POSITION = 21


@dataclass(frozen=True)
class Prepared:
    """What PostgreSQL says of a statement."""

    columns: list[tuple[str, str]]
    parameters: int


@dataclass(frozen=True)
class Schema:
    """The migrated schema, and every statement prepared against it."""

    columns: dict[str, list[str]]
    prepared: dict[str, Prepared]


@pytest.fixture(scope="module")
def schema(harness: Harness) -> Schema:
    """Prepare everything once."""
    return asyncio.run(_prepared(harness.open.config.database_url or ""))


async def _prepared(dsn: str) -> Schema:
    connection = await asyncpg.connect(dsn)
    try:
        columns: dict[str, list[str]] = defaultdict(list)
        for record in await connection.fetch(
            "select table_name, column_name from information_schema.columns "
            "where table_schema = 'public' order by table_name, ordinal_position"
        ):
            columns[record["table_name"]].append(record["column_name"])
        prepared = {str(each): await prepare(connection, each) for each in code.statements()}
        return Schema(columns, prepared)
    finally:
        await connection.close()


async def prepare(
    connection: "asyncpg.Connection[asyncpg.Record]", statement: Statement
) -> Prepared:
    """Return what PostgreSQL says of a statement; fails with what it says against it."""
    try:
        found = await connection.prepare(_filled(statement.sql))
    except asyncpg.PostgresError as error:
        raise AssertionError(f"{statement}: {error}") from error
    columns = [(each.name, each.type.name) for each in found.get_attributes()]
    return Prepared(columns, len(found.get_parameters()))


async def _prepared_in_wide_tables(dsn: str) -> dict[str, Prepared]:
    """Prepare everything where each table, and the view, has a column of every name there is.

    What they are given is of a type that no operator takes: whatever means it by accident fails.
    """
    connection = await asyncpg.connect(dsn)
    try:
        # Never committed.
        await connection.transaction().start()
        await connection.execute(_WIDE_TABLES)
        return {str(each): await prepare(connection, each) for each in code.statements()}
    finally:
        await connection.close()


def _filled(sql: str) -> str:
    return sql.format(**_FILLED) if re.search(r"{\w+}", sql) else sql


def test_every_statement_gives_its_row_field_by_field(schema: Schema) -> None:
    wrong: list[str] = []
    for statement in code.statements():
        if statement.row is not None:
            columns = schema.prepared[str(statement)].columns
            fields = list(_fields(statement.row))
            wrong += [
                f"{statement}: column {column}, field {field}"
                for column, field in zip(columns, fields, strict=False)
                if column[0] != field[0] or _KINDS[column[1]] is not field[1]
            ]
            if len(columns) != len(fields):
                wrong.append(f"{statement}: {len(columns)} columns, {len(fields)} fields")
    assert wrong == []


def test_a_row_is_stored_field_by_field(schema: Schema) -> None:
    wrong: list[str] = []
    for statement in code.statements():
        if statement.stored is not None:
            fields = list(statement.stored.__struct_fields__)
            named = re.findall(r"insert into \w+ \(([^)]*)\)", statement.sql)[-1]
            parameters = schema.prepared[str(statement)].parameters
            if named.split(", ") != fields or parameters != statement.first + len(fields):
                wrong.append(str(statement))
    assert wrong == []


def test_nothing_is_read_or_stored_by_position() -> None:
    written = {str(each): _filled(each.sql) for each in code.statements()}
    for path in code.modules():
        for node in ast.walk(code.tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                written[f"{path.relative_to(code.ROOT)}:{node.lineno}"] = node.value
    for path in sorted(migrations.FOLDER.glob("*.sql"))[BY_POSITION:]:
        written[path.name] = path.read_text()
    careless = [where for where, sql in written.items() if _SQL.search(sql) and _ALL.search(sql)]
    assert careless == []


def test_what_is_limited_is_chosen_once() -> None:
    # PostgreSQL may run `in (select … limit n …)` again for each row, and lock n others each time.
    again = [str(each) for each in code.statements() if _LIMITED.search(_filled(each.sql))]
    assert again == []


def test_columns_that_come_change_no_statement(harness: Harness, schema: Schema) -> None:
    assert asyncio.run(_prepared_in_wide_tables(harness.open.config.database_url or "")) == (
        schema.prepared
    )


def test_every_statement_on_a_tenants_table_names_the_instance(schema: Schema) -> None:
    tenants = {table for table, columns in schema.columns.items() if "instance_id" in columns}
    careless = {
        str(statement)
        for statement in code.statements()
        if tenants.intersection(_NAMES.findall(statement.sql))
        and not re.search(
            r"instance_id = \$\d|insert into \w+ \([^)]*instance_id", _filled(statement.sql)
        )
    }
    assert careless == _CROSS_TENANT


def test_every_list_with_filters_begins_with_the_instance() -> None:
    careless = [
        f"{path.relative_to(code.ROOT)}:{call.lineno}"
        for path in code.modules()
        for call in ast.walk(code.tree(path))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Where"
        and "instance_id = $1" not in ast.unparse(call.args[0])
    ]
    assert careless == []


def test_a_table_is_written_by_one_store_only() -> None:
    writers: dict[str, set[str]] = defaultdict(set)
    for statement in code.statements():
        for table in _WRITES.findall(statement.sql):
            writers[table].add(statement.store)
    assert {table: stores for table, stores in writers.items() if len(stores) > 1} == {}


def test_nothing_is_written_outside_the_stores() -> None:
    strays = [
        f"{path.relative_to(code.ROOT)}:{node.lineno}"
        for path in code.modules()
        if path.name not in ("store.py", "columns.py")
        for node in ast.walk(code.tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.match(r"\s*(insert into|update \w+ set|delete from) ", node.value)
    ]
    assert strays == []


def test_every_statement_is_sent() -> None:
    sent = {(statement.store, statement.name) for statement in code.statements()}
    idle = [
        f"{path.parent.name}.{name}"
        for path in code.stores()
        for name, value in vars(code.imported(path)).items()
        if isinstance(value, str)
        and re.match(r"\s*(select|insert|update|delete|with)\b", value)
        and not name.startswith("_")
        and (path.parent.name, name) not in sent
    ]
    assert idle == []


def _fields(row: type | Joined) -> Iterator[tuple[str, Any]]:
    for struct in row.structs if isinstance(row, Joined) else (row,):
        for name, hint in get_type_hints(struct).items():
            yield name, _kind(hint)


def _kind(hint: Any) -> Any:
    """Return the plain type behind an optional, a literal or an id."""
    kinds = [each for each in get_args(hint) if each is not type(None)]
    if get_origin(hint) is list:
        return list
    if kinds:
        first: Any = kinds[0]
        return type(first) if isinstance(first, str) else _kind(first)
    return getattr(hint, "__supertype__", hint)
