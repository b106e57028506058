"""Passkeys."""

from hallporter.contract.api_error import ErrorKind

no_related_origins = ErrorKind(
    404,
    "resource_not_found",
    "No related origins",
    "Passkeys here belong to the instance's home domain, not to the host of its Frontend API.",
)
not_found = ErrorKind(
    404, "resource_not_found", "Passkey not found", "This user has no passkey with this id."
)
not_supported = ErrorKind(
    400,
    "passkey_not_supported",
    "No passkeys here",
    "Passkeys belong to the instance's own domain, and this page is not on it.",
)
not_registered = ErrorKind(
    404,
    "passkey_not_registered",
    "Unknown passkey",
    "This passkey is not registered here.",
)
registration_failed = ErrorKind(
    422,
    "passkey_invalid_public_key_credential",
    "Passkey not registered",
    "The browser's answer does not belong to this registration.",
)
verification_failed = ErrorKind(
    400,
    "passkey_authentication_failure",
    "Passkey not accepted",
    "The browser's answer does not prove this passkey.",
)
already_exists = ErrorKind(
    422,
    "passkey_already_exists",
    "Passkey exists",
    "This passkey is registered already.",
)
too_many = ErrorKind(
    400, "passkey_quota_exceeded", "Too many passkeys", "Remove a passkey before you add another."
)
