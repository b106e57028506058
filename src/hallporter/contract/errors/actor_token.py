"""Actor tokens and agent tasks: tickets for those who act in a user's place."""

from hallporter.contract.api_error import ErrorKind

not_found = ErrorKind(
    404, "resource_not_found", "Actor token not found", "There is no actor token with this id."
)
not_pending = ErrorKind(
    400, "actor_token_cannot_be_revoked_code", "Not pending", "The actor token was used or revoked."
)
already_used = ErrorKind(
    400, "actor_token_already_used_code", "Used up", "An actor token can be used once."
)
not_in_sign_in = ErrorKind(
    400, "actor_token_not_in_sign_in_code", "Not to sign up", "An actor token signs nobody up."
)
revoked = ErrorKind(400, "actor_token_revoked_code", "Revoked", "This actor token was revoked.")
task_not_found = ErrorKind(
    404, "resource_not_found", "Agent task not found", "There is no agent task with this id."
)
task_not_pending = ErrorKind(
    400, "agent_task_not_pending", "Not pending", "The agent task was used or revoked."
)
task_ticket_not_found = ErrorKind(
    404, "resource_not_found", "Agent task not found", "The ticket is no agent task's."
)
