"""Sign-up attempts."""

from hallporter.contract.api_error import ErrorKind

not_found = ErrorKind(
    404, "resource_not_found", "Sign-up not found", "This client has no such sign-up under way."
)
restricted = ErrorKind(
    403, "sign_up_mode_restricted", "Sign-ups are closed", "This instance takes no new sign-ups."
)
waitlist_only = ErrorKind(
    403,
    "sign_up_restricted_waitlist",
    "Sign-ups are closed",
    "This instance takes nobody directly just now; join the waitlist.",
)
not_allowed_access = ErrorKind(
    403,
    "not_allowed_access",
    "Access not allowed",
    "This {kind} is not allowed to access this application.",
)
subaddress_blocked = ErrorKind(
    403,
    "not_allowed_access",
    "Email subaddress not allowed",
    "An address that signs up here may not contain +, = or #.",
)
disposable_blocked = ErrorKind(
    403,
    "not_allowed_access",
    "Disposable address not allowed",
    "An address that signs up here may not belong to a service for disposable ones.",
)
not_allowed_now = ErrorKind(
    400,
    "client_state_invalid",
    "Not possible now",
    "A sign-up that is {status} does not take this step.",
)
