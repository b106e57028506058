"""Backend API endpoints of agent tasks."""

import msgspec

from hallporter.contract.callers import SecretKey
from hallporter.contract.ids import AgentId, AgentTaskId
from hallporter.contract.objects import WireObject
from hallporter.contract.scope import Scope
from hallporter.core.secret import Secret
from hallporter.edge.operation import backend
from hallporter.features.agent_tasks import actions
from hallporter.features.agent_tasks.actions import CreateAgentTask
from hallporter.features.agent_tasks.rows import AgentTaskRow
from hallporter.features.clients import addresses

_PATH = "/v1/agents/tasks"


class AgentTask(WireObject, frozen=True, tag="agent_task"):
    """A task. Its link is shown once, when it is created. `task_id` is the older name of its id."""

    agent_id: AgentId
    agent_task_id: AgentTaskId
    task_id: AgentTaskId
    url: str | msgspec.UnsetType


@backend.post(_PATH)
async def create_agent_task(scope: Scope, caller: SecretKey, given: CreateAgentTask) -> AgentTask:
    """Make the link by which an agent begins to work for a user."""
    row, ticket = await actions.create(scope, given)
    return _object(scope, row, ticket)


@backend.post("/v1/agents/tasks/{agent_task_id}/revoke")
async def revoke_agent_task(
    scope: Scope, caller: SecretKey, agent_task_id: AgentTaskId
) -> AgentTask:
    """Take back a task."""
    return _object(scope, await actions.revoke(scope, agent_task_id), None)


def _object(scope: Scope, row: AgentTaskRow, ticket: Secret | None) -> AgentTask:
    return AgentTask(
        agent_id=row.agent_id,
        agent_task_id=row.id,
        task_id=row.id,
        url=msgspec.UNSET if ticket is None else addresses.of_ticket(scope, ticket, _PATH),
    )
