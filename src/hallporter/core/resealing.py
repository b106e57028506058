"""Everything that is encrypted in the database, sealed anew under the key that seals today.

Encrypted columns are found by their names: `…_encrypted`. A table is walked by its pages, which
needs no index, and a row is changed only if it is still what was read: whoever writes at the same
time is not disturbed, and does so with today's key. What was done before a crash is not done again.
"""

from collections.abc import AsyncGenerator

import msgspec

from hallporter.core.crypto_box import CryptoBox
from hallporter.core.database import Database

_PAGES = 64
_ROWS = 200

ENCRYPTED_COLUMNS = """
    select table_name::text, column_name::text from information_schema.columns
    where table_schema = 'public' and data_type = 'text' and column_name like '%\\_encrypted'
    order by table_name, column_name
"""
PAGES = "select pg_relation_size(quote_ident($1)::regclass) / current_setting('block_size')::int"
# Both are filled with the names that PostgreSQL gave.
STALE = """
    select ctid::text as place, "{column}" as sealed from "{table}"
    where ctid >= $1::text::tid and ctid < $2::text::tid
        and "{column}" is not null and not starts_with("{column}", $3)
"""
RESEAL = """
    update "{table}" set "{column}" = anew.sealed
    from unnest($1::text[], $2::text[], $3::text[]) as anew (place, before, sealed)
    where "{table}".ctid = anew.place::tid and "{table}"."{column}" = anew.before
"""


class Column(msgspec.Struct, frozen=True):
    """A column that holds sealed texts."""

    table: str
    column: str

    def filled(self, sql: str) -> str:
        """Return a statement about this column."""
        return sql.format(table=self.table, column=self.column)


class _Found(msgspec.Struct, frozen=True):
    place: str
    sealed: str


async def reseal(db: Database, box: CryptoBox) -> AsyncGenerator[tuple[Column, int]]:
    """Go through every encrypted column once; yield how many texts of it were sealed anew."""
    for column in await db.many(Column, ENCRYPTED_COLUMNS):
        done = 0
        pages = await db.value(PAGES, column.table)
        for first in range(0, pages, _PAGES):
            found = await db.many(
                _Found,
                column.filled(STALE),
                f"({first},0)",
                f"({first + _PAGES},0)",
                f"{box.sealing}.",
            )
            for start in range(0, len(found), _ROWS):
                done += await _resealed(db, box, column, found[start : start + _ROWS])
        yield column, done


async def _resealed(db: Database, box: CryptoBox, column: Column, found: list[_Found]) -> int:
    anew = [box.encrypt(box.decrypt(each.sealed)) for each in found]
    async with db.write() as tx:
        return await tx.execute(
            column.filled(RESEAL),
            [each.place for each in found],
            [each.sealed for each in found],
            anew,
        )
