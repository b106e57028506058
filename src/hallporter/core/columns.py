"""The columns of a row by name: what statements that read or store whole rows are made of.

A column that the next release adds, and where a table has it, is then nothing to this one.
"""

from msgspec import Struct


def columns(row: type[Struct], of: str = "") -> str:
    """Return the columns of `row`, field by field; those `of` a table or alias carry its name."""
    prefix = f"{of}." if of else ""
    return ", ".join(f"{prefix}{name}" for name in row.__struct_fields__)


def insert_into(table: str, row: type[Struct], *, after: int = 0) -> str:
    """Return what stores a `row` in `table`, a parameter per field, behind `after` others.

    `Write.insert` sends it.
    """
    fields = row.__struct_fields__
    places = ", ".join(f"${after + place}" for place in range(1, len(fields) + 1))
    return f"insert into {table} ({columns(row)}) values ({places})"
