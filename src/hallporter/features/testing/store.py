"""Every statement that touches test clocks."""

import msgspec

from hallporter.contract.ids import InstanceId
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.testing.rows import TestingClockRow

TESTING_CLOCK = f"select {columns(TestingClockRow)} from testing_clocks where instance_id = $1"
SET_CLOCK = f"""
    {insert_into("testing_clocks", TestingClockRow)}
    on conflict (instance_id) do update set
        ahead_by = excluded.ahead_by, updated_at = excluded.updated_at
    returning {columns(TestingClockRow)}
"""
# Added to in one statement: of two who advance it at once, neither is lost.
ADVANCE_CLOCK = f"""
    {insert_into("testing_clocks", TestingClockRow)}
    on conflict (instance_id) do update set
        ahead_by = testing_clocks.ahead_by + excluded.ahead_by, updated_at = excluded.updated_at
    returning {columns(TestingClockRow)}
"""
FORGET_CLOCK = "delete from testing_clocks where instance_id = $1"


async def testing_clock(db: Reader, instance_id: InstanceId) -> TestingClockRow | None:
    return await db.one(TestingClockRow, TESTING_CLOCK, instance_id)


async def set_clock(tx: Write, row: TestingClockRow) -> TestingClockRow | None:
    return await tx.one(TestingClockRow, SET_CLOCK, *msgspec.structs.astuple(row))


async def advance_clock(tx: Write, row: TestingClockRow) -> TestingClockRow | None:
    """Add `row.ahead_by` to what the instance is ahead by."""
    return await tx.one(TestingClockRow, ADVANCE_CLOCK, *msgspec.structs.astuple(row))


async def forget_clock(tx: Write, instance_id: InstanceId) -> None:
    await tx.execute(FORGET_CLOCK, instance_id)
