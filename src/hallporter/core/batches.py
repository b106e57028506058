"""Delete old rows in small batches, so that no request waits for it."""

import msgspec

MOST = 500
"""How many rows a statement deletes at most."""


class Walked(msgspec.Struct, frozen=True):
    """How many of a batch of rows were deleted, and the last one that was looked at."""

    gone: int
    at: int
    id: str


START = Walked(0, -1, "")
"""Before the first row."""


def delete_oldest(table: str, key: str, moment: str, *, but: str = "true") -> str:
    """Return what deletes the rows that are `oldest`, and tells how many."""
    return f"""
    with gone as (
        delete from {table} where {oldest(table, key, moment, but=but)}
        returning 1
    )
    select count(*) from gone
"""


def oldest(table: str, key: str, moment: str, *, but: str = "true") -> str:
    """Return what holds of rows of the instance `$1` whose `moment` is `$2` at the latest.

    Of those that nobody holds the oldest, `$3` at most. `but` is what must hold of them besides.
    """
    return f"""
        instance_id = $1 and {key} = any(array(
            select {key} from {table} where instance_id = $1 and {moment} <= $2 and {but}
            order by {moment} limit $3 for update skip locked
        ))
"""
