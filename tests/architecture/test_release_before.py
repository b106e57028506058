"""The release before this one works beside this release's schema: `docs/operating/upgrade.md`.

What it sends is prepared against its own schema and against this one. What no preparing shows,
such as a new column that its inserts cannot know to fill, is told by the catalogue.
"""

import asyncio
import json
import re
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import psycopg
import pytest

from hallporter import migrations
from tests import releases
from tests.architecture.code import Statement
from tests.architecture.test_statements import Prepared, prepare
from tests.harness import Harness

# Migrates, and prints every statement of the stores.
_OF_THAT_RELEASE = """
import asyncio, importlib, json, pathlib, re, sys
import hallporter
from hallporter import migrations
asyncio.run(migrations.apply(sys.argv[1]))
found = {}
for path in sorted(pathlib.Path(hallporter.__file__).parent.rglob("store.py")):
    store = importlib.import_module(".".join(("hallporter", *path.parts[-3:-1], "store")))
    for name, value in vars(store).items():
        if isinstance(value, str) and not name.startswith("_"):
            if re.match(r"\\s*(select|insert|update|delete|with)\\b", value):
                found[f"{path.parent.name}.{name}"] = value
print(json.dumps(found))
"""
_COLUMNS = """
    select table_name || '.' || column_name as name, udt_name as type,
        is_nullable = 'NO' and column_default is null as is_asked_for
    from information_schema.columns
    where table_schema = 'public' and table_name not like '%yoyo%'
"""
# Each with the columns that it is about.
_RULES = """
    select conrelid::regclass || ': ' || pg_get_constraintdef(c.oid) as rule, array(
        select c.conrelid::regclass || '.' || attname from pg_attribute
        where attrelid = c.conrelid and attnum = any(c.conkey)
    ) as about
    from pg_constraint c
    where connamespace = 'public'::regnamespace and contype in ('c', 'f', 'u', 'p', 'x')
    union all
    select
        indrelid::regclass || ': '
            || regexp_replace(pg_get_indexdef(indexrelid), ' INDEX \\S+', '') as rule,
        array(
        select indrelid::regclass || '.' || attname from pg_attribute
        where attrelid = indrelid and attnum = any(indkey::int2[])
    ) as about
    from pg_index join pg_class on pg_class.oid = indexrelid
    where relnamespace = 'public'::regnamespace and indisunique
"""
# Rules on tables of the release before that are new, each with why they refuse nothing it writes.
HARMLESS: dict[str, str] = {}
# Rules of the release before that went, each with why it misses nothing, and stores what it did.
GONE: dict[str, str] = {}


@dataclass
class Schema:
    """What a release finds in its database."""

    prepared: dict[str, Prepared | str] = field(default_factory=dict[str, Prepared | str])
    columns: dict[str, tuple[str, bool]] = field(default_factory=dict[str, tuple[str, bool]])
    rules: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    @property
    def tables(self) -> set[str]:
        """The names of all tables and views."""
        return {name.partition(".")[0] for name in self.columns}


@pytest.fixture(scope="module")
def schemas(
    harness: Harness, tmp_path_factory: pytest.TempPathFactory
) -> Generator[tuple[Schema, Schema]]:
    """The schema of the release before and of this one, as the release before sees them."""
    ours = harness.open.config.database_url or ""
    theirs = urlunsplit(urlsplit(ours)._replace(path="/release_before"))
    with psycopg.connect(ours, autocommit=True) as connection:
        connection.execute("create database release_before")
        try:
            release = releases.unpacked(tmp_path_factory.mktemp("release"))
            statements = json.loads(releases.run(_OF_THAT_RELEASE, release, theirs))
            yield asyncio.run(_seen(theirs, statements)), asyncio.run(_seen(ours, statements))
        finally:
            connection.execute("drop database release_before with (force)")


async def _seen(dsn: str, statements: dict[str, str]) -> Schema:
    connection = await asyncpg.connect(dsn)
    seen = Schema()
    try:
        for name, sql in statements.items():
            seen.prepared[name] = await _prepared(connection, sql)
        for row in await connection.fetch(_COLUMNS):
            seen.columns[row["name"]] = (row["type"], row["is_asked_for"])
        for row in await connection.fetch(_RULES):
            seen.rules[row["rule"]] = row["about"]
    finally:
        await connection.close()
    return seen


async def _prepared(connection: "asyncpg.Connection[asyncpg.Record]", sql: str) -> Prepared | str:
    try:
        return await prepare(connection, Statement("before", "statement", sql, None))
    except AssertionError as error:
        return str(error)


def test_its_statements_give_what_they_gave(schemas: tuple[Schema, Schema]) -> None:
    before, now = schemas
    assert len(before.prepared) > 150
    changed = {
        name: (given, now.prepared[name])
        for name, given in before.prepared.items()
        if isinstance(given, str) or now.prepared[name] != given
    }
    assert changed == {}


def test_its_columns_are_there_and_no_other_is_asked_for(schemas: tuple[Schema, Schema]) -> None:
    before, now = schemas
    gone = {name for name in before.columns if now.columns.get(name) != before.columns[name]}
    selected = {
        name
        for name, (_, is_selected) in now.columns.items()
        if name not in before.columns and name.partition(".")[0] in before.tables and is_selected
    }
    assert (gone, selected) == (set(), set())


def test_no_rule_refuses_what_it_writes(schemas: tuple[Schema, Schema]) -> None:
    before, now = schemas
    strict = {
        rule
        for rule, about in now.rules.items()
        if rule not in before.rules
        and rule.partition(":")[0] in before.tables
        and all(column in before.columns for column in about)
    }
    assert strict == HARMLESS.keys()


def test_no_rule_went_that_it_relies_on(schemas: tuple[Schema, Schema]) -> None:
    before, now = schemas
    assert before.rules.keys() - now.rules.keys() == GONE.keys()


def test_its_migrations_stay_as_they_are() -> None:
    for name, content in releases.migrations().items():
        assert (migrations.FOLDER / name).read_bytes() == content, (
            f"{name} is released: write another"
        )


def _new_migrations() -> list[Path]:
    return [
        path
        for path in sorted(migrations.FOLDER.glob("*.sql"))
        if path.name not in releases.migrations()
    ]


def test_new_migrations_come_after_its_own() -> None:
    assert all(path.name > max(releases.migrations()) for path in _new_migrations())


def test_new_migrations_let_nobody_wait_long() -> None:
    for path in _new_migrations():
        sql = re.sub(r"--.*", "", path.read_text()).strip()
        if not path.read_text().startswith("-- transactional: false"):
            assert sql.startswith("set local lock_timeout = '500ms';"), path.name
        elif "alter table" in sql:
            assert sql.startswith("set lock_timeout = '500ms';"), path.name
        made = set(re.findall(r"create (?:unlogged )?table (\w+)", sql))
        slow = re.findall(r"create (?:unique )?index (?!concurrently)\w+\s+on (\w+)", sql)
        assert set(slow) <= made, f"{path.name}: nobody writes to {set(slow) - made} meanwhile"
        # Whoever was cut off has left an index, perhaps half-built, and begins again.
        built = re.findall(r"create (?:unique )?index concurrently (\w+)", sql)
        assert re.findall(r"drop index concurrently if exists (\w+)", sql) == built, path.name
