"""Passkeys."""

from hallporter.contract.problem import Problem

no_related_origins = Problem(
    404,
    "resource_not_found",
    "No related origins",
    "Passkeys here belong to the instance's home domain, not to the host of its Frontend API.",
)
not_found = Problem(
    404, "resource_not_found", "Passkey not found", "This user has no passkey with this id."
)
not_supported = Problem(
    400,
    "passkey_not_supported",
    "No passkeys here",
    "Passkeys belong to the instance's own domain, and this page is not on it.",
)
not_registered = Problem(
    404,
    "passkey_not_registered",
    "Unknown passkey",
    "This passkey is not registered here.",
)
registration_failed = Problem(
    422,
    "passkey_invalid_public_key_credential",
    "Passkey not registered",
    "The browser's answer does not belong to this registration.",
)
verification_failed = Problem(
    400,
    "passkey_authentication_failure",
    "Passkey not accepted",
    "The browser's answer does not prove this passkey.",
)
already_exists = Problem(
    422,
    "passkey_already_exists",
    "Passkey exists",
    "This passkey is registered already.",
)
too_many = Problem(
    400, "passkey_quota_exceeded", "Too many passkeys", "Remove a passkey before you add another."
)
