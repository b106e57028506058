"""Sign-in attempts."""

from hallporter.contract.api_error import ErrorKind

not_found = ErrorKind(
    404, "resource_not_found", "Sign-in not found", "This client has no such sign-in under way."
)
strategy_invalid = ErrorKind(
    400,
    "strategy_for_user_invalid",
    "Strategy not available",
    "This account cannot be verified by {strategy}.",
)
not_allowed_now = ErrorKind(
    400,
    "client_state_invalid",
    "Not possible now",
    "A sign-in that is {status} does not take this step.",
)
already_signed_in = ErrorKind(
    400,
    "identifier_already_signed_in",
    "Already signed in",
    "This account is already signed in on this client.",
)
ticket_invalid = ErrorKind(
    400, "ticket_invalid_code", "Ticket invalid", "The ticket is unknown, used up or revoked."
)
ticket_expired = ErrorKind(
    400, "ticket_expired_code", "Ticket expired", "The ticket's time is over."
)
token_already_used = ErrorKind(
    400, "sign_in_token_already_used_code", "Used up", "A sign-in token can be used once."
)
token_revoked = ErrorKind(
    400, "sign_in_token_revoked_code", "Revoked", "This sign-in token was revoked."
)
token_not_in_sign_in = ErrorKind(
    400, "sign_in_token_not_in_sign_in_code", "Not to sign up", "A sign-in token signs nobody up."
)
token_not_pending = ErrorKind(
    400,
    "sign_in_token_cannot_be_revoked_code",
    "Not pending",
    "The sign-in token was used or revoked.",
)
token_not_found = ErrorKind(
    404, "resource_not_found", "Sign-in token not found", "There is no such sign-in token."
)
