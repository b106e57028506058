"""Users and their email addresses."""

from hallporter.contract.problem import Problem

not_found = Problem(
    404, "resource_not_found", "User not found", "No user of this instance has this id."
)
email_address_not_found = Problem(
    404,
    "resource_not_found",
    "Email address not found",
    "No email address of this instance has this id.",
)
banned = Problem(403, "user_banned", "Account banned", "This account may not sign in.")
locked = Problem(
    403,
    "user_locked",
    "Account locked",
    "Too many wrong attempts; the account opens again in {lockout_expires_in_seconds} seconds.",
)
last_identification = Problem(
    409,
    "last_identification_deletion_failed",
    "Cannot delete the last identification",
    "A user keeps at least one way to be identified.",
)
identification_required = Problem(
    422,
    "user_data_missing",
    "Something to identify the user is missing",
    "Give at least one of: {fields}.",
)
