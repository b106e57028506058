"""Sessions: what a signed-in user has open on a client."""

from hallporter.contract.api_error import ErrorKind

not_found = ErrorKind(
    404, "resource_not_found", "Session not found", "No session of this instance has this id."
)
not_active = ErrorKind(
    401, "session_not_active", "Session not active", "The session has ended and does not return."
)
pending = ErrorKind(
    403,
    "session_pending",
    "Session pending",
    "The session waits for a task; until that is done it is good for nothing else.",
)
exists = ErrorKind(
    400,
    "session_exists",
    "Already signed in",
    "You're already signed in, and only one account at a time can be.",
)
refresh_token_invalid = ErrorKind(
    401,
    "refresh_token_not_found",
    "Refresh token invalid",
    "The refresh token is unknown, used up or belongs to another session.",
)
refresh_not_active = ErrorKind(
    401,
    "session_refresh_inactive_session",
    "Session not active",
    "The session has ended and is not refreshed.",
)
refresh_sid_mismatch = ErrorKind(
    401,
    "refresh_sid_mismatch",
    "Another session's token",
    "`expired_token` is a token of another session than the one in the path.",
)
expired_token_invalid = ErrorKind(
    401,
    "expired_session_token_invalid",
    "Expired token invalid",
    "`expired_token` is not a session token of this session.",
)
# Clerk names no code for it; this is its code for what is not permitted.
in_place_of_user = ErrorKind(
    403,
    "resource_forbidden",
    "Not in a user's place",
    "Whoever acts in a user's place, to impersonate them or as an agent, may not do this.",
)
impersonated = ErrorKind(
    409,
    "session_creation_not_allowed",
    "In a user's place already",
    "This client acts in a user's place; end that session before another begins.",
)
reverification_required = ErrorKind(
    403,
    "session_reverification_required",
    "Prove that it is you",
    "This needs a session whose user has proved themselves in the last ten minutes.",
)
reverification_not_started = ErrorKind(
    400,
    "session_reverification_missing",
    "No reverification",
    "This session has no reverification under way; start one first.",
)
reverification_step_invalid = ErrorKind(
    400,
    "invalid_action_for_session_reverification",
    "Not possible now",
    "A reverification that is {status} does not take this step.",
)
