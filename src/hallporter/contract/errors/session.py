"""Sessions: what a signed-in user has open on a client."""

from hallporter.contract.problem import Problem

not_found = Problem(
    404, "resource_not_found", "Session not found", "No session of this instance has this id."
)
not_active = Problem(
    401, "session_not_active", "Session not active", "The session has ended and does not return."
)
pending = Problem(
    403,
    "session_pending",
    "Session pending",
    "The session waits for a task; until that is done it is good for nothing else.",
)
exists = Problem(
    400,
    "session_exists",
    "Already signed in",
    "This instance allows one session per client, and this client has one.",
)
refresh_token_invalid = Problem(
    401,
    "refresh_token_invalid",
    "Refresh token invalid",
    "The refresh token is unknown, used up or belongs to another session.",
)
expired_token_invalid = Problem(
    400,
    "expired_token_invalid",
    "Expired token invalid",
    "`expired_token` is not a session token of this session.",
)
# Clerk names no code for it; this is its code for what is not permitted.
in_place_of_user = Problem(
    403,
    "resource_forbidden",
    "Not in a user's place",
    "Whoever acts in a user's place, to impersonate them or as an agent, may not do this.",
)
reverification_required = Problem(
    403,
    "session_reverification_required",
    "Prove that it is you",
    "This needs a session whose user has proved themselves in the last ten minutes.",
)
reverification_not_started = Problem(
    404,
    "resource_not_found",
    "No reverification",
    "This session has no reverification under way; start one first.",
)
reverification_step_invalid = Problem(
    400,
    "session_reverification_step_invalid",
    "Not possible now",
    "A reverification that is {status} does not take this step.",
)
