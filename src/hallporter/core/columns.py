"""The columns of a row by name: what statements that read or store whole rows are made of.

A column that the next release adds, and where a table has it, is then nothing to this one.
"""

from typing import Any

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


class Joined:
    """Structs that stand side by side in each row of a statement.

    Called with a row it gives its values as they are: who reads many rows makes of them what it
    needs, one struct for all rows or one for each.
    """

    def __init__(self, *structs: type[Struct]) -> None:
        self.structs = structs

    def __call__(self, *values: Any) -> tuple[Any, ...]:
        """Return the values of a row."""
        return values

    def columns(self, *of: str) -> str:
        """Return the columns of all, each `of` a table or alias."""
        named = zip(self.structs, of, strict=True)
        return ", ".join(columns(struct, alias) for struct, alias in named)
