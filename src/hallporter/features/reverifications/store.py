"""Every statement that touches reverifications."""

from hallporter.contract.ids import InstanceId, SessionId
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.reverifications.rows import ReverificationRow

REVERIFICATION = f"""
    select {columns(ReverificationRow)} from session_reverifications
    where instance_id = $1 and session_id = $2
"""
# Beginning anew forgets what was proved before.
BEGIN_REVERIFICATION = f"""
    {insert_into("session_reverifications", ReverificationRow)}
    on conflict (session_id) do update set
        level = excluded.level, status = excluded.status,
        first_factor_verification_id = null, first_factor_strategy = null,
        second_factor_verification_id = null, second_factor_strategy = null,
        expire_at = excluded.expire_at, created_at = excluded.created_at,
        updated_at = excluded.updated_at
"""
# Only over the state that was judged: of two requests that would both take a step, one does.
UPDATE_REVERIFICATION = """
    update session_reverifications set
        status = $3, first_factor_verification_id = $4, first_factor_strategy = $5,
        second_factor_verification_id = $6, second_factor_strategy = $7, updated_at = $8
    where instance_id = $1 and session_id = $2 and status = $9 and created_at = $10
"""


async def reverification(
    db: Reader, instance_id: InstanceId, session_id: SessionId
) -> ReverificationRow | None:
    return await db.one(ReverificationRow, REVERIFICATION, instance_id, session_id)


async def begin_reverification(tx: Write, row: ReverificationRow) -> None:
    await tx.insert(BEGIN_REVERIFICATION, row)


async def update_reverification(tx: Write, row: ReverificationRow, *, was: str) -> bool:
    """Store `row` if its status still is `was`; False when another request changed it first."""
    touched = await tx.execute(
        UPDATE_REVERIFICATION,
        row.instance_id,
        row.session_id,
        row.status,
        row.first_factor_verification_id,
        row.first_factor_strategy,
        row.second_factor_verification_id,
        row.second_factor_strategy,
        row.updated_at,
        was,
        row.created_at,
    )
    return touched == 1
