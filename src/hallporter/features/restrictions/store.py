"""Every statement that touches the lists of identifiers."""

from hallporter.contract.ids import InstanceId, ListedIdentifierId
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.restrictions.rows import ListedIdentifierRow, ListName

MATCHING = f"""
    select {columns(ListedIdentifierRow)} from listed_identifiers
    where instance_id = $1 and identifier = any($2)
"""
PAGE_OF_LIST = f"""
    select {columns(ListedIdentifierRow)} from listed_identifiers
    where instance_id = $1 and list = $2
    order by created_at desc, id desc limit $3 offset $4
"""
COUNT_LIST = "select count(*) from listed_identifiers where instance_id = $1 and list = $2"
INSERT_IDENTIFIER = f"""
    {insert_into("listed_identifiers", ListedIdentifierRow)}
    on conflict (instance_id, list, identifier) do nothing
"""
DELETE_IDENTIFIER = """
    delete from listed_identifiers where instance_id = $1 and list = $2 and id = $3
"""


async def matching(
    db: Reader, instance_id: InstanceId, patterns: list[str]
) -> list[ListedIdentifierRow]:
    """Return what the lists say of any of these spellings."""
    return await db.many(ListedIdentifierRow, MATCHING, instance_id, patterns)


async def page_of_list(
    db: Reader, instance_id: InstanceId, name: ListName, limit: int | None, offset: int
) -> list[ListedIdentifierRow]:
    """Return a list, newest first; without a limit to its end."""
    return await db.many(ListedIdentifierRow, PAGE_OF_LIST, instance_id, name, limit, offset)


async def count_list(db: Reader, instance_id: InstanceId, name: ListName) -> int:
    return await db.value(COUNT_LIST, instance_id, name)


async def insert_identifier(tx: Write, row: ListedIdentifierRow) -> bool:
    """Store an identifier; False when the list holds it."""
    return await tx.insert(INSERT_IDENTIFIER, row) == 1


async def delete_identifier(
    tx: Write, instance_id: InstanceId, name: ListName, id: ListedIdentifierId
) -> bool:
    return await tx.execute(DELETE_IDENTIFIER, instance_id, name, id) == 1
