"""Every statement that touches agent tasks."""

from hallporter.contract.ids import AgentTaskId, InstanceId
from hallporter.core.batches import MOST, delete_oldest
from hallporter.core.columns import columns, insert_into
from hallporter.core.database import Reader, Write
from hallporter.features.agent_tasks.rows import AgentTaskRow

AGENT_TASK_BY_HASH = f"""
    select {columns(AgentTaskRow)} from agent_tasks where instance_id = $1 and token_hash = $2
"""
AGENT_TASK_BY_ID = f"""
    select {columns(AgentTaskRow)} from agent_tasks where instance_id = $1 and id = $2
"""
INSERT_AGENT_TASK = insert_into("agent_tasks", AgentTaskRow)
# Only the first request can take it.
SETTLE_AGENT_TASK = """
    update agent_tasks set status = $3, updated_at = $4
    where instance_id = $1 and id = $2 and status = 'pending'
"""
DELETE_OLD_AGENT_TASKS = delete_oldest("agent_tasks", "id", "expire_at")


async def agent_task_by_hash(
    db: Reader, instance_id: InstanceId, token_hash: str
) -> AgentTaskRow | None:
    return await db.one(AgentTaskRow, AGENT_TASK_BY_HASH, instance_id, token_hash)


async def agent_task_by_id(
    db: Reader, instance_id: InstanceId, id: AgentTaskId
) -> AgentTaskRow | None:
    return await db.one(AgentTaskRow, AGENT_TASK_BY_ID, instance_id, id)


async def insert_agent_task(tx: Write, row: AgentTaskRow) -> None:
    await tx.insert(INSERT_AGENT_TASK, row)


async def settle_agent_task(
    tx: Write, instance_id: InstanceId, id: AgentTaskId, status: str, now: int
) -> bool:
    """Take a pending task out of play; False when it was not pending any more."""
    return await tx.execute(SETTLE_AGENT_TASK, instance_id, id, status, now) == 1


async def delete_old_agent_tasks(db: Reader, instance_id: InstanceId, before: int) -> int:
    """Delete some that expired by `before`, taken or not; return how many."""
    return await db.value(DELETE_OLD_AGENT_TASKS, instance_id, before, MOST)
