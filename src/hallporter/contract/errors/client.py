"""Clients: the browser or device that asks."""

from hallporter.contract.api_error import ErrorKind

not_found = ErrorKind(
    404, "resource_not_found", "Client not found", "No client of this instance has this id."
)
token_invalid = ErrorKind(
    400, "token_invalid", "Token invalid", "This is not a token that this instance has signed."
)
token_expired = ErrorKind(401, "token_expired", "Token expired", "The token's time is over.")
handshake_nonce_invalid = ErrorKind(
    404,
    "handshake_nonce_not_found",
    "Handshake not found",
    "The nonce is unknown, used up or too old.",
)
