"""Satellite domains: what is done on the instance's own domain alone, and how they are linked."""

from hallporter.contract.api_error import ErrorKind

not_allowed = ErrorKind(
    403,
    "operation_not_allowed_on_satellite_domain",
    "Not on a satellite domain",
    "Users sign in and sign up on the instance's own domain.",
)
only_on_satellites = ErrorKind(
    403,
    "operation_not_allowed_on_primary_domain",
    "Not on the primary domain",
    "Only the Frontend API of a satellite domain links clients.",
)
unknown = ErrorKind(
    400,
    "satellite_domain_invalid",
    "No such satellite",
    "This is not on one of the instance's satellite domains.",
)
token_consumed = ErrorKind(
    403,
    "sync_nonce_already_consumed",
    "Used up",
    "The link token is unknown, used up or too old.",
)
token_invalid = ErrorKind(
    403,
    "sync_nonce_already_consumed",
    "Not for this browser",
    "The link token was made for another browser or another satellite.",
)
