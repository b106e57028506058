"""How agent tasks are stored."""

from typing import Literal

import msgspec

from hallporter.contract.ids import AgentId, AgentTaskId, InstanceId, UserId


class AgentTaskRow(msgspec.Struct, frozen=True):
    """A row of `agent_tasks`: its ticket is known only by its hash."""

    id: AgentTaskId
    instance_id: InstanceId
    user_id: UserId
    agent_id: AgentId
    agent_name: str
    task_description: str
    redirect_url: str
    token_hash: str
    status: Literal["pending", "accepted", "revoked"]
    session_max_duration_in_seconds: int
    expire_at: int
    created_at: int
    updated_at: int
