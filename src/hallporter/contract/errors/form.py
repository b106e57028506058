"""Fields of a request: missing, malformed, unknown or refused."""

from hallporter.contract.api_error import ErrorKind

missing = ErrorKind(422, "form_param_missing", "is missing", "{field} must be given.")
nil = ErrorKind(422, "form_param_nil", "is empty", "{field} must not be empty.")
unknown = ErrorKind(
    422, "form_param_unknown", "is unknown", "{param_name} is not a parameter of this request."
)
format_invalid = ErrorKind(
    422, "form_param_format_invalid", "is invalid", "{field} does not have a valid format."
)
phone_number_extended = ErrorKind(
    422,
    "form_param_format_invalid",
    "is invalid",
    "A phone number is written in digits alone, without an extension.",
)
type_invalid = ErrorKind(
    422, "form_param_type_invalid", "is invalid", "{field} must be of type {type}."
)
value_invalid = ErrorKind(
    422,
    "form_param_value_invalid",
    "is not accepted",
    "{field} has a value not accepted here.",
)
exceeds_maximum = ErrorKind(
    422,
    "form_param_max_length_exceeded",
    "is too long",
    "{field} may have at most {max} characters.",
)
username_length_invalid = ErrorKind(
    422,
    "form_username_invalid_length",
    "Too short or too long",
    "A username has {min_length} to {max_length} characters.",
)
username_character_invalid = ErrorKind(
    422,
    "form_username_invalid_character",
    "Character not allowed",
    "A username holds a character that usernames may not have here.",
)
identifier_exists = ErrorKind(
    422,
    "form_identifier_exists",
    "That {kind} is taken",
    "That {kind} is taken. Please try another.",
)
identifier_not_found = ErrorKind(
    422, "form_identifier_not_found", "No account found", "Couldn't find your account."
)
password_incorrect = ErrorKind(
    422, "form_password_incorrect", "Wrong password", "The password is incorrect."
)
password_or_identifier_incorrect = ErrorKind(
    422,
    "form_password_or_identifier_incorrect",
    "Wrong password or identifier",
    "The identifier or the password is incorrect.",
)
password_too_short = ErrorKind(
    422,
    "form_password_length_too_short",
    "Too short: at least {min} characters",
    "A password needs {min} characters or more.",
)
password_too_long = ErrorKind(
    422,
    "form_password_length_too_long",
    "Too long: at most {max} characters",
    "A password may have {max} characters at most.",
)
password_no_number = ErrorKind(
    422, "form_password_no_number", "Needs a number", "A password needs a digit."
)
password_no_uppercase = ErrorKind(
    422,
    "form_password_no_uppercase",
    "Needs an upper-case letter",
    "A password needs an upper-case letter.",
)
password_no_lowercase = ErrorKind(
    422,
    "form_password_no_lowercase",
    "Needs a lower-case letter",
    "A password needs a lower-case letter.",
)
password_no_special_char = ErrorKind(
    422,
    "form_password_no_special_char",
    "Needs a special character",
    "A password needs a special character.",
)
# `meta.zxcvbn.suggestions` is what the components show beside it.
password_weak = ErrorKind(
    422,
    "form_password_not_strong_enough",
    "Not strong enough",
    "This password could be guessed soon.",
)
password_pwned = ErrorKind(
    422,
    "form_password_pwned",
    "Known to attackers",
    "This password is among those that attackers try first; choose another.",
)
password_unchanged = ErrorKind(
    422,
    "form_new_password_matches_current",
    "The same as before",
    "The new password is the current one.",
)
password_matches_identifier = ErrorKind(
    422,
    "form_password_matches_identifier",
    "The same as an identifier",
    "The password must not be the account's own email address, number or username.",
)
password_digest_invalid = ErrorKind(
    422,
    "form_password_digest_invalid_code",
    "Digest not accepted",
    "The digest is malformed, too costly, or its hasher is not argon2i, argon2id or bcrypt.",
)
code_incorrect = ErrorKind(422, "form_code_incorrect", "Incorrect code", "The code is incorrect.")
signature_incorrect = ErrorKind(
    422,
    "form_incorrect_signature",
    "Incorrect signature",
    "This is not this wallet's signature of the message that it was asked to sign.",
)
allowed_size_exceeded = ErrorKind(
    422,
    "form_param_exceeds_allowed_size",
    "is too large",
    "{param_name} may take at most {max} bytes.",
)
array_size_exceeded = ErrorKind(
    422,
    "form_param_array_size_exceeded",
    "has too many items",
    "{param_name} may have at most {max} items.",
)
time_invalid = ErrorKind(
    422,
    "form_param_invalid_time",
    "is not a time",
    "{param_name} must be a date and time as in RFC 3339, with its offset.",
)
conditional_missing = ErrorKind(
    422,
    "form_conditional_param_missing",
    "is missing",
    "{param_name} must be given together with {given}.",
)
conditional_disallowed = ErrorKind(
    422,
    "form_conditional_param_disallowed",
    "is not allowed",
    "{param_name} must not be given together with {given}.",
)
resource_not_found = ErrorKind(
    422,
    "form_resource_not_found",
    "names nothing",
    "There is nothing here that {param_name} could name.",
)
verification_needed = ErrorKind(
    422, "form_verification_needed", "is not verified", "{param_name} must name something verified."
)
deprecated = ErrorKind(
    422,
    "form_param_deprecated",
    "is not taken here any more",
    "{param_name} is not taken here any more: use {instead}.",
)
not_enabled = ErrorKind(
    422, "form_param_unknown", "is not enabled", "This instance does not have {param_name} enabled."
)
