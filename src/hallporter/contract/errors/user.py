"""Users and their email addresses."""

from hallporter.contract.api_error import ErrorKind

not_found = ErrorKind(
    404, "resource_not_found", "User not found", "No user of this instance has this id."
)
email_address_not_found = ErrorKind(
    404,
    "resource_not_found",
    "Email address not found",
    "No email address of this instance has this id.",
)
identification_not_found = ErrorKind(
    404, "resource_not_found", "Not found", "This user has no identifier with this id."
)
too_many_unverified = ErrorKind(
    400,
    "too_many_unverified_identifications",
    "Too many unverified",
    "Verify or remove some of what waits to be verified first.",
)
image_not_found = ErrorKind(
    404, "image_not_found", "Image not found", "There is no such picture here."
)
# It names no field: the components have none for a picture, and would show it nowhere. The code is
# one that their translations know.
image_invalid = ErrorKind(
    422,
    "avatar_file_type_invalid",
    "Not a picture",
    "Only JPEG, PNG, GIF and WebP pictures of a usual size are taken.",
)
banned = ErrorKind(403, "user_banned", "Account banned", "This account may not sign in.")
locked = ErrorKind(
    403,
    "user_locked",
    "Account locked",
    "This account is locked. Try again in {lockout_expires_in}.",
)
last_identification = ErrorKind(
    409,
    "identification_deletion_failed",
    "Cannot delete the last identification",
    "A user keeps at least one way to be identified.",
)
immutable = ErrorKind(
    403,
    "resource_forbidden",
    "Not to be changed",
    "Nobody changes this here once they have signed up.",
)
data_missing = ErrorKind(
    422,
    "form_data_missing",
    "Something that a user needs is missing",
    "The instance's settings ask for: {fields}.",
)
no_password_set = ErrorKind(
    400, "no_password_set", "No password", "This user has no password to compare with."
)
password_required = ErrorKind(
    400,
    "password_required",
    "A password is needed",
    "Without the password this account could not be signed in to, or the settings require one.",
)
delete_self_not_enabled = ErrorKind(
    403,
    "user_delete_self_not_enabled",
    "Not allowed",
    "This account cannot be deleted by its user.",
)
totp_already_enabled = ErrorKind(
    400,
    "totp_already_enabled",
    "There is an authenticator app",
    "Remove the authenticator app before you set up another.",
)
backup_codes_not_available = ErrorKind(
    400,
    "backup_codes_not_available",
    "No backup codes",
    "Backup codes stand in for another second factor, and this account or instance has none.",
)
totp_not_enabled = ErrorKind(
    400,
    "totp_not_enabled",
    "No authenticator app",
    "This user has not set up an authenticator app.",
)
totp_secret_invalid = ErrorKind(
    422,
    "invalid_totp_secret_code",
    "is not a TOTP secret",
    "{param_name} must be 80 to 1024 bits in base32.",
)
lockout_not_enabled = ErrorKind(
    403, "user_lockout_not_enabled", "No lockout", "The instance's settings do not lock accounts."
)
