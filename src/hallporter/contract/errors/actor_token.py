"""Actor tokens and agent tasks: tickets for those who act in a user's place."""

from hallporter.contract.problem import Problem

not_found = Problem(
    404, "resource_not_found", "Actor token not found", "There is no actor token with this id."
)
not_pending = Problem(
    400, "actor_token_not_pending", "Not pending", "The actor token was used or revoked."
)
task_not_found = Problem(
    404, "resource_not_found", "Agent task not found", "There is no agent task with this id."
)
task_not_pending = Problem(
    400, "agent_task_not_pending", "Not pending", "The agent task was used or revoked."
)
task_ticket_not_found = Problem(
    404, "resource_not_found", "Agent task not found", "The ticket is no agent task's."
)
