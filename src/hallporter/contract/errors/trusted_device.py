"""Trusted devices of native apps."""

from hallporter.contract.api_error import ErrorKind

not_enabled = ErrorKind(
    403,
    "feature_not_enabled",
    "No trusted devices here",
    "The setting `trusted_device.sign_in` of this instance is off.",
)
# Clerk names no code for it.
native_only = ErrorKind(
    403,
    "trusted_device_native_only",
    "For native apps",
    "Only native apps keep keys of this kind; a page has passkeys.",
)
not_found = ErrorKind(
    404, "resource_not_found", "Device not found", "This user has no active device with this id."
)
# Clerk's SDKs forget their key at this code, if it names `trusted_device_id`.
not_registered = ErrorKind(
    422,
    "trusted_device_not_registered",
    "Unknown device",
    "This device is not enrolled here, or not any more.",
)
enrolment_failed = ErrorKind(
    422,
    "trusted_device_enrollment_failure",
    "Device not enrolled",
    "The signature does not belong to this enrolment.",
)
verification_failed = ErrorKind(
    422,
    "trusted_device_verification_failure",
    "Device not accepted",
    "The signature does not prove this device.",
)
already_exists = ErrorKind(
    422,
    "trusted_device_already_exists",
    "Key enrolled before",
    "Make a new key: this one was enrolled before.",
)
