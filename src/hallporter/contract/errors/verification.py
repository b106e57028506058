"""Proofs: codes that were sent and are waited for."""

from hallporter.contract.api_error import ErrorKind

expired = ErrorKind(
    400, "verification_expired", "Code expired", "Ask for a new code; this one is too old."
)
failed = ErrorKind(
    400, "verification_failed", "Too many attempts", "Ask for a new code; this one is used up."
)
already_verified = ErrorKind(
    400, "verification_already_verified", "Already verified", "This was verified before."
)
missing = ErrorKind(
    400, "verification_missing", "Nothing to verify", "Prepare the verification first."
)
prepared_otherwise = ErrorKind(
    400,
    "verification_strategy_invalid",
    "Another strategy was prepared",
    "This verification was prepared for another strategy.",
)
strategy_invalid = ErrorKind(
    422,
    "form_param_value_invalid",
    "is not supported",
    "{param_name} names no strategy known here.",
)
# Clerk names no code for it.
link_invalid = ErrorKind(
    400,
    "verification_link_token_invalid",
    "Link not valid",
    "This is not a link that was mailed from here; ask for a new one.",
)
